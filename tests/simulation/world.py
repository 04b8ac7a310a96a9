"""Two gateways on one store, two platforms, one finance authority, and a clock for all of them."""

import asyncio
import random
from collections.abc import Coroutine, Iterable
from datetime import timedelta
from typing import Any

from channel_gateway.domain.days import moment_of
from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.ports import Collection, FeeWatcher, StoreError
from channel_gateway.service import Reaction, Session
from channel_gateway.services.citizen.people import PEOPLE, KnownPeople
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.wire import HttpRequest
from channel_gateway.worker.dead_letters import DeadLetters
from channel_gateway.worker.outbox import Outbox
from payment.attempts import Attempts
from payment.callbacks import Callbacks
from payment.elsewhere import Elsewhere
from payment.facts import PaymentFact, RefundStatus
from payment.fee_desk import Desk
from payment.issued import IssuedNotices
from payment.order import Order
from payment.orders import ORDERS, Orders, read
from payment.payers import Payers
from payment.plugin import COLLECTIONS
from payment.reactions import Reactions
from payment.receipts.register import Register
from payment.refunds import Refunds
from payment.telling import Telling
from payment.use_cases import Payments
from tests.simulation.finance import Finance
from tests.simulation.platform import Platform
from tests.simulation.virtual_time import VirtualClock, VirtualLoop
from tests.unit.payment.fakes import CountingNames, KnownIdentities, Noted
from tests.unit.payment.samples import NOW

IDLE_S = 5.0
LOOKS = 400  # more than all ladders together have steps


class Gateway:
    """One process: everything it has in hand dies with it."""

    def __init__(self, world: "World", name: str) -> None:
        self._world = world
        orders, clock = Orders(world.store), world.clock
        vault = Vault({"1": b"k" * 32}, b"i" * 32, world.names)
        issued = IssuedNotices(world.store, vault)
        self.payments = Payments(
            orders,
            world.methods,  # type: ignore[arg-type]
            world.finance,
            identities=KnownIdentities(),
            people=KnownPeople(world.store, vault),
            attempts=Attempts(world.store),
            issued=issued,
            payers=Payers(vault),
            clock=clock,
            randomness=world.names,
        )
        self.refunds = Refunds(orders, clock)
        self.callbacks = {
            name: Callbacks(orders, method, Noted())  # type: ignore[arg-type]
            for name, method in world.methods.items()
        }
        self.desk = Desk(self.payments, orders, issued, world.finance, clock)
        telling = Telling(issued, self.watchers, lambda: None)
        reactions = Reactions(
            self.payments,
            orders,
            world.methods,
            world.finance,
            telling,
            Register(world.store),
            Elsewhere(world.store, self.payments, orders, world.finance, issued, telling, clock),
            clock,  # type: ignore[arg-type]
        )
        rows = [*reactions.rows(), *telling.rows(), *self.beside_payment()]
        self.dead_letters = DeadLetters(world.store, rows)
        self._outbox = Outbox(world.store, rows, clock, owner=name)
        self._in_hand: set[asyncio.Task[None]] = set()
        self.do(self._work())

    def do(self, what: Coroutine[Any, Any, None]) -> None:
        task = self._world.loop.create_task(self._reported(what))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        task.add_done_callback(lambda _: what.close())  # killed before its first step

    def kill(self) -> list[asyncio.Task[None]]:
        killed = list(self._in_hand)
        for task in killed:
            task.cancel()
        return killed

    def beside_payment(self) -> list[Reaction]:
        """The rows of other services, which may rely on payment's desk."""
        return []

    def watchers(self) -> Iterable[FeeWatcher]:
        return ()

    async def _work(self) -> None:
        while True:
            try:
                busy = await self._outbox.work()
            except (StoreError, Unavailable):
                busy = 0  # the store is in trouble: the worker looks again
            if not busy:
                await asyncio.sleep(IDLE_S)

    async def _reported(self, what: Coroutine[Any, Any, None]) -> None:
        try:
            await what
        except Exception as bug:
            self._world.broken_rules.append(f"a gateway stumbled over {bug!r}")


