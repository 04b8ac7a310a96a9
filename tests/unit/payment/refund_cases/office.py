"""Offices that work on refunds, over any store: citizens, clerks of units, and finance."""

from dataclasses import dataclass, replace
from typing import Any

from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Receipt
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Member, Role, Store
from channel_gateway.service import Call, Route, Session
from channel_gateway.services.calendar.chinese_workdays import ChineseWorkdays
from channel_gateway.vault import Vault
from channel_gateway.worker.dead_letters import DeadLetters
from channel_gateway.worker.outbox import Outbox
from payment.elsewhere import Elsewhere
from payment.issued import IssuedNotices
from payment.order import Order
from payment.orders import Orders
from payment.payers import Payers
from payment.put_away import PutAway
from payment.reactions import Reactions as OrderReactions
from payment.receipts.register import Register
from payment.refund_cases.applying import Applying, File, Wish
from payment.refund_cases.case import Ground, MaterialKind, RefundCase
from payment.refund_cases.cases import Cases
from payment.refund_cases.citizen_endpoints import CitizenEndpoints
from payment.refund_cases.clocks import Clocks
from payment.refund_cases.handling import Handling
from payment.refund_cases.materials import Materials
from payment.refund_cases.paying_back import PayingBack
from payment.refund_cases.reactions import Reactions, heard_by_cases
from payment.refund_cases.redirecting import Redirecting
from payment.refund_cases.refund_endpoints import RefundEndpoints
from payment.refund_cases.rescuing import Rescuing
from payment.refund_cases.sealed_cards import SealedCards
from payment.refund_cases.staff_endpoints import StaffEndpoints
from payment.refund_cases.telling import CaseNews
from payment.refund_cases.views import Views
from payment.refund_cases.worklist import Worklist
from payment.refunds import Refunds
from payment.settlement import confirmed, receipted, received
from payment.telling import Telling
from payment.use_cases import Payments
from tests.unit.payment.fakes import (
    CountingNames,
    FakeDepartments,
    FakeFinance,
    FakeMessenger,
    FakePlatform,
    MovedClock,
)
from tests.unit.payment.samples import order, paid

UNIT = "330199011"
WANG = Member("wang", frozenset({Role.UNIT_CLERK}), frozenset({UNIT}))
SUN = Member("sun", frozenset({Role.UNIT_CLERK}), frozenset({UNIT}))
STRANGER = Member("wu", frozenset({Role.UNIT_CLERK}), frozenset({"330199099"}))
LI = Member("li", frozenset({Role.FINANCE_CLERK}))
ZHAO = Member("zhao", frozenset({Role.FINANCE_REVIEWER}))
QIAN = Member("qian", frozenset({Role.FINANCE_REVIEWER}))
RECEIPT = File(MaterialKind.RECEIPT_ORIGINAL, "票据.pdf", "JVBERi0=")


@dataclass
class Office:
    store: Store
    clock: MovedClock
    wechat: FakePlatform
    finance: FakeFinance
    orders: Orders
    cases: Cases
    refunds: Refunds
    applying: Applying
    handling: Handling
    worklist: Worklist
    rescuing: Rescuing
    routes: dict[tuple[str, str], Route]
    outbox: Outbox
    letters: DeadLetters
    messenger: FakeMessenger

    async def receipted(self, id: str = "G20260302aaaaaaaaaaaaaaaaaaaa", **more: Any) -> Order:
        """An order that was paid, booked and receipted."""
        now = self.clock.now()
        more = {"unit_code": UNIT, "open_key": id, "notice": f"330199|{id}"} | more
        given = order(id, **more)
        fact = paid(given, transaction=f"T{id}")
        booked = confirmed(received(given, fact, now), now, now)
        receipt = Receipt("33010126", "0000000001", "a1b2c3", given.amount_fen, now)
        whole = receipted(booked, receipt, now)
        return await self.orders.add(_without_tasks(whole))

    async def applied(
        self, of: Order, amount_fen: int = 20600, *, by: Member = SUN, key: str = "k", **more: Any
    ) -> RefundCase:
        wish = Wish(Ground.OVERPAID, "多缴", Fen(amount_fen), files=(RECEIPT,), **more)
        return await self.applying.by_staff(by, of.id, wish, key, self.clock.now())

    async def at_finance(self, of: Order, amount_fen: int = 20600, **more: Any) -> RefundCase:
        case = await self.applied(of, amount_fen, **more)
        return await self.handling.verify(WANG, case.id, "属实", self.clock.now())

    async def approved(self, of: Order, amount_fen: int = 20600, **more: Any) -> RefundCase:
        case = await self.at_finance(of, amount_fen, **more)
        return await self.handling.approve(ZHAO, case.id, "同意", self.clock.now())

    async def work(self) -> None:
        while await self.outbox.work():
            pass

    async def call(
        self, member: Member, method: str, path: str, body: Any = None, **given: Any
    ) -> Any:
        """A call of the staff, as the gate hands it on; `given`: of the path and the query."""
        route = self.routes[method, path]
        names = {name for name in given if f"{{{name}}}" in path}
        call = Call(
            now=self.clock.now(),
            request_id="r",
            path={name: given[name] for name in names},
            query={name: text for name, text in given.items() if name not in names},
            body=None if body is None else route.body.model_validate(body),  # type: ignore[union-attr]
            visitor=None,
            idempotency_key="call-key",
            member=member,
        )
        return await route.handler(call)

    async def citizen_call(self, method: str, path: str, body: Any = None, **given: str) -> Any:
        route = self.routes[method, path]
        now = self.clock.now()
        call = Call(
            now=now,
            request_id="r",
            path=given,
            query={},
            body=None if body is None else route.body.model_validate(body),  # type: ignore[union-attr]
            visitor=Session("s", "wechat", "wx1", "citizen-1", now, now),
            idempotency_key="call-key",
        )
        return await route.handler(call)


