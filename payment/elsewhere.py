"""What finance says is paid without our doing: kept, its open orders closed, its department told.

Finance repeats what was not acknowledged, and it also tells of the payments that we told it of.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channel_gateway.domain.days import beijing_text, milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.domain.tasks import Task, WithTasks, doing
from channel_gateway.ports import (
    Change,
    Clock,
    Collection,
    DuplicateKey,
    Index,
    PaidNotice,
    PaidNotices,
    Store,
    Tools,
)
from channel_gateway.service import TASKS, Line, NotYet, Reaction, Story, Table, Told
from payment.order import OPEN, Order
from payment.orders import Orders
from payment.parts import Parts
from payment.telling import Telling
from payment.traces.told import TracedPaidNotices
from payment.use_cases import Payments

ELSEWHERE = Collection("paid_elsewhere", (Index(("pay_code", "heard_at")), *TASKS))
COLLECTIONS = (ELSEWHERE,)
CLOSE_OPEN = "close_open"


@dataclass(frozen=True, slots=True)
class Heard(WithTasks):
    """One payment as finance told of it."""

    id: str  # pay_code|transaction: told again, it is the same
    pay_code: str
    amount_fen: Fen
    paid_at: datetime
    transaction: str
    heard_at: datetime
    number: str = ""

    @property
    def told(self) -> PaidNotice:
        return PaidNotice(
            self.pay_code, self.amount_fen, self.paid_at, self.transaction, self.number
        )


class Elsewhere:
    """Implements `PaidNotices`."""

    def __init__(
        self, store: Store, payments: Payments, orders: Orders, telling: Telling, clock: Clock
    ) -> None:
        self._store = store
        self._payments = payments
        self._orders = orders
        self._telling = telling
        self._clock = clock

    def rows(self) -> list[Reaction]:
        # Until this is done an order may still take money.
        return [Reaction(ELSEWHERE.name, CLOSE_OPEN, self.close_open, DAYS_3)]

    async def paid(self, told: PaidNotice) -> None:
        """Keep it; of a payment of ours there is nothing to keep."""
        if _is_ours(told, await self._orders.of_pay_code(told.pay_code)):
            return
        now = self._clock.now()
        heard = Heard(
            id=f"{told.pay_code}|{told.transaction}",
            pay_code=told.pay_code,
            amount_fen=told.amount_fen,
            paid_at=told.paid_at,
            transaction=told.transaction,
            heard_at=now,
            number=told.number,
            **doing(Task(CLOSE_OPEN, CLOSE_OPEN, due=milliseconds(now))),
        )
        with suppress(DuplicateKey):
            await self._store.insert(ELSEWHERE.name, to_document(heard))

    async def of_notice(self, pay_code: str) -> list[Heard]:
        """What finance told of a notice, the oldest first."""
        found = await self._store.find(
            ELSEWHERE.name, equal={"pay_code": pay_code}, order="heard_at", limit=200
        )
        return [from_document(Heard, document) for document in found]

    async def tell(self, number: str) -> Told | None:
        """By the 缴款码, bare or as `notice:…`, for the help desk; no personal data is in it."""
        told = await self.of_notice(number.removeprefix("notice:"))
        lines = [_line(heard) for heard in told]
        return Told(tuple(lines)) if lines else None

    async def close_open(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        """No order of the notice takes money any more; asked first, one may turn out as this."""
        told = from_document(Heard, document).told
        await self._payments.close_all(await self._orders.of_pay_code(told.pay_code))
        orders = await self._orders.of_pay_code(told.pay_code)
        if any(order.state in OPEN for order in orders):
            raise NotYet("an order can still be paid")
        if not _is_ours(told, orders):
            await self._telling.elsewhere(told)
        return None


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    elsewhere = Elsewhere(tools.store, parts.payments, parts.orders, parts.telling, tools.clock)
    told = TracedPaidNotices(elsewhere, parts.traces, tools.clock)
    table.offer(PaidNotices, tools.name, told)
    table.reactions += elsewhere.rows()
    table.stories.append(Story("a payment elsewhere", elsewhere.tell))


def _line(heard: Heard) -> Line:
    amount, at = yuan_from_fen(heard.amount_fen), beijing_text(heard.paid_at)
    said = f"finance said that {amount} yuan were paid at {at}, elsewhere (他处已缴)"
    return Line(heard.heard_at, f"notice {heard.pay_code}: {said}, as {heard.transaction}")


def _is_ours(told: PaidNotice, orders: list[Order]) -> bool:
    """Whether this is the payment that we told finance of, or that the platform told both of."""
    return any(
        order.settles and (order.id == told.number or order.transaction == told.transaction)
        for order in orders
    )
