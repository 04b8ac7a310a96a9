"""Every entry of the suspense account 待处理款项, by the days whose money lies there."""

from collections.abc import AsyncIterator
from datetime import date

from payment.exports.table import Column, Form, Row, Units, sees, yuan
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.suspense.item import SuspenseEntry, SuspenseItem
from payment.words import ENTRIES, SUSPENSE

_COLUMNS = (
    Column("业务日期", Form.DAY),
    Column("支付方式"),
    Column("差错单"),
    Column("执收单位"),
    Column("订单号"),
    Column("渠道流水号"),
    Column("分录", Form.COUNT),
    Column("种类"),
    yuan("金额"),  # out of the account: below zero; together they are what is free
    Column("时间", Form.MOMENT),
    Column("经办人"),
    Column("复核人"),
    Column("缴款码"),
    Column("冲正的分录", Form.COUNT),
    Column("状态"),
)


class SuspenseRows:
    columns = _COLUMNS

    def __init__(self, desk: ReconciliationDesk) -> None:
        self._desk = desk

    async def of_day(self, day: date, units: Units) -> AsyncIterator[Row]:
        for method in self._desk.methods:
            for item in await self._desk.suspense.of_day(day, method):
                if sees(units, item.unit_code):
                    for entry in item.entries:
                        yield _row(item, entry)


def _row(item: SuspenseItem, entry: SuspenseEntry) -> Row:
    approval = item.approval(entry.number)
    return (
        item.about,
        item.method,
        item.id,
        item.unit_code,
        item.order_id,
        item.transaction,
        entry.number,
        SUSPENSE[entry.kind],
        entry.change_fen,
        entry.at,
        entry.by,
        approval.by if approval else "",
        entry.pay_code,
        entry.reverses or None,
        ENTRIES[item.standing(entry)],
    )
