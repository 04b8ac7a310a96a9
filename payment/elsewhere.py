"""What finance says is paid without our doing: kept, its open orders closed, its department told.

Finance repeats what was not acknowledged, and it also tells of the payments that we told it of.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channel_gateway.domain.days import beijing_text, milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import Refused
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.domain.notices import Notice, NoticeState
from channel_gateway.domain.tasks import Task, WithTasks, doing
from channel_gateway.ports import (
    Change,
    Clock,
    Collection,
    DuplicateKey,
    Index,
    PaidNotice,
    Store,
    ToldOtherwise,
)
from channel_gateway.service import TASKS, Line, NeedsAPerson, NotYet, Reaction, Told
from payment.issued import IssuedNotices
from payment.order import OPEN, CloseReason, Order
from payment.orders import Orders
from payment.ports import Finance
from payment.telling import Telling
from payment.use_cases import Payments

ELSEWHERE = Collection("paid_elsewhere", (Index(("pay_code", "heard_at")), *TASKS))
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
    authority: str = ""

    @property
    def told(self) -> PaidNotice:
        return PaidNotice(
            self.pay_code,
            self.amount_fen,
            self.paid_at,
            self.transaction,
            self.number,
            self.authority,
        )


class Elsewhere:
    """Implements `PaidNotices`."""

    def __init__(
        self,
        store: Store,
        payments: Payments,
        orders: Orders,
        finance: Finance,
        issued: IssuedNotices,
        telling: Telling,
        clock: Clock,
    ) -> None:
        self._store = store
        self._payments = payments
        self._orders = orders
        self._finance = finance
        self._issued = issued
        self._telling = telling
        self._clock = clock

    def rows(self) -> list[Reaction]:
        # Until this is done an order may still take money.
        return [Reaction(ELSEWHERE.name, CLOSE_OPEN, self.close_open, DAYS_3)]

    async def paid(self, told: PaidNotice) -> None:
        """Keep it; of a payment of ours that is confirmed there is nothing to keep.

        Raises `Refused` when an authority speaks of another one's notice, `ToldOtherwise` when the
        amount is not the one that was told, or confirmed.
        """
        orders = await self._orders.of_pay_code(told.pay_code)
        self._of_their_own(told, orders)
        ours = _which(told, orders)
        if ours is not None and ours.confirmed_at is not None:
            _same(told.amount_fen, ours.amount_fen)
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
            authority=told.authority,
            **doing(Task(CLOSE_OPEN, CLOSE_OPEN, due=milliseconds(now))),
        )
        try:
            await self._store.insert(ELSEWHERE.name, to_document(heard))
        except DuplicateKey:
            before = await self._store.get(ELSEWHERE.name, heard.id)
            if before is not None:
                _same(told.amount_fen, from_document(Heard, before).amount_fen)

    async def of_notice(self, pay_code: str) -> list[Heard]:
        """What finance told of a notice, the oldest first."""
        found = await self._store.find(
            ELSEWHERE.name, equal={"pay_code": pay_code}, order="heard_at", limit=200
        )
        return [from_document(Heard, document) for document in found]

    async def booked(self, order: Order) -> Heard | None:
        """What finance told of this order's own money, before we had told finance of it."""
        for heard in await self.of_notice(order.pay_code):
            if _which(heard.told, [order]) is not None:
                return heard
        return None

    async def check_code(self, pay_code: str, orders: Iterable[Order]) -> str:
        """As a citizen gave it, or as it was issued to us; empty: nobody here knows it."""
        sealed = next((order.check_code for order in orders if order.check_code), None)
        if sealed is None and (issued := await self._issued.of(pay_code)):
            sealed = issued.check_code
        return self._issued.opened(sealed) if sealed else ""

    async def tell(self, number: str) -> Told | None:
        """By the 缴款码, bare or as `notice:…`, for the help desk; no personal data is in it."""
        pay_code = number.removeprefix("notice:")
        orders = await self._orders.of_pay_code(pay_code)
        lines = [_line(heard, orders) for heard in await self.of_notice(pay_code)]
        return Told(tuple(lines)) if lines else None

    async def close_open(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        """No order of the notice takes money any more; asked first, one may turn out as this.

        What is said to be paid is asked about before anybody relies on it, where it can be.
        """
        told = from_document(Heard, document).told
        orders = await self._orders.of_pay_code(told.pay_code)
        notice = None if _which(told, orders) else await self._asked(told, orders)
        await self._payments.close_all(orders, CloseReason.PAID_ELSEWHERE)
        orders = await self._orders.of_pay_code(told.pay_code)
        if any(order.state in OPEN for order in orders):
            raise NotYet("an order can still be paid")
        if _which(told, orders) is None:
            if notice is not None and not _settles(told, notice):
                raise NeedsAPerson("paid, finance says, with what the notice does not come to")
            await self._telling.elsewhere(told)
        return None

    async def _asked(self, told: PaidNotice, orders: list[Order]) -> Notice | None:
        """As finance has it; None: without its check code nobody is asked.

        Raises `NotYet` while finance has it otherwise than it was told.
        """
        self._of_their_own(told, orders)
        check_code = await self.check_code(told.pay_code, orders)
        if not check_code:
            return None
        notice = await self._finance.look_up(told.pay_code, check_code)
        if notice.state is not NoticeState.PAID:
            raise NotYet(f"told as paid, and {notice.state} when finance was asked")
        return notice

    def _of_their_own(self, told: PaidNotice, orders: list[Order]) -> None:
        units = {order.unit_code for order in orders} or {""}
        keeps = (self._finance.keeps(told.authority, told.pay_code, unit) for unit in units)
        if told.authority and not all(keeps):
            raise Refused("an authority told of another one's notice", field="pay_code")


def _line(heard: Heard, orders: list[Order]) -> Line:
    amount, at = yuan_from_fen(heard.amount_fen), beijing_text(heard.paid_at)
    ours = _which(heard.told, orders)
    where = f"即订单 {ours.id}" if ours else "在他处缴清"
    said = f"财政告知已于 {at} 缴款 {amount} 元，{where}，流水 {heard.transaction}"
    return Line(heard.heard_at, f"缴款码 {heard.pay_code}：{said}")


def _settles(told: PaidNotice, notice: Notice) -> bool:
    """A late fee is never above the principal (行政强制法 art. 45)."""
    return notice.principal_fen <= told.amount_fen <= 2 * notice.principal_fen


def _same(told_fen: Fen, known_fen: Fen) -> None:
    if told_fen != known_fen:
        raise ToldOtherwise(field="amount_fen")


def _which(told: PaidNotice, orders: list[Order]) -> Order | None:
    """The order whose payment this is: we told finance of it, or the platform told both of us."""
    for order in orders:
        if order.settles and (order.id == told.number or order.transaction == told.transaction):
            return order
    return None