class Itself:
    """Everybody is who they are."""

    async def person(self, citizen: str) -> str:
        return citizen

    async def openid(self, citizen: str) -> OpenId:
        return OpenId(f"openid-of-{citizen}")


def office(store: Store, put_away: PutAway | None = None) -> Office:
    clock, names = MovedClock(), CountingNames()
    vault = Vault({"1": b"k" * 32}, b"i" * 32, names)
    wechat, finance, messenger = FakePlatform(), FakeFinance(clock), FakeMessenger()
    methods: dict[str, Any] = {wechat.name: wechat}
    orders = Orders(store, heard_by_cases, put_away)
    issued = IssuedNotices(store, vault)
    payments = Payments(
        orders,
        methods,
        finance,
        identities=Itself(),
        people=None,  # type: ignore[arg-type]
        attempts=None,  # type: ignore[arg-type]
        issued=issued,
        clock=clock,
        randomness=names,
        payers=Payers(vault),
    )
    refunds, clocks = Refunds(orders, clock), Clocks(ChineseWorkdays())

    async def service_of(order: Order) -> tuple[str, str]:
        return "", order.description

    news = CaseNews(orders, service_of, lambda: messenger, "")
    cases, materials = Cases(store, news.beside), Materials(store, vault)
    cards_kept = SealedCards(vault)
    views = Views(orders, materials, cards_kept, vault)
    paying_back = PayingBack(cases, refunds, clocks, clock)
    applying = Applying(cases, orders, payments, materials, clocks, vault)
    handling = Handling(cases, orders, paying_back, clocks, vault)
    worklist, rescuing = Worklist(cases, orders, clocks), Rescuing(orders, cases, methods, clock)
    redirecting = Redirecting(orders, methods, rescuing, cards_kept, clock)
    routes = [
        *CitizenEndpoints(applying, views).rows(),
        *StaffEndpoints(applying, handling, worklist, materials, views).rows(),
        *RefundEndpoints(worklist, rescuing, redirecting, views).rows(),
    ]
    telling = Telling(issued, list, FakeDepartments)
    elsewhere = Elsewhere(store, payments, orders, finance, issued, telling, clock)
    order_reactions = OrderReactions(
        payments, orders, methods, finance, telling, Register(store), elsewhere, clock
    )
    rows = [
        *order_reactions.rows(),
        *telling.rows(),
        *Reactions(paying_back).rows(),
        *news.rows(),
    ]
    return Office(
        store,
        clock,
        wechat,
        finance,
        orders,
        cases,
        refunds,
        applying,
        handling,
        worklist,
        rescuing,
        {(each.method, each.path): each for each in routes},
        Outbox(store, rows, clock, owner="worker-1"),
        DeadLetters(store, rows),
        messenger,
    )


def _without_tasks(whole: Order) -> Order:
    return replace(whole, tasks=(), due=None)
