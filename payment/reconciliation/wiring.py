"""Reconciliation put together: its collections, and its rows for the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channel_gateway.domain.state_machine import Transitions
from channel_gateway.ports import BankStatements, HeadKeeper, Statements, Tools, Workdays
from channel_gateway.service import Table
from payment.authorities import Jurisdiction
from payment.issued import IssuedNotices
from payment.journal.journal import Journal
from payment.orders import Orders
from payment.ports import BillSource, Finance, PaymentMethod
from payment.reconciliation.bill_files.bills import Bills
from payment.reconciliation.cases.case import CASE_TRANSITIONS
from payment.reconciliation.cases.cases import CASES, FILES, Cases
from payment.reconciliation.days.closing import Closing
from payment.reconciliation.days.day import DAY_TRANSITIONS
from payment.reconciliation.days.days import DAYS, Days
from payment.reconciliation.days.heads import SignedHeads
from payment.reconciliation.days.matching import DayMatching
from payment.reconciliation.days.running import Running
from payment.reconciliation.days.running import Tools as RunTools
from payment.reconciliation.days.schedule import Daily
from payment.reconciliation.desk.case_endpoints import CaseEndpoints
from payment.reconciliation.desk.day_endpoints import DayEndpoints
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.desk.suspense_endpoints import SuspenseEndpoints
from payment.reconciliation.found.finding import FINDING_TRANSITIONS
from payment.reconciliation.found.findings import FINDINGS, Findings
from payment.reconciliation.gathering.gathering import Gathering
from payment.reconciliation.gathering.journal_books import JournalBooks
from payment.reconciliation.gathering.looking_up import LookingUp
from payment.reconciliation.gathering.statements import FinanceStatements
from payment.reconciliation.healing.healer import Healer
from payment.reconciliation.suspense.account import SUSPENSE, SuspenseAccount
from payment.reconciliation.suspense.reactions import SuspenseReactions
from payment.use_cases import Payments

COLLECTIONS = (DAYS, FINDINGS, CASES, FILES, SUSPENSE)
STATES: Mapping[str, Transitions] = {  # type: ignore[type-arg]
    "reconciliation_day": DAY_TRANSITIONS,
    "reconciliation_difference": FINDING_TRANSITIONS,
    "reconciliation_case": CASE_TRANSITIONS,
}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What of payment reconciliation works with."""

    orders: Orders
    payments: Payments
    issued: IssuedNotices
    methods: dict[str, PaymentMethod]
    finance: Finance
    jurisdictions: Sequence[tuple[str, Jurisdiction]]  # each with its plug-in's name
    journal: Journal
    bills: Bills
    calendar: Workdays


def build(table: Table, tools: Tools, beside: Neighbours) -> None:
    """Add the rows of reconciliation, and offer its desk to the command line."""
    desk = _desk(table, tools, beside)
    table.offer(ReconciliationDesk, tools.name, desk)
    table.offer(HeadKeeper, f"{tools.name} days", SignedHeads(desk.days, desk.methods))
    table.routes += DayEndpoints(desk).rows()
    table.routes += CaseEndpoints(desk).rows()
    table.routes += SuspenseEndpoints(desk).rows()
    table.reactions += SuspenseReactions(
        desk.suspense, desk, tools.chains.chain("journal"), beside.methods, beside.finance
    ).rows()
    table.jobs.append(Daily(desk.running, desk.days, desk.methods).row())
    table.states |= dict(STATES)


def _desk(table: Table, tools: Tools, beside: Neighbours) -> ReconciliationDesk:
    sources: dict[str, BillSource] = table.offered(BillSource)
    told: dict[str, Statements] = table.offered(Statements)
    banks: dict[str, BankStatements] = table.offered(BankStatements)
    statements = FinanceStatements(
        (jurisdiction, told.get(name)) for name, jurisdiction in beside.jurisdictions
    )
    own = JournalBooks(beside.journal)
    days, findings = Days(tools.store), Findings(tools.store)
    cases = Cases(tools.store, tools.vault, tools.clock, beside.calendar)
    suspense = SuspenseAccount(tools.store, beside.orders, tools.vault, tools.clock)
    methods = tuple(sorted(sources))
    gathering = Gathering(
        own, statements, beside.bills, sources, beside.orders, methods, tools.clock
    )
    running = Running(
        RunTools(
            days=days,
            findings=findings,
            cases=cases,
            own=own,
            bills=beside.bills,
            sources=sources,
            matching=DayMatching(
                gathering, LookingUp(beside.orders, suspense, statements, tools.clock)
            ),
            healer=Healer(
                beside.orders, beside.payments, beside.issued, beside.methods, tools.clock
            ),
            bank=next(iter(banks.values()), None),
            calendar=beside.calendar,
            clock=tools.clock,
        )
    )
    return ReconciliationDesk(
        running=running,
        closing=Closing(days, findings, cases, tools.chains.chain("journal"), tools.clock),
        days=days,
        findings=findings,
        cases=cases,
        suspense=suspense,
        calendar=beside.calendar,
        clock=tools.clock,
        methods=methods,
    )
