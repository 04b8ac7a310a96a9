"""What the rooms of payment work with together, put together once from settings and offers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from channel_gateway.ports import (
    Departments,
    FeeWatcher,
    Messenger,
    NoticeAuthority,
    OwnCodes,
    People,
    ServiceCatalogue,
    Tools,
    Workdays,
)
from channel_gateway.service import Table
from payment.archive.archive import Archive
from payment.archive.files import Files
from payment.attempts import Attempts
from payment.authorities import Authorities, Jurisdiction
from payment.choice import Choice, Reservation
from payment.citizens import CitizenNews
from payment.issued import IssuedNotices
from payment.journal.bookings import written_down
from payment.journal.journal import Journal
from payment.orders import Orders
from payment.payers import Payers
from payment.ports import BillSource, Finance, PaymentMethod
from payment.receipts.chasing import Chasing
from payment.receipts.register import Register
from payment.reconciliation.bill_files.bills import Bills
from payment.reconciliation.bill_files.shelf import Shelf
from payment.refund_cases.reactions import heard_by_cases
from payment.refunds import Refunds
from payment.settings import Settings
from payment.telling import Telling
from payment.traces.finance import TracedFinance
from payment.traces.methods import traced_methods
from payment.traces.traces import Traces
from payment.use_cases import Payments


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    bare_methods: dict[str, PaymentMethod]
    methods: dict[str, PaymentMethod]  # each call of them leaves a trace
    jurisdictions: tuple[Jurisdiction, ...]  # as they are asked
    finance: Finance
    calendar: Workdays
    messenger: Callable[[], Messenger | None]
    issued: IssuedNotices
    attempts: Attempts
    payers: Payers
    register: Register
    orders: Orders
    payments: Payments
    refunds: Refunds
    news: CitizenNews
    telling: Telling
    chasing: Chasing
    bills: Bills
    journal: Journal
    traces: Traces
    archive: Archive


def put_together(settings: Settings, table: Table, tools: Tools) -> Parts:
    """Raises `ValueError` without methods, finance, people, calendar."""
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
    methods = traced_methods(bare, traces, tools.clock)
    finance = TracedFinance(authorities, traces, tools.clock)
    sources: dict[str, BillSource] = table.offered(BillSource)

    def messenger() -> Messenger | None:
        return next(iter(table.offered(Messenger).values()), None)

    issued, attempts = IssuedNotices(tools.store, tools.vault), Attempts(tools.store)
    payers = Payers(tools.vault)
    news = CitizenNews(
        issued, messenger, lambda: table.offered(ServiceCatalogue).values(), page=settings.page
    )
    archive = Archive(tools.store, Files(settings.archive_folder))
    orders = Orders(
        tools.store,
        written_down(lambda was, now: heard_by_cases(was, news.beside(was, now))),
        archive,
    )
    return Parts(
        settings=settings,
        bare_methods=bare,
        methods=methods,
        jurisdictions=authorities.jurisdictions,
        finance=finance,
        calendar=calendar,
        messenger=messenger,
        issued=issued,
        attempts=attempts,
        payers=payers,
        register=Register(tools.store),
        orders=orders,
        payments=Payments(
            orders,
            methods,
            finance,
            choice=_choice(settings, methods),
            identities=tools.identities,
            people=people,
            attempts=attempts,
            issued=issued,
            payers=payers,
            clock=tools.clock,
            randomness=tools.randomness,
            real_name=settings.real_name,
        ),
        refunds=Refunds(orders, tools.clock),
        news=news,
        telling=Telling(
            issued,
            lambda: table.offered(FeeWatcher).values(),
            lambda: next(iter(table.offered(Departments).values()), None),
        ),
        chasing=Chasing(
            tools.store,
            orders,
            tools.clock,
            after=timedelta(hours=settings.receipt_missing_after_h),
        ),
        bills=Bills(
            sources, tools.store, Shelf(settings.bills_folder), tools.clock, tools.randomness
        ),
        journal=Journal(tools.chains.chain("journal")),
        traces=traces,
        archive=archive,
    )


def _choice(settings: Settings, methods: dict[str, PaymentMethod]) -> Choice:
    return Choice(
        methods,
        [Reservation(r.method, r.region, frozenset(r.units)) for r in settings.reserved],
    )


def jurisdictions(settings: Settings, table: Table) -> list[Jurisdiction]:
    """In the settings' order; `finance` has what is left.

    Raises `ValueError` where a plug-in is named that speaks with nobody, units without a region, or
    a region none of whose codes are this authority's.
    """

    def named(name: str, setting: str) -> NoticeAuthority:
        words = f"{setting}: {name} names nobody who speaks with finance"
        authority: NoticeAuthority = table.need(NoticeAuthority, name, words)
        return authority

    found: list[Jurisdiction] = []
    for place, each in enumerate(settings.authorities):
        authority = named(each.finance, f"authorities.{place}.finance")
        if isinstance(authority, OwnCodes) and not _meet(authority.codes_begin, each.region):
            whose = f"{each.finance}, whose 缴款码 begin with {authority.codes_begin}"
            raise ValueError(f"authorities.{place}.region: {each.region} is no region of {whose}")
        units = frozenset(each.units)
        found.append(Jurisdiction(authority, each.region, units, each.finance))
    rest = named(settings.finance, "finance")
    found.append(Jurisdiction(rest, name=settings.finance))
    collecting = {each.name for each in found if each.region or not each.units}
    if lost := sorted({each.name for each in found} - collecting):
        words = "names units alone: nobody could look up their notices, give a region as well"
        raise ValueError(f"authorities: {', '.join(lost)} {words}")
    return found


def _meet(one: str, other: str) -> bool:
    """Whether a code can begin with both."""
    return one.startswith(other) or other.startswith(one)
