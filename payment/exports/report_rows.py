"""The sums of reconciled days: by unit and item, then what of each unit is in transit."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date

from payment.exports.table import Column, Form, Row, Units, sees, yuan
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.sums import InTransit
from payment.reconciliation.days.sums import Row as Sums
from payment.words import DAYS

_COLUMNS = (
    Column("日期", Form.DAY),
    Column("支付方式"),
    Column("对账状态"),
    Column("执收单位"),
    Column("项目编码"),
    Column("项目"),
    Column("收款笔数", Form.COUNT),  # a payment of several items is counted with each of them
    yuan("收款"),
    Column("退款笔数", Form.COUNT),
    yuan("退款"),
    yuan("净额"),
    yuan("其中滞纳金"),
    Column("期初在途", Form.YUAN),  # a balance: days are not added up
    yuan("往日补记"),  # received on days that were signed before it was known
    yuan("财政入账"),
    Column("期末在途", Form.YUAN),
)
_IN_TRANSIT = "在途（全部项目）"
_NO_ITEM = "（未列明项目）"
_NOT_YET = "（尚未对账）"


class ReportRows:
    columns = _COLUMNS

    def __init__(self, days: Days, methods: Sequence[str]) -> None:
        self._days = days
        self._methods = tuple(sorted(methods))

    async def of_day(self, day: date, units: Units) -> AsyncIterator[Row]:
        """A day nobody has reconciled has no rows; one that waits for its bill says so."""
        for method in self._methods:
            known = await self._days.of(day, method)
            for row in report_rows(known, units) if known else ():
                yield row


def report_rows(day: Day, units: Units) -> Iterator[Row]:
    """Together they are what our journal had of the day, money of no known item too."""
    if units is None and not day.rows and day.matched_at is None:
        yield (*_start(day, ""), "", _NOT_YET, *(None,) * 10)
    for row in day.rows:
        if sees(units, row.unit_code):
            yield (*_start(day, row.unit_code), row.item_code, row.item_name, *_sums(row))
    rest = _rest(day)
    if units is None and (rest.gross_fen or rest.refunded_fen):
        yield (*_start(day, ""), "", _NO_ITEM, *_sums(rest))
    for each in day.transit:
        if sees(units, each.unit_code):
            yield (*_start(day, each.unit_code), "", _IN_TRANSIT, *_transit(each))


def _start(day: Day, unit_code: str) -> Row:
    return day.day, day.method, DAYS[day.state], unit_code


def _sums(row: Sums) -> Row:
    sums = (row.payments, row.gross_fen, row.refunds, row.refunded_fen)
    return (*sums, row.net_fen, row.late_fee_fen, *(None,) * 4)


def _transit(each: InTransit) -> Row:
    moved = (each.opening_fen, each.late_fen, each.booked_fen, each.closing_fen)
    return (*(None,) * 6, *moved)


def _rest(day: Day) -> Sums:
    """What orders without lines brought: they were made before lines were kept."""
    gross_fen = day.gateway.gross_fen - sum(row.gross_fen for row in day.rows)
    refunded_fen = day.gateway.refunded_fen - sum(row.refunded_fen for row in day.rows)
    return Sums("", "", "", 0, gross_fen, 0, refunded_fen)
