"""Reconciliation put together: its collections, and its rows for the table."""

from collections.abc import Mapping

from channel_gateway.domain.state_machine import Transitions
from channel_gateway.ports import BankStatements, HeadKeeper, PlatformTakings, Statements, Tools
from channel_gateway.service import Table
from payment.parts import Parts
from payment.ports import BillSource
from payment.proofs import Proof
from payment.reconciliation.cases.case import CASE_TRANSITIONS
from payment.reconciliation.cases.cases import CASES, FILES, Cases
from payment.reconciliation.days.adjusting import Adjusting
from payment.reconciliation.days.bank_side import BankSide, untold
from payment.reconciliation.days.closed import ClosedDays
from payment.reconciliation.days.closing import Closing
from payment.reconciliation.days.day import DAY_TRANSITIONS
from payment.reconciliation.days.days import DAYS, Days
from payment.reconciliation.days.following_up import FollowingUp
from payment.reconciliation.days.heads import SignedHeads
from payment.reconciliation.days.matching import DayMatching
from payment.reconciliation.days.running import Running, RunTools
from payment.reconciliation.days.schedule import Daily
from payment.reconciliation.desk.case_endpoints import CaseEndpoints
from payment.reconciliation.desk.day_endpoints import DayEndpoints
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.desk.suspense_endpoints import SuspenseEndpoints
from payment.reconciliation.found.finding import FINDING_TRANSITIONS
from payment.reconciliation.found.findings import FINDINGS, Findings
from payment.reconciliation.gathering.collecting import Collecting
from payment.reconciliation.gathering.journal_books import JournalBooks
from payment.reconciliation.gathering.looking_up import LookingUp
from payment.reconciliation.gathering.owing import Owing
from payment.reconciliation.gathering.statements import FinanceStatements
from payment.reconciliation.healing.healer import Healer
from payment.reconciliation.suspense.account import SUSPENSE, SuspenseAccount
from payment.reconciliation.suspense.proof import SuspenseProof
from payment.reconciliation.suspense.reactions import SuspenseReactions

COLLECTIONS = (DAYS, FINDINGS, CASES, FILES, SUSPENSE)
STATES: Mapping[str, Transitions] = {  # type: ignore[type-arg]
    "reconciliation_day": DAY_TRANSITIONS,
    "reconciliation_difference": FINDING_TRANSITIONS,
    "reconciliation_case": CASE_TRANSITIONS,
}


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    """Add the rows of reconciliation, and offer its desk to the command line."""
    desk = _desk(table, tools, parts)
    table.offer(ReconciliationDesk, tools.name, desk)
    table.offer(HeadKeeper, f"{tools.name} days", SignedHeads(desk.days, desk.methods))
    journal, audit = tools.chains.chain("journal"), tools.chains.chain("audit")
    proof = SuspenseProof(desk.suspense, journal, audit, desk.methods)
    table.offer(Proof, f"{tools.name} suspense", proof)
    table.routes += DayEndpoints(desk).rows()
    table.routes += CaseEndpoints(desk).rows()
    table.routes += SuspenseEndpoints(desk).rows()
    table.reactions += SuspenseReactions(
        desk.suspense, desk, journal, parts.methods, parts.finance
    ).rows()
    table.jobs.append(Daily(desk.running, desk.days, desk.cases, desk.methods).row())
    table.states |= dict(STATES)
    table.remarks += untold(desk.methods, table.offered(BankStatements).values())


def _desk(table: Table, tools: Tools, parts: Parts) -> ReconciliationDesk:
    sources: dict[str, BillSource] = table.offered(BillSource)
    banks: dict[str, BankStatements] = table.offered(BankStatements)
    statements = FinanceStatements(
        parts.jurisdictions, table.offered(Statements), table.offered(PlatformTakings)
    )
    methods, journal = tuple(sorted(sources)), tools.chains.chain("journal")
    own = JournalBooks(parts.journal, journal)
    days, findings = Days(tools.store), Findings(tools.store)
    cases = Cases(tools.store, tools.vault, tools.clock, parts.calendar)
    suspense = SuspenseAccount(tools.store, parts.orders, journal, tools.vault, tools.clock)
    collecting = Collecting(
        own, statements, parts.bills, sources, parts.orders, suspense, methods, tools.clock
    )
    healer = Healer(parts.orders, parts.payments, parts.issued, parts.methods, tools.clock)
    looking_up = LookingUp(
        parts.orders, suspense, journal, statements, parts.bills, sources, tools.clock
    )
    following_up = FollowingUp(findings, cases, healer, parts.calendar, tools.clock)
    closing = Closing(days, findings, cases, journal, tools.clock, tools.vault)
    running = Running(
        RunTools(
            days=days,
            following_up=following_up,
            adjusting=Adjusting(days, findings, cases, following_up, tools.clock),
            own=own,
            bills=parts.bills,
            sources=sources,
            matching=DayMatching(collecting, looking_up, sources),
            owing=Owing(parts.orders),
            bank=BankSide(banks.values(), parts.calendar, tools.clock),
            clock=tools.clock,
        )
    )
    return ReconciliationDesk(
        running=running,
        closing=closing,
        closed=ClosedDays(days, closing, journal, methods),
        days=days,
        findings=findings,
        cases=cases,
        suspense=suspense,
        calendar=parts.calendar,
        clock=tools.clock,
        methods=methods,
        name_of_unit=parts.orders.name_of_unit,
    )
