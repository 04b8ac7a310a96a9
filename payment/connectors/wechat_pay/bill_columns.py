"""A trade bill of WeChat Pay as columns: the same as `bill_lines`, for millions of lines. Pure.

Payments and refunds whose lines are regular are read thousands at once; what looks any other way
by `bill_lines`, which also names what is wrong.
"""

from collections import deque
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np

from payment.connectors.bill_sums import COUNT, BillSumsDisagree, Sums
from payment.connectors.bill_table import BLOCK_BYTES, Layout
from payment.connectors.regular_lines import Lines, moments, numbers, plain
from payment.connectors.setting_aside import Aside, sifted
from payment.connectors.wechat_pay.bill_layout import is_of_before, opened, remarks_on_columns
from payment.connectors.wechat_pay.bill_lines import SUMS, entries, hold, read, said_by
from payment.reconciliation.cells import Cells, Flags, Text, Whole
from payment.reconciliation.columns import Columns, columns_of, total
from payment.reconciliation.entries import EntryState, Movement
from payment.reconciliation.wrong_bills import BillWrong, Remark, unsaid

_AT_ONCE = 2**20  # bytes
_DONE = EntryState.DONE.value.encode()
_ORDER, _REFUND, _REFUND_STATE = "商户订单号", "商户退款单号", "退款状态"


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
        for text in table.texts(_AT_ONCE):
            again = Text.of(text, table.layout.newline, path=str(path), begin=table.begin)
            pieces, left = regular(again, table.layout, counted)
            yield from pieces
            odd += left
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


def regular(text: Text, layout: Layout, counted: Sums) -> tuple[list[Columns], bytes]:
    """Payments and refunds that are done, as far as they are regular, and whole all other lines."""
    lines = Lines(text, layout)
    amounts = {
        name: numbers(lines.cells(column), decimals)
        for name, (column, decimals) in SUMS.items()
        if column in layout.columns
    }
    fit = lines.cells("货币种类").are(b"CNY") & moments(lines.cells("交易时间"))
    fit &= plain(lines.cells(_ORDER)) & plain(lines.cells("微信订单号"))
    if b"\t" in text.whole:  # no part of a number: `bill_lines` drops it
        fit[:] = False
    for _, are_numbers in amounts.values():
        fit &= are_numbers
    paid, back = _paid(lines, layout, fit), _given_back(lines, layout, fit)
    taken = np.flatnonzero(paid | back)
    counted[COUNT] += len(taken)
    for name, (some, _) in amounts.items():
        counted[name] += total(some.take(taken))
    fees, pieces = amounts["手续费总金额"][0], []
    if paid.any():
        fens, _ = amounts["订单总金额"]
        pieces.append(
            _piece(lines, Movement.PAYMENT, _ORDER, fens, fees).taken(np.flatnonzero(paid))
        )
    if back.any():
        fens, _ = amounts["申请退款总金额"]
        pieces.append(
            _piece(lines, Movement.REFUND, _REFUND, fens, fees).taken(np.flatnonzero(back))
        )
    return pieces, lines.left(taken)


def _paid(lines: Lines, layout: Layout, fit: Flags) -> Flags:
    paid = fit & lines.cells("交易状态").are(b"SUCCESS")
    return paid & lines.cells(_REFUND_STATE).are(b"") if _REFUND_STATE in layout.columns else paid


def _given_back(lines: Lines, layout: Layout, fit: Flags) -> Flags:
    if _REFUND_STATE not in layout.columns:
        return np.zeros(len(lines), np.bool_)
    done = lines.cells(_REFUND_STATE).are(b"SUCCESS") & lines.cells("交易状态").are(b"REFUND")
    own = lines.cells(_REFUND)
    return fit & done & plain(own) & (own.lengths > 0)


def _piece(lines: Lines, movement: Movement, number: str, fens: Whole, fees: Whole) -> Columns:
    orders, nothing = lines.cells(_ORDER), Cells.alike(b"", len(lines))
    return Columns(
        movement,
        orders if number == _ORDER else lines.cells(number),
        lines.cells("微信订单号"),
        fens,
        Cells.alike(_DONE, len(lines)),
        lines.cells("交易时间"),
        fees,
        orders,
        nothing,
        nothing,
    )


def _odd(text: bytes, layout: Layout, counted: Sums, aside: Aside) -> Iterator[Columns]:
    """Lines of any other look."""
    if text:
        lines = text.removesuffix(layout.newline)
        for sums, moved in sifted(lines, layout, 0, read, aside):
            counted.update(sums)
            yield from columns_of(moved)
