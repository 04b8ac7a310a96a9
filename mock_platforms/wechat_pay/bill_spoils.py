"""Bills that do not say what happened: fault kind → what it does to a bill. Pure.

`summed` makes the summary go along, so that nothing in the bill itself tells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mock_platforms.wechat_pay.bills import Bill, double

AMOUNTS = {"应结订单金额", "订单金额", "收支金额(元)"}
NUMBERS = {"微信订单号", "商户订单号", "微信支付业务单号", "业务凭证号"}


def duplicate_line(bill: Bill) -> Bill:
    return replace(bill, rows=[bill.rows[0], *bill.rows])


def missing_line(bill: Bill) -> Bill:
    return replace(bill, rows=bill.rows[1:])


def foreign_line(bill: Bill) -> Bill:
    """Add a copy of the first line under numbers nobody knows."""
    stranger = _changed(bill, bill.rows[0], NUMBERS, lambda number: f"9{number[1:-1]}9")
    return replace(bill, rows=[*bill.rows, stranger])


def wrong_amount(bill: Bill) -> Bill:
    """Raise the amounts of the first line by a fen."""
    first = _changed(bill, bill.rows[0], AMOUNTS, _one_fen_more)
    return replace(bill, rows=[first, *bill.rows[1:]])


def changed_column(bill: Bill) -> Bill:
    """Rename and move the first column, as a platform that brings out a new layout does."""
    first, _, rest = bill.header.partition(",")
    rows = [(*row[1:], row[0]) for row in bill.rows]
    return replace(bill, header=f"{rest},{first}(新)", rows=rows)


def added_column(bill: Bill) -> Bill:
    first, _, rest = bill.header.partition(",")
    rows = [(row[0], "小程序", *row[1:]) for row in bill.rows]
    return replace(bill, header=f"{first},业务来源,{rest}", rows=rows)


def short_line(bill: Bill) -> Bill:
    return replace(bill, rows=[tuple(bill.rows[0])[:-1], *bill.rows[1:]])


SPOILS: Mapping[str, Callable[[Bill], Bill]] = {
    "bill_duplicate_line": duplicate_line,
    "bill_missing_line": missing_line,
    "bill_foreign_line": foreign_line,
    "bill_wrong_amount": wrong_amount,
    "bill_changed_column": changed_column,
    "bill_added_column": added_column,
    "bill_short_line": short_line,
}


# What is added up under a name of the summary: a column, and of the fund flow a direction.
_TOTALS = {
    "应结订单总金额": ("应结订单金额", ""),
    "退款总金额": ("退款金额", ""),
    "充值券退款总金额": ("充值券退款金额", ""),
    "手续费总金额": ("手续费", ""),
    "订单总金额": ("订单金额", ""),
    "申请退款总金额": ("申请退款金额", ""),
    "收入金额": ("收支金额(元)", "收入"),
    "支出金额": ("收支金额(元)", "支出"),
}
_COUNTS = {"总交易单数": "", "资金流水总笔数": "", "收入笔数": "收入", "支出笔数": "支出"}


def summed(bill: Bill) -> Bill:
    """The bill with the summary that its lines come to."""
    columns = bill.header.split(",")
    rows = [dict(zip(columns, row, strict=True)) for row in bill.rows]

    def total(name: str) -> str:
        column, direction = _TOTALS.get(name, ("", _COUNTS.get(name, "")))
        found = [row for row in rows if row.get("收支类型", "") == direction or not direction]
        if not column:
            return f"{len(found)}.0"
        return double(sum(_fen(row[column]) for row in found))

    return replace(bill, summary=[total(name) for name in bill.summary_header.split(",")])


def _fen(yuan: str) -> int:
    """Fees are written with five decimals, and are whole fen here."""
    whole, _, fraction = yuan.partition(".")
    return int(f"{whole}{fraction[:2]}")


def _changed(
    bill: Bill, row: Sequence[str], names: set[str], change: Callable[[str], str]
) -> Sequence[str]:
    """Return a row with the cells of some columns changed."""
    columns = bill.header.split(",")
    return [
        change(cell) if name in names else cell for name, cell in zip(columns, row, strict=True)
    ]


def _one_fen_more(yuan: str) -> str:
    fen = int(yuan.replace(".", "")) + 1
    return f"{fen // 100}.{fen % 100:02d}"
