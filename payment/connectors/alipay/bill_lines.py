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

from payment.connectors.bill_sums import COUNT, Sums, compare
from payment.connectors.bill_table import Block, Layout, Table
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillDamaged

_HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,"
    "券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,"
    "分润（元）,备注"
)
_COLUMNS = _HEADER.split(",")
_HEAD_LINES = 12  # the header comes after a few lines that begin with #
# `#交易合计：6笔，商家实收共0.06元，商家优惠共0.00元`, and the same of 退款
_TOTAL = re.compile(r"#(交易|退款)合计：(\d+)笔，商家实收(?:退款)?共(-?\d+)\.(\d{2})元")
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


def entries(path: Path) -> Iterator[Entry]:
    """The movements of a trade bill's detail.

    Raises `BillWrong`, naming line and column; `BillSumsDisagree` after the last entry.
    """
    counted = Sums()
    with _opened(path) as (table, head):
        for block in table.blocks():
            counted.update(_sums(block))
            yield from _entries(block)
        said = _said([*head, *table.tail])
    compare(said, counted, partial(_table, path), _sums)


def counts_every_line(path: Path) -> bool:
    """Whether its totals count as many lines as there are, those that repeat another too."""
    with _opened(path) as (table, head):
        lines = sum(map(len, table.blocks()))
        said = _said([*head, *table.tail])
    return lines == said[_PAYMENTS] + said[_REFUNDS]


@contextmanager
def _table(path: Path) -> Iterator[Table]:
    with _opened(path) as (table, _):
        yield table


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Table, list[str]]]:
    with open(path, "rb") as file:
        first = file.readline()
        encoding = "utf-8" if _is_utf8(first) else "gb18030"
        head: list[str] = []
        line = first
        while line.removeprefix(b"\xef\xbb\xbf").startswith(b"#") and len(head) < _HEAD_LINES:
            head.append(line.decode(encoding, "replace").strip())
            line = file.readline()
        names = line.decode(encoding, "replace").rstrip("\r\n").replace("\t", "").split(",")
        _check_header(names, len(head) + 1)
        columns = {name: place for place, name in enumerate(names)}
        newline = b"\r\n" if line.endswith(b"\r\n") else b"\n"
        layout = Layout(columns, b"", b",", b"#", newline, encoding)
        yield Table(file, layout, first_line=len(head) + 2), head


def _is_utf8(line: bytes) -> bool:
    try:
        return bool(line.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _check_header(names: list[str], line: int) -> None:
    missing, strange = set(_COLUMNS) - set(names), set(names) - set(_COLUMNS)
    if len(missing) > len(_COLUMNS) // 2:
        raise BillColumnsChanged(f"line {line}: not the header of a trade bill's detail")
    if missing:
        raise BillColumnsChanged(f"line {line}: no column {', '.join(sorted(missing))}")
    if strange or len(names) != len(_COLUMNS):
        raise BillColumnsChanged(
            f"line {line}: {len(names)} columns, where {len(_COLUMNS)} are known"
        )


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
        raise BillDamaged("the bill does not say its sums: it was cut short")
    return said
