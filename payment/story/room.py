"""The story of a number put together: from orders, traces, cases and books."""

from channel_gateway.ports import Statements, Tools
from channel_gateway.service import Story, Table
from payment.parts import Parts
from payment.ports import BillSource
from payment.reconciliation.cases.cases import Cases as DifferenceCases
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.gathering.statements import FinanceStatements
from payment.reconciliation.suspense.account import SuspenseAccount
from payment.refund_cases.cases import Cases
from payment.story.books import Books
from payment.story.finding import Numbers
from payment.story.stories import Stories


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    sources: dict[str, BillSource] = table.offered(BillSource)
    cases, findings = Cases(tools.store), Findings(tools.store)
    statements = FinanceStatements(parts.jurisdictions, table.offered(Statements))
    stories = Stories(
        Numbers(parts.orders, parts.methods, parts.register, cases, findings),
        parts.traces,
        cases,
        findings,
        DifferenceCases(tools.store, tools.vault, tools.clock, parts.calendar),
        SuspenseAccount(
            tools.store, parts.orders, tools.chains.chain("journal"), tools.vault, tools.clock
        ),
        Books(parts.journal, parts.bills, sources, statements, tools.clock),
        parts.archive,
    )
    table.stories.append(Story("a payment", stories.tell))
