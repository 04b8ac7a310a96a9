"""Giving money back because a person decided so. Approval by two people comes with finance."""

from hashlib import sha256

from channel_gateway.domain.errors import Conflict, NotFound
from channel_gateway.domain.money import Fen
from channel_gateway.ports import Clock
from payment.order import Order
from payment.orders import Orders
from payment.refund import Refund
from payment.settlement import refund_asked


class NotBookedYet(Conflict):
    """Finance has not booked this payment: there is nothing to give back yet."""

    code = "not_booked_yet"
    zh = "财政还没有确认这笔缴款，请稍后再办理退款。"
    passing = True


class RefundTooMuch(Conflict):
    """More than what is left of the payment."""

    code = "refund_too_much"
    zh = "退款金额超过可退金额，请核对后再试。"


class RefundNumberTaken(Conflict):
    """This refund number was used for another amount."""

    code = "refund_number_taken"
    zh = "这个退款编号已用于另一金额，请更换编号。"


class Refunds:
    def __init__(self, orders: Orders, clock: Clock) -> None:
        self._orders = orders
        self._clock = clock

    async def ask(
        self, order_id: str, *, number: str | None, amount_fen: Fen, reason: str
    ) -> tuple[Order, Refund]:
        """Ask for part or all of a payment back; the same number again is the same refund.

        The sum of all refunds never passes the payment, however many ask at once.
        """
        now = self._clock.now()

        def ask(order: Order) -> Order:
            wanted = number or order.next_refund_no
            if known := order.refund(wanted):
                if known.amount_fen != amount_fen:
                    raise RefundNumberTaken(field="refund_no")
                return order
            if order.confirmed_at is None:
                raise NotBookedYet
            if amount_fen > order.refundable_fen:
                raise RefundTooMuch(field="amount_fen")
            return refund_asked(order, Refund(wanted, amount_fen, reason, now), now)

        order = await self._orders.change(order_id, ask)
        return order, refund_of(order, number or order.refunds[-1].number)

    async def get(self, order_id: str, number: str) -> Refund:
        return refund_of(await self._orders.get(order_id), number)


def number_of_call(order_id: str, key: str) -> str:
    """The number of a refund whose caller names none: the same call again is the same refund.

    The gateway may die, or its store not answer, after the refund was written down; the caller
    then repeats the call under its Idempotency-Key, and must not give the money back twice.
    """
    return f"{order_id}K{sha256(key.encode()).hexdigest()[:20]}"


def refund_of(order: Order, number: str) -> Refund:
    refund = order.refund(number)
    if refund is None:
        raise NotFound("there is no such refund", field="refund_no")
    return refund
