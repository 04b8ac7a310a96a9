"""Every payment and refund out of the money journal, transfers among them, with its receipt."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date

from channel_gateway.domain.days import moment_from_beijing_text
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.domain.notices import Receipt
from payment.exports.pieces import in_pieces
from payment.exports.table import Column, Form, Row, Units, sees, yuan
from payment.journal.journal import Journal, Moved
from payment.order import Order
from payment.orders import Orders
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.sums import spread
from payment.reconciliation.entries import BY_TRANSFER, EntryState, Movement
from payment.words import MOVEMENTS, STRAYS

_AT_ONCE = 50  # orders asked for together
_COLUMNS = (
    Column("日期", Form.DAY),
    Column("时间", Form.MOMENT),
    Column("支付方式"),
    Column("商户号"),
    Column("类型"),
    Column("订单号"),
    Column("退款单号"),
    Column("缴款码"),
    Column("执收单位"),
    Column("单位名称"),
    Column("收费项目"),
    yuan("收款"),
    yuan("退款"),
    yuan("净额"),
    yuan("其中滞纳金"),
    Column("渠道流水号"),
    Column("票据代码"),
    Column("票据号码"),
    Column("备注"),
)
_AFTER_CLOSING = "结账后入账"


class MovementRows:
    columns = _COLUMNS

    def __init__(self, journal: Journal, orders: Orders, days: Days, methods: Sequence[str]):
        self._journal = journal
        self._orders = orders
        self._days = days
        self._methods = tuple(sorted(methods))

    async def of_day(self, day: date, units: Units) -> AsyncIterator[Row]:
        """As the platforms date them; what a signed report cannot have is marked."""
        for method in self._methods:
            known = await self._days.of(day, method)
            closed_at = known.signature.journal_number if known and known.signature else None
            async for piece in in_pieces(self._journal.moved(method, day), _AT_ONCE):
                seen = [each for each in piece if sees(units, each.entry.unit_code)]
                orders = await asyncio.gather(*(self._order(each) for each in seen))
                for moved, order in zip(seen, orders, strict=True):
                    late = closed_at is not None and moved.number > closed_at
                    yield movement_row(day, method, moved, order, after_closing=late)

    async def _order(self, moved: Moved) -> Order | None:
        try:
            return await self._orders.get(moved.entry.order_id)
        except NotFound:
            return None


def movement_row(
    day: date, method: str, moved: Moved, order: Order | None, *, after_closing: bool
) -> Row:
    """Where the order is there no more, the journal alone tells."""
    entry = moved.entry
    refund = entry.movement == Movement.REFUND
    receipt = _receipt(order, entry.refund_no)
    amount = entry.amount_fen
    return (
        day,
        moment_from_beijing_text(entry.at),
        method,
        moved.merchant,
        MOVEMENTS[Movement(entry.movement)],
        entry.order_id,
        entry.refund_no,
        entry.pay_code,
        entry.unit_code,
        order.unit_name if order else "",
        _items(moved),
        None if refund else amount,
        amount if refund else None,
        -amount if refund else amount,
        None if refund else moved.late_fee_fen,
        entry.transaction,
        receipt.code if receipt else "",
        receipt.number if receipt else "",
        "；".join(_remarks(moved, order, after_closing=after_closing)),
    )


def _items(moved: Moved) -> str:
    """Each with its amount; of a refund the share that went back."""
    amounts: Sequence[int] = [line.amount_fen for line in moved.lines]
    if moved.entry.movement == Movement.REFUND:
        amounts = spread(moved.entry.amount_fen, moved.lines)
    return "；".join(
        f"{line.code} {line.name} {yuan_from_fen(Fen(amount))}"
        for line, amount in zip(moved.lines, amounts, strict=True)
    )


def _receipt(order: Order | None, refund_no: str) -> Receipt | None:
    """The payment's; of a refund the red one."""
    if order is None or not refund_no:
        return order.receipt if order else None
    refund = order.refund(refund_no)
    return refund.red_receipt if refund else None


def _remarks(moved: Moved, order: Order | None, *, after_closing: bool) -> list[str]:
    remarks = [_AFTER_CLOSING] if after_closing else []
    if moved.entry.state in BY_TRANSFER:
        remarks.append("财政转账退付，不经渠道")
    if moved.entry.state in (EntryState.STRAY, EntryState.STRAY_TRANSFERRED):
        reason = order.stray_reason if order else None
        remarks.append(STRAYS[reason] if reason else "不入账，原路退回")
    return remarks