class World:
    collections: tuple[Collection, ...] = (*COLLECTIONS, PEOPLE)
    kinds: tuple[str, ...] = (ORDERS.name,)  # whose tasks the workers do

    def __init__(self) -> None:
        random.seed(0)  # the pauses of compare-and-swap
        self.loop = VirtualLoop()
        self.clock = VirtualClock(self.loop)
        self.names = CountingNames()
        self.store = MemoryStore(self.collections)
        self.finance = self._finance()
        self.methods = {
            "wechat_pay": Platform("wechat_pay", "wechat", "wx1", "1900000001", self.clock),
            "alipay_pay": Platform("alipay_pay", "alipay", "2021", "2088", self.clock),
        }
        self.broken_rules: list[str] = []
        self.handed: set[str] = set()  # orders whose citizen holds what is needed to pay
        self._lives = 0
        self.loop.run_until_complete(self.store.open())
        self.gateways = [self._born(), self._born()]

    def close(self) -> None:
        dying = [task for gateway in self.gateways for task in gateway.kill()]
        self.loop.run_until_complete(asyncio.gather(*dying, return_exceptions=True))
        self.loop.close()

    # -- time ------------------------------------------------------------------------------------

    def turn(self, times: int) -> None:
        """Let everybody go on by so many awaits."""

        async def turns() -> None:
            for _ in range(times):
                await asyncio.sleep(0)

        self.loop.run_until_complete(turns())

    def wait(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def settle_down(self) -> None:
        """Do everything that is due within the next weeks, however far apart."""
        self.wait(60)
        for _ in range(LOOKS):
            due = self._next_due()
            if due is None:
                return
            self.clock.jump(max(moment_of(due) - self.clock.now(), timedelta()))
            self.wait(IDLE_S * 2)
        raise AssertionError("there is something in the tasks for ever")

    # -- gateways and their store ----------------------------------------------------------------

    def restart(self, which: int) -> None:
        self.gateways[which].kill()
        self.gateways[which] = self._born()

    def crash_store(self) -> None:
        self.store.crash()
        self.loop.run_until_complete(self.store.open())

    def heal(self) -> None:
        for side in (*self.methods.values(), self.finance):
            side.line.heal()
        self.finance.receipts_ready = True

    def _finance(self) -> Finance:
        return Finance(self.clock)

    def _born(self) -> Gateway:
        self._lives += 1
        return Gateway(self, f"gateway-{self._lives}")

    # -- what people do --------------------------------------------------------------------------

    async def order(self, gateway: Gateway, citizen: str, channel: str, pay_code: str) -> None:
        session = session_in(channel, citizen)
        try:
            quote = await gateway.payments.look_up(session, pay_code, "1357")
            ordered = await gateway.payments.order(
                session,
                pay_code=pay_code,
                check_code="1357",
                total_fen=quote.total_fen,
                method_name=None,
            )
        except StoreError:
            raise  # a citizen has nothing to do with those
        except GatewayError:
            return  # the citizen sees why, and may try again
        if ordered.pay is not None:
            self.handed.add(ordered.order.id)

    async def close_order(self, gateway: Gateway, order: Order) -> None:
        await refusable(gateway.payments.close(session_of(order), order.id))

    async def ask(self, gateway: Gateway, order: Order) -> None:
        await refusable(gateway.payments.ask(session_of(order), order.id))

    async def refund(self, gateway: Gateway, order: Order, number: str, amount_fen: int) -> None:
        await refusable(
            gateway.refunds.ask(order.id, number=number, amount_fen=amount_fen, reason="多收")  # type: ignore[arg-type]
        )

    async def deliver(self, gateway: Gateway, platform: Platform, which: int) -> None:
        """A platform delivers a callback; acknowledged means: whatever happens now, it is known."""
        callback = platform.callbacks[which]
        request = HttpRequest("POST", "/", body=str(which).encode())
        answer = await gateway.callbacks[platform.name].receive(request, self.clock.now())
        if answer.status == 200:
            callback.acknowledged = True
            if isinstance(callback.fact, PaymentFact):
                order = next(o for o in self.orders() if o.id == callback.fact.order_id)
                if order.transaction != callback.fact.transaction:
                    self.broken_rules.append(f"{order.id}: acknowledged before it was durable")

    async def resend(self, gateway: Gateway, order: Order, task_id: str) -> None:
        await refusable(gateway.dead_letters.resend("orders", order.id, task_id, self.clock.now()))

    # -- what stands written ---------------------------------------------------------------------

    def orders(self) -> list[Order]:
        """All orders as committed, oldest first."""
        return [read(document) for document in self._documents()]

    def payable(self) -> list[Order]:
        handed = self.handed
        return [
            order
            for order in self.orders()
            if order.id in handed and self.platform_of(order).is_payable(order.id)
        ]

    def closed(self) -> list[Order]:
        trades = [(order, self.platform_of(order).trades.get(order.id)) for order in self.orders()]
        return [order for order, trade in trades if trade and trade.closed and not trade.paid]

    def open(self) -> list[Order]:
        return [order for order in self.orders() if order.open_key]

    def booked(self) -> list[Order]:
        return [order for order in self.orders() if order.confirmed_at]

    def callbacks(self) -> list[tuple[Platform, int]]:
        return [
            (platform, number)
            for platform in self.methods.values()
            for number in range(len(platform.callbacks))
        ]

    def get_well(self) -> None:
        """Whatever was broken on purpose works again, and what was late arrives."""
        self.wait(400)  # what was late arrives
        self.heal()
        for platform in self.methods.values():
            platform.refunds_end.clear()
            for number, (_, status) in platform.refunds.items():
                if status is RefundStatus.PROCESSING:
                    platform.end_refund(number, RefundStatus.DONE)

    def repeat_what_asking_cannot_find(self) -> None:
        """Platforms repeat callbacks. Only money for what is closed here needs that they do."""
        closed = {order.id for order in self.orders() if order.state == "closed"}
        at = self.gateways[0]
        for platform in self.methods.values():
            for number, callback in enumerate(platform.callbacks):
                if not callback.acknowledged and callback.fact.order_id in closed:
                    at.do(self.deliver(at, platform, number))
        self.wait(1)

    def platform_of(self, order: Order) -> Platform:
        return self.methods[order.method]

    def _next_due(self) -> int | None:
        written = [each for kind in self.kinds for each in self._documents(kind)]
        return min((each["due"] for each in written if each.get("due")), default=None)

    def _documents(self, collection: str = ORDERS.name) -> list[dict[str, Any]]:
        documents = at_once(self.store.find(collection, limit=1000))
        return sorted(documents, key=lambda document: document["_id"])


def at_once(reading: Coroutine[Any, Any, Any]) -> Any:
    """The answer of a coroutine that never waits, as a memory store's reads do."""
    try:
        reading.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it had to wait")


async def refusable(what: Coroutine[Any, Any, Any]) -> None:
    try:
        await what
    except StoreError:
        raise  # nobody outside has anything to do with those
    except GatewayError:
        return


def session_in(channel: str, citizen: str) -> Session:
    return Session("s", channel, "app", citizen, NOW + timedelta(days=3650), NOW)


def session_of(order: Order) -> Session:
    return session_in(order.method.removesuffix("_pay"), order.citizen)
