"""A trade bill of WeChat Pay as columns: the same as `bill_lines`, for millions of lines. Pure.

Payments whose lines are regular are read hundreds at once; refunds, and what looks any other way,
by `bill_lines`, which also names what is wrong.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from payment.connectors.bill_sums import COUNT, BillSumsDisagree, Sums, compare
from payment.connectors.bill_table import BLOCK_BYTES, Layout, cut
from payment.connectors.regular_lines import (
    AMOUNT,
    FEE,
    MOMENT,
    WORD,
    RegularLines,
    digits,
    without_noughts,
)
from payment.connectors.wechat_pay.bill_lines import (
    entries,
    entries_of,
    opened,
    said_by,
    sums_of,
)
from payment.ports import BillWrong
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.entries import EntryState, Movement

# How a payment's line looks, but for a few.
_PAID = {
    "交易时间": MOMENT,
    "微信订单号": WORD,
    "商户订单号": WORD,
    "交易状态": b"SUCCESS",
    "货币种类": b"CNY",
    "应结订单金额": AMOUNT,
    "退款金额": rb"0\.00",
    "充值券退款金额": rb"0\.00",
    "退款状态": b"",
    "手续费": FEE,
    "订单金额": AMOUNT,
    "申请退款金额": rb"0\.00",
}
_FREE = ("商品名称", "商户数据包")
_DONE = EntryState.DONE.value.encode()


def columns(path: Path) -> Iterator[Columns]:
    """The same movements, in another order, as columns. Raises the same."""
    try:
        yield from _columns(path)
    except BillSumsDisagree:
        raise
    except BillWrong:
        for _ in entries(path):  # names the line: it reads cell by cell
            pass
        raise


def _columns(path: Path) -> Iterator[Columns]:
    counted, odd = Sums(), b""
    with opened(path) as table:
        payments = regular_payments(table.layout)
        for text in table.texts():
            found, left = payments.apart(text)
            piece = _paid(found, counted)
            if piece.numbers:
                yield piece
            if left:
                odd += left.removesuffix(table.layout.newline) + table.layout.newline
            if len(odd) > BLOCK_BYTES:
                yield from _odd(odd, table.layout, counted)
                odd = b""
        yield from _odd(odd, table.layout, counted)
        said = said_by(table.tail, table.layout)
    compare(said, counted, partial(opened, path), sums_of)


def regular_payments(layout: Layout) -> RegularLines:
    looks = {name: look for name, look in _PAID.items() if name in layout.columns}
    return RegularLines(layout, looks, free=_FREE)


def _paid(found: Mapping[str, list[bytes]], counted: Sums) -> Columns:
    """Payments whose lines are regular."""
    settled, amounts = found["应结订单金额"], found["订单金额"]
    numbers, fens, many = found["商户订单号"], digits(amounts), len(amounts)
    fees, paid = list(map(int, digits(found["手续费"]))), sum(map(int, fens))
    counted[COUNT] += many
    counted["手续费总金额"] += sum(fees)
    counted["订单总金额"] += paid
    counted["应结订单总金额"] += paid if settled == amounts else sum(map(int, digits(settled)))
    done, nothing = [_DONE] * many, [b""] * many
    return Columns(
        Movement.PAYMENT,
        numbers,
        found["微信订单号"],
        fens,
        done,
        found["交易时间"],
        without_noughts(fees),
        numbers,
        nothing,
        nothing,
    )


def _odd(text: bytes, layout: Layout, counted: Sums) -> Iterator[Columns]:
    """Refunds, and lines of any other look."""
    if text:
        block = cut(text.removesuffix(layout.newline), layout, first_line=0)
        counted.update(sums_of(block))
        yield from columns_of(entries_of(block))
