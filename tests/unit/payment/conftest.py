"""A counter where fees are paid: the use cases over a store in memory and told fakes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from channel_gateway.chains import CHAINS, StoredChain, StoredChains
from channel_gateway.service import Session
from channel_gateway.services.citizen.people import PEOPLE, KnownPeople
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.wire import HttpRequest
from channel_gateway.worker.dead_letters import DeadLetters
from channel_gateway.worker.outbox import Outbox
from payment.attempts import Attempts
from payment.callbacks import Callbacks
from payment.citizens import CitizenNews
from payment.elsewhere import Elsewhere
from payment.fee_desk import Desk
from payment.issued import IssuedNotices
from payment.journal.bookings import written_down
from payment.journal.journal import Journal, Journalling
from payment.order import Order
from payment.orders import Orders
from payment.payers import Payers
from payment.plugin import COLLECTIONS
from payment.reactions import Reactions
from payment.receipts.register import Register
from payment.refunds import Refunds
from payment.telling import Telling
from payment.use_cases import Ordered, Payments
from tests.unit.payment.fakes import (
    CHECK_CODE,
    CountingNames,
    FakeDepartments,
    FakeFinance,
    FakeMessenger,
    FakePlatform,
    FakeWatcher,
    KnownIdentities,
    MovedClock,
    Noted,
)
from tests.unit.payment.samples import NOW


@dataclass
class Counter:
    clock: MovedClock
    store: MemoryStore
    wechat: FakePlatform
    alipay: FakePlatform
    finance: FakeFinance
    payments: Payments
    orders: Orders
    refunds: Refunds
    people: KnownPeople
    identities: KnownIdentities
    issued: IssuedNotices
    desk: Desk
    watchers: list[FakeWatcher]
    departments: FakeDepartments
    dead_letters: DeadLetters
    outbox: Outbox
    messengers: list[FakeMessenger]  # nobody, until a test says so
    elsewhere: Elsewhere
    vault: Vault
    journal: Journal
    chain: StoredChain

    def session(self, channel: str = "wechat", citizen: str = "") -> Session:
        who = citizen or f"citizen-in-{channel}"
        return Session("s", channel, "app", who, NOW + timedelta(days=1), NOW)

    async def order(self, channel: str = "wechat", **given: object) -> Ordered:
        values = {
            "pay_code": "33019926010000000001",
            "check_code": CHECK_CODE,
            "total_fen": 20600,
            "method_name": None,
        }
        return await self.payments.order(self.session(channel), **(values | given))  # type: ignore[arg-type]

    async def pay(self, order: Order) -> None:
        """The citizen pays and the platform's callback arrives."""
        platform = self.platform(order)
        platform.pay(order.id, order.amount_fen, self.clock.now())
        callbacks = Callbacks(self.orders, platform, Noted())
        request = HttpRequest("POST", "/", body=order.id.encode())
        assert (await callbacks.receive(request, self.clock.now())).status == 200

    def platform(self, order: Order) -> FakePlatform:
        return self.wechat if order.method == "wechat_pay" else self.alipay

    async def work(self, *, for_s: float = 0) -> None:
        """Let the worker do what falls due within the next seconds."""
        end = self.clock.now() + timedelta(seconds=for_s)
        while True:
            while await self.outbox.work():
                pass
            if self.clock.now() >= end:
                return
            self.clock.move(seconds=min(5.0, (end - self.clock.now()).total_seconds()))

    async def fresh(self, order: Order) -> Order:
        return await self.orders.get(order.id)


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    clock, names = MovedClock(), CountingNames()
    store = MemoryStore((*COLLECTIONS, *CHAINS, PEOPLE))
    await store.open()
    wechat = FakePlatform()
    alipay = FakePlatform("alipay_pay", "alipay", "2021", "2088")
    finance = FakeFinance(clock)
    identities, messengers = KnownIdentities(), list[FakeMessenger]()
    vault = Vault({"1": b"k" * 32}, b"i" * 32, names)
    people, issued = KnownPeople(store, vault), IssuedNotices(store, vault)
    news = CitizenNews(issued, lambda: next(iter(messengers), None), lambda: [])
    orders = Orders(store, written_down(news.beside))
    chain = StoredChains(store, vault).chain("journal")
    journal = Journal(chain)
    methods = {wechat.name: wechat, alipay.name: alipay}
    payments = Payments(
        orders,
        methods,  # type: ignore[arg-type]
        finance,
        identities=identities,
        people=people,
        attempts=Attempts(store),
        issued=issued,
        payers=Payers(vault),
        clock=clock,
        randomness=names,
    )
    watchers: list[FakeWatcher] = []
    departments = FakeDepartments()
    telling = Telling(issued, lambda: watchers, lambda: departments)
    register = Register(store)
    elsewhere = Elsewhere(store, payments, orders, finance, issued, telling, clock)
    reactions = Reactions(
        payments,
        orders,
        methods,  # type: ignore[arg-type]
        finance,
        telling,
        register,
        elsewhere,
        clock,
    )
    journalling = Journalling(journal, methods)  # type: ignore[arg-type]
    told = [*telling.rows(), *news.rows(), *elsewhere.rows()]
    rows = [*reactions.rows(), *told, *journalling.rows()]
    yield Counter(
        clock,
        store,
        wechat,
        alipay,
        finance,
        payments,
        orders,
        Refunds(orders, clock),
        people,
        identities,
        issued,
        Desk(payments, orders, issued, finance, clock),
        watchers,
        departments,
        DeadLetters(store, rows),
        Outbox(store, rows, clock, owner="worker-1"),
        messengers,
        elsewhere,
        vault,
        journal,
        chain,
    )
    await store.close()
