"""A `trade` bill's detail of Alipay as entries, streamed. Pure over a file.

Bytes are cut at the comma: in GBK no second byte is one. A refund is told by 业务类型, and its
amount read without its sign: both kinds of files are known. Source: files parsed and kept as
fixtures by several independent projects, 2012-2026.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from pathlib import Path

from payment.connectors.alipay.bill_layout import opened, remarks_on_columns
from payment.connectors.bill_sums import COUNT, Sums, compare, left_out
from payment.connectors.bill_table import Block, Table
from payment.connectors.setting_aside import Aside, pieces
from payment.ports import Remark, unsaid
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillDamaged

# `#交易合计：6笔，商家实收共0.06元，商家优惠共0.00元`, and the same of 退款
_TOTAL = re.compile(r"#(交易|退款)合计[：:](\d+)笔[，,]商家实收(?:退款)?共(-?\d+)\.(\d{2})元")
_WORDED = "#交易合计"
_PAID, _BACK = "商家实收", "商家实收退款"
_PAYMENTS, _REFUNDS = "交易笔数", "退款笔数"
_NAMES = {"交易": (_PAYMENTS, _PAID), "退款": (_REFUNDS, _BACK)}
_MOVEMENTS = {
    f"{word}{tab}".encode(encoding): movement.value
    for word, movement in (("交易", Movement.PAYMENT), ("退款", Movement.REFUND))
    for encoding in ("gbk", "utf-8")
    for tab in ("", "\t")
}
_E5_OF_FEN = 1000
_REFUND = Movement.REFUND.value
_entry: Callable[[tuple[object, ...]], Entry] = partial(tuple.__new__, Entry)  # of whole columns


def entries(path: Path, remark: Remark = unsaid) -> Iterator[Entry]:
    """The movements of a trade bill's detail.

    Raises `BillWrong`, naming line and column; `BillSumsDisagree` after the last entry.
    """
    counted, aside = Sums(), Aside()
    with opened(path) as (table, head):
        for words in remarks_on_columns(table.layout):
            remark(words)
        for sums, moved in pieces(table, _read, aside):
            counted.update(sums)
            yield from moved
        said = _said([*head, *table.tail])
    many = said[_PAYMENTS] + said[_REFUNDS]
    if not aside.leaves_out(said=many, read=counted[COUNT]):
        compare(said, counted, partial(_table, path), _sums)
    aside.say(remark, left_out(said, counted, (_PAID, _BACK)))


def counts_every_line(path: Path) -> bool:
    """Whether its totals count as many lines as there are, those that repeat another too."""
    with opened(path) as (table, head):
        lines = sum(pieces(table, len, Aside()))
        said = _said([*head, *table.tail])
    return said[_PAYMENTS] + said[_REFUNDS] >= lines


@contextmanager
def _table(path: Path) -> Iterator[Table]:
    with opened(path) as (table, _):
        yield table


def _read(block: Block) -> tuple[dict[str, int], Iterator[Entry]]:
    """What lines come to, and the lines; all of it is looked at before any is given out."""
    return _sums(block), _entries(block)


def _entries(block: Block) -> Iterator[Entry]:
    movements = block.words("业务类型", _MOVEMENTS)
    orders, numbers = block.texts("商户订单号"), block.texts("退款批次号/请求号")
    return map(
        _entry,
        zip(
            movements,
            orders,
            # A refund of the whole without a number of its own has that of its order.
            [
                (number or order) if movement == _REFUND else ""
                for movement, order, number in zip(movements, orders, numbers, strict=True)
            ],
            block.texts("支付宝交易号"),
            map(abs, block.numbers("订单金额（元）")),
            block.moments("完成时间"),
            repeat("done"),
            [-fee * _E5_OF_FEN for fee in block.numbers("服务费（元）")],
            repeat(""),
            repeat(""),
        ),
    )


def _sums(block: Block) -> dict[str, int]:
    movements, received = block.words("业务类型", _MOVEMENTS), block.numbers("商家实收（元）")
    of_both = list(zip(movements, map(abs, received), strict=True))
    back = [fen for movement, fen in of_both if movement == _REFUND]
    return {
        COUNT: len(of_both),
        _PAYMENTS: len(of_both) - len(back),
        _REFUNDS: len(back),
        _PAID: sum(fen for _, fen in of_both) - sum(back),
        _BACK: sum(back),
    }


def _said(lines: list[str]) -> dict[str, int]:
    """What the bill says of itself: after the last line, or before the first."""
    said: dict[str, int] = {}
    for line in lines:
        if found := _TOTAL.match(line):
            word, count, whole, fraction = found.groups()
            count_name, sum_name = _NAMES[word]
            said |= {count_name: int(count), sum_name: abs(int(whole + fraction))}
    if len(said) != len(_NAMES) * 2:
        if any(line.startswith(_WORDED) for line in lines):
            raise BillColumnsChanged("the bill says its sums in other words than are known")
        raise BillDamaged("the bill does not say its sums: it was cut short")
    return said
