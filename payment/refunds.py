"""Reserving money that is to go back: in the order's own swap, under one number, once."""

from channel_gateway.domain.errors import Conflict, NotFound
from channel_gateway.domain.money import Fen
from channel_gateway.ports import Clock
from payment.order import Order
from payment.orders import Orders
from payment.refund import Refund
from payment.settlement import handed_over, refund_asked, refund_short


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
        self,
        order_id: str,
        *,
        number: str,
        amount_fen: Fen,
        reason: str,
        case_id: str | None = None,
        by_transfer: bool = False,
    ) -> tuple[Order, Refund]:
        """Reserve part or all of a payment; the same number again is the same refund.

        The sum of all refunds never passes the payment, however many ask at once. For a case the
        order keeps a no as well: who asks again for it, later or at once, is told the same.
        """
        now = self._clock.now()
        refund = Refund(number, amount_fen, reason, now, case_id=case_id)

        def ask(order: Order) -> Order:
            if known := order.refund(number):
                if known.amount_fen != amount_fen:
                    raise RefundNumberTaken(field="refund_no")
                return order
            if not order.may_be_applied_for:
                raise NotBookedYet
            if amount_fen > order.refundable_fen:
                if case_id is None:
                    raise RefundTooMuch(field="amount_fen")
                return refund_short(order, refund, now)
            return refund_asked(order, handed_over(refund) if by_transfer else refund, now)

        order = await self._orders.change(order_id, ask)
        asked = refund_of(order, number)
        if asked.short:
            raise RefundTooMuch(field="amount_fen")
        return order, asked


def refund_of(order: Order, number: str) -> Refund:
    refund = order.refund(number)
    if refund is None:
        raise NotFound("there is no such refund", field="refund_no")
    return refund
