"""Payments whose receipt does not come, by the day finance booked them."""

from collections.abc import AsyncIterator
from datetime import date

from payment.exports.table import Column, Form, Row, Units, sees, yuan
from payment.receipts.chasing import Chasing, Missing

_COLUMNS = (
    Column("入账日期", Form.DAY),
    Column("入账时间", Form.MOMENT),
    Column("支付方式"),
    Column("订单号"),
    Column("缴款码"),
    Column("执收单位"),
    Column("单位名称"),
    yuan("金额"),
    Column("缴款时间", Form.MOMENT),
    Column("渠道流水号"),
    Column("已停止查询"),
    Column("最近答复"),
)


class ReceiptRows:
    columns = _COLUMNS

    def __init__(self, chasing: Chasing) -> None:
        self._chasing = chasing

    async def of_day(self, day: date, units: Units) -> AsyncIterator[Row]:
        async for missing in self._chasing.missing_of(day):
            if sees(units, missing.order.unit_code):
                yield _row(day, missing)


def _row(day: date, missing: Missing) -> Row:
    order = missing.order
    return (
        day,
        order.confirmed_at,
        order.method,
        order.id,
        order.pay_code,
        order.unit_code,
        order.unit_name,
        order.amount_fen,
        order.paid_at,
        order.transaction or "",
        "是" if missing.given_up else "",
        missing.last_word,
    )
