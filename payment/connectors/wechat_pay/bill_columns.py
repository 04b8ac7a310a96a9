"""A trade bill of WeChat Pay as columns: the same as `bill_lines`, for millions of lines. Pure.

Payments whose lines are regular are read hundreds at once; refunds, and what looks any other way,
by `bill_lines`, which also names what is wrong.
"""

from collections import deque
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path

from payment.connectors.bill_sums import COUNT, BillSumsDisagree, Sums
from payment.connectors.bill_table import BLOCK_BYTES, Layout
from payment.connectors.regular_lines import (
    AMOUNT,
    FEE,
    MOMENT,
    WORD,
    RegularLines,
    digits,
    without_noughts,
)
from payment.connectors.setting_aside import Aside, sifted
from payment.connectors.wechat_pay.bill_layout import is_of_before, opened, remarks_on_columns
from payment.connectors.wechat_pay.bill_lines import entries, hold, read, said_by
from payment.ports import BillWrong, Remark, unsaid
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


def columns(path: Path, remark: Remark = unsaid) -> Iterator[Columns]:
    """The same movements, in another order, as columns. Raises the same."""
    with opened(path) as table:
        if is_of_before(table.layout):  # nobody has millions of those
            yield from columns_of(entries(path, remark))
            return
    try:
        named = yield from _columns(path, remark)
    except BillSumsDisagree:
        raise
    except BillWrong:
        _by_line(path)
        raise
    if not named:
        _by_line(path, remark)


def _by_line(path: Path, remark: Remark = unsaid) -> None:
    """Names lines by their numbers: it reads cell by cell. Raises as `entries` does."""
    deque(entries(path, remark), maxlen=0)


def _columns(path: Path, remark: Remark) -> Generator[Columns, None, bool]:
    """Whether all that there is to be remarked upon is said by now."""
    counted, aside, odd = Sums(), Aside(), b""
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
                yield from _odd(odd, table.layout, counted, aside)
                odd = b""
        yield from _odd(odd, table.layout, counted, aside)
        said = said_by(table.tail, table.layout)
    hold(said, counted, path, aside)
    if aside.lines:
        return False
    for words in remarks_on_columns(table.layout):
        remark(words)
    return True


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


def _odd(text: bytes, layout: Layout, counted: Sums, aside: Aside) -> Iterator[Columns]:
    """Refunds, and lines of any other look."""
    if text:
        lines = text.removesuffix(layout.newline)
        for sums, moved in sifted(lines, layout, 0, read, aside):
            counted.update(sums)
            yield from columns_of(moved)
