"""A fee becomes money received, proven, settled once, and given back when it settles nothing."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from channel_gateway.ports import (
    Departments,
    FeeDesk,
    FeeWatcher,
    Messenger,
    NoticeAuthority,
    PaidFees,
    PaidNotices,
    People,
    PersonalData,
    ServiceCatalogue,
    Statements,
    Tools,
    Visits,
    Workdays,
)
from channel_gateway.sections import Section
from channel_gateway.service import Callback, Job, Story, Table
from payment.attempts import ATTEMPTS, Attempts
from payment.authorities import Authorities, Jurisdiction
from payment.callbacks import Callbacks
from payment.choice import Choice, Reservation
from payment.citizens import CitizenNews
from payment.commands.cases import cases_command
from payment.commands.close import close_command
from payment.commands.export import export_command
from payment.commands.journal import journal_command
from payment.commands.reconcile import reconcile_command
from payment.commands.refunds import refunds_command
from payment.commands.report import report_command
from payment.department_calls import DepartmentCalls
from payment.elsewhere import ELSEWHERE, Elsewhere
from payment.endpoints import Endpoints
from payment.exports import wiring as exports
from payment.fee_desk import Desk
from payment.issued import ISSUED, IssuedNotices
from payment.journal.bookings import written_down
from payment.journal.journal import Journal, Journalling
from payment.journal.parity import FinanceBooks, Parities
from payment.order import TRANSITIONS
from payment.orders import ORDERS, Orders
from payment.paid import Paid
from payment.payers import Payers
from payment.personal_data import KeptOrders
from payment.ports import BillSource, PaymentMethod
from payment.reactions import Reactions
from payment.receipts.chasing import Chasing
from payment.receipts.endpoints import ReceiptEndpoints
from payment.receipts.pdf import face
from payment.receipts.register import RECEIPTS, Register
from payment.receipts.verifying import Verifying
from payment.reconciliation import wiring as reconciliation
from payment.reconciliation.bill_files.bills import Bills
from payment.reconciliation.bill_files.day import BILL_DAYS
from payment.reconciliation.bill_files.kept import BILL_FILES
from payment.reconciliation.bill_files.shelf import Shelf
from payment.reconciliation.cases.cases import Cases as DifferenceCases
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.found.findings import Findings
from payment.refund import REFUND_TRANSITIONS
from payment.refund_cases.cases import Cases
from payment.refund_cases.reactions import heard_by_cases
from payment.refund_cases.room import COLLECTIONS as CASE_COLLECTIONS
from payment.refund_cases.room import add_rows
from payment.refund_cases.telling import CaseNews
from payment.refund_cases.worklist import Worklist
from payment.refunds import Refunds
from payment.story.books import Books
from payment.story.finding import Numbers
from payment.story.stories import Stories
from payment.telling import Telling
from payment.traces.finance import TracedFinance
from payment.traces.methods import traced_methods
from payment.traces.told import TracedPaidNotices
from payment.traces.traces import TRACES, Traces
from payment.traces.tries import traced_tries
from payment.use_cases import Payments

COMMANDS = (
    journal_command,
    reconcile_command,
    report_command,
    cases_command,
    close_command,
    refunds_command,
    export_command,
)
COLLECTIONS = (
    *(ORDERS, ATTEMPTS, ISSUED, ELSEWHERE, BILL_FILES, BILL_DAYS, RECEIPTS, TRACES),
    *CASE_COLLECTIONS,
    *reconciliation.COLLECTIONS,
)
TAKES_OFFERS = True  # every payment method, the finance authority, and who knows the citizens


_BY_DECLARED_NAMES = (
    "{}: who gives somebody's name and identity number is shown what that person owes; "
    "real_name = true wants the name proven"
)


class Chosen(Section):
    """A finance authority beside the one of `finance`, and whose notices it keeps."""

    finance: str = Field(description="the plug-in that speaks with it")
    region: str = Field(
        "",
        pattern="^[0-9]{0,20}$",
        description="how the 缴款码 of its notices begin; empty: everywhere; with units and "
        "without a region a row says only where their notices are issued",
    )
    units: tuple[str, ...] = Field((), description="执收单位; empty: every unit there")


class Reserved(Section):
    """Units whose citizens of a channel pay by one method, and nobody else does."""

    method: str = Field(description="the plug-in of the payment method")
    region: str = Field(
        "",
        pattern="^[0-9]{0,6}$",
        description="how the 行政区划 of its notices begin; empty: everywhere",
    )
    units: tuple[str, ...] = Field((), description="执收单位; empty: every unit there")


class Settings(Section):
    finance: str = Field(description="the plug-in that speaks with the finance authority")
    authorities: tuple[Chosen, ...] = Field(
        (),
        description="others, each for a region and its units; the one that fits with the longest "
        "region is asked first",
    )
    reserved: tuple[Reserved, ...] = Field(
        (),
        description="payment methods for some regions and units alone: of a notice that one here "
        "covers, its channel's citizens pay by it and by no other",
    )
    calendar: str = Field("calendar", description="the plug-in that knows the working days")
    people: str = Field("citizen", description="the plug-in that knows the citizens")
    page: str = Field(
        "",
        description="of the mini-program, that shows an order; {id} stands for its id; "
        "empty: messages open none",
    )
    receipt_font: Path | None = Field(
        None,
        description="a TrueType font with Chinese that receipts are set in; "
        "without it they need a reader that brings one",
    )
    receipt_missing_after_h: int = Field(
        24, ge=1, le=720, description="how long finance may take before a receipt is missing"
    )
    real_name: bool = Field(
        False, description="list what somebody owes for a name proven by their face alone"
    )
    traces_days: int = Field(
        400, ge=1, le=3650, description="how long requests and callbacks are remembered in words"
    )
    bills_folder: Path = Field(
        Path("var/bills"), description="where the platforms' bills are kept, for us alone"
    )


def build(table: Table, tools: Tools) -> None:
    """Add the payment's rows. Raises `ValueError` without methods, finance, people, calendar."""
    settings = Settings.model_validate(tools.section)
    begun = len(table.reactions)
    authorities = Authorities(jurisdictions(settings, table))
    people: People = table.need(
        People, settings.people, "people: names nobody who knows the citizens"
    )
    calendar: Workdays = table.need(
        Workdays, settings.calendar, "calendar: names nobody who knows the working days"
    )
    bare: dict[str, PaymentMethod] = table.offered(PaymentMethod)
    if not bare:
        raise ValueError("no plug-in is a payment method: there is nothing to pay with")
    traces = Traces(
        tools.store, tools.clock, tools.randomness, kept_for=timedelta(days=settings.traces_days)
    )
    table.endings.append(traces.flush)
    methods = traced_methods(bare, traces, tools.clock)
    finance = TracedFinance(authorities, traces, tools.clock)
    choice = Choice(
        methods, [Reservation(r.method, r.region, frozenset(r.units)) for r in settings.reserved]
    )
    issued = IssuedNotices(tools.store, tools.vault)

    def messenger() -> Messenger | None:
        return next(iter(table.offered(Messenger).values()), None)

    news = CitizenNews(
        issued,
        messenger,
        lambda: table.offered(ServiceCatalogue).values(),
        page=settings.page,
    )
    orders = Orders(
        tools.store,
        written_down(lambda was, now: heard_by_cases(was, news.beside(was, now))),
    )
    journal_chain = tools.chains.chain("journal")
    journal = Journal(journal_chain)
    kept = KeptOrders(orders, issued, methods, Cases(tools.store), tools.vault)
    table.offer(PersonalData, tools.name, kept)
    attempts, payers, register = Attempts(tools.store), Payers(tools.vault), Register(tools.store)
    payments = Payments(
        orders,
        methods,
        finance,
        choice=choice,
        identities=tools.identities,
        people=people,
        attempts=attempts,
        issued=issued,
        payers=payers,
        clock=tools.clock,
        randomness=tools.randomness,
        real_name=settings.real_name,
    )
    refunds = Refunds(orders, tools.clock)
    desk = Desk(payments, orders, issued, finance, tools.clock)
    table.offer(FeeDesk, tools.name, desk)
    table.offer(PaidFees, tools.name, Paid(orders, issued, methods))
    telling = Telling(
        issued,
        lambda: table.offered(FeeWatcher).values(),
        lambda: next(iter(table.offered(Departments).values()), None),
    )
    catalogues: dict[str, ServiceCatalogue] = table.offered(ServiceCatalogue)
    table.routes += Endpoints(payments, orders).rows()
    add_rows(
        table,
        tools,
        calendar=calendar,
        orders=orders,
        payments=payments,
        refunds=refunds,
        methods=methods,
        news=CaseNews(orders, news.service_of, messenger, settings.page),
    )
    chasing = Chasing(
        tools.store, orders, tools.clock, after=timedelta(hours=settings.receipt_missing_after_h)
    )
    table.routes += ReceiptEndpoints(
        payments.get,
        payers,
        Verifying(orders, register, payers, attempts),
        chasing,
        public_url=tools.public_url,
        face=face(settings.receipt_font),
    ).rows()
    elsewhere = Elsewhere(tools.store, payments, orders, finance, issued, telling, tools.clock)
    table.offer(PaidNotices, tools.name, TracedPaidNotices(elsewhere, traces, tools.clock))
    table.reactions += Reactions(
        payments, orders, methods, finance, telling, register, elsewhere, tools.clock
    ).rows()
    table.reactions += telling.rows() + news.rows() + elsewhere.rows()
    bills = Bills(
        table.offered(BillSource),
        tools.store,
        Shelf(settings.bills_folder),
        tools.clock,
        tools.randomness,
    )
    table.reactions += bills.rows()
    table.reactions += Journalling(journal, methods).rows()
    books = FinanceBooks(lambda: table.offered(Statements).values())
    table.offer(Parities, tools.name, Parities(journal_chain, orders, methods, books.lines))
    reconciliation.build(
        table,
        tools,
        reconciliation.Neighbours(
            orders,
            payments,
            issued,
            methods,
            finance,
            authorities.jurisdictions,
            journal,
            bills,
            calendar,
        ),
    )
    rooms = exports.Rooms(
        journal=journal,
        orders=orders,
        desk=table.offered(ReconciliationDesk)[tools.name],
        worklist=table.offered(Worklist)[tools.name],
        chasing=chasing,
        methods=tuple(methods),
    )
    exports.build(table, tools, rooms)
    table.department_calls += DepartmentCalls(
        desk, issued, catalogues.values(), lambda: table.offered(Visits).values()
    ).rows()
    table.callbacks += [
        Callback(
            name,
            f"/{name}",
            Callbacks(orders, method, traces).receive,
            f"Callbacks of {name} about payments and refunds",
            refusal=method.answer(accepted=False),
        )
        for name, method in bare.items()
    ]
    table.jobs += [
        Job("forget_traces", 3600, traces.purge, "Forget what was said about payments long ago"),
        Job("forget_attempts", 3600, attempts.forget, "Forget yesterday's wrong codes"),
        Job("chase_receipts", 3600, chasing.chase, "Ask on for receipts that do not come"),
    ]
    sources: dict[str, BillSource] = table.offered(BillSource)
    stories = Stories(
        Numbers(orders, methods, register, Cases(tools.store), Findings(tools.store)),
        traces,
        Cases(tools.store),
        Findings(tools.store),
        DifferenceCases(tools.store, tools.vault, tools.clock, calendar),
        Books(
            journal,
            bills,
            sources,
            reconciliation.statements_of(table, authorities.jurisdictions),
            methods,
            tools.clock,
        ),
    )
    table.stories += [
        Story("a payment", stories.tell),
        Story("a payment elsewhere", elsewhere.tell),
    ]
    rows = traced_tries(table.reactions[begun:], traces, tools.clock)
    table.reactions[begun:] = rows
    if not settings.real_name:
        table.remarks.append(_BY_DECLARED_NAMES.format(tools.name))
    table.states |= {"order": TRANSITIONS, "refund": REFUND_TRANSITIONS}


def jurisdictions(settings: Settings, table: Table) -> list[Jurisdiction]:
    """In the settings' order; `finance` has what is left.

    Raises `ValueError` where a plug-in is named that speaks with nobody, or units without a region.
    """

    def named(name: str, setting: str) -> NoticeAuthority:
        words = f"{setting}: {name} names nobody who speaks with finance"
        authority: NoticeAuthority = table.need(NoticeAuthority, name, words)
        return authority

    found: list[Jurisdiction] = []
    for place, each in enumerate(settings.authorities):
        authority = named(each.finance, f"authorities.{place}.finance")
        units = frozenset(each.units)
        found.append(Jurisdiction(authority, each.region, units, each.finance))
    rest = named(settings.finance, "finance")
    found.append(Jurisdiction(rest, name=settings.finance))
    collecting = {each.name for each in found if each.region or not each.units}
    if lost := sorted({each.name for each in found} - collecting):
        words = "names units alone: nobody could look up their notices, give a region as well"
        raise ValueError(f"authorities: {', '.join(lost)} {words}")
    return found
