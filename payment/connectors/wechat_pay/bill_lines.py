"""A trade bill of WeChat Pay as entries, streamed. Pure over a file.

Columns are found by their names, whatever their order; a name that is not known stops the bill, for
nobody can say what moved. Source: pay.weixin.qq.com, «申请交易账单» (v3), and the real bill in
wechatpay-axios-plugin.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from pathlib import Path

from payment.connectors.bill_sums import COUNT, Sums, compare
from payment.connectors.bill_table import Block, Layout, Table
from payment.connectors.wechat_pay.bill_summary import said, summary_of
from payment.reconciliation.entries import Entry, EntryState, Movement
from payment.reconciliation.wrong_bills import (
    BillColumnsChanged,
    BillLineUnreadable,
)

_ALWAYS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注"
)
_OF_REFUNDS = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,申请退款金额"
_IN_REFUND_BILLS = "退款申请时间,退款成功时间"
_SUCCESS_BILL = frozenset(_ALWAYS.split(","))
_ALL_BILL = _SUCCESS_BILL | frozenset(_OF_REFUNDS.split(","))
_REFUND_BILL = _ALL_BILL | frozenset(_IN_REFUND_BILLS.split(","))
_BILLS = (_ALL_BILL, _SUCCESS_BILL, _REFUND_BILL)

_BILL = "trade bill"
_SUMMARY = "总交易单数"
# What the summary calls a column's sum, and the column's decimals.
_SUMS = {
    "应结订单总金额": ("应结订单金额", 2),
    "退款总金额": ("退款金额", 2),
    "充值券退款总金额": ("充值券退款金额", 2),
    "手续费总金额": ("手续费", 5),
    "订单总金额": ("订单金额", 2),
    "申请退款总金额": ("申请退款金额", 2),
}

_MOVEMENTS = {
    b"SUCCESS": Movement.PAYMENT.value,
    b"REFUND": Movement.REFUND.value,
    b"REVOKED": Movement.REFUND.value,  # 撤销: given back as a whole
}
_STATES = {
    b"": "",  # of a payment
    b"SUCCESS": EntryState.DONE.value,
    b"PROCESSING": EntryState.PROCESSING.value,
    b"FAIL": EntryState.FAILED.value,
    b"CHANGE": EntryState.FAILED.value,  # the citizen's account did not take it: a person must act
}
_CURRENCY = {b"CNY": None}
_DONE, _REFUND = EntryState.DONE.value, Movement.REFUND.value
_entry: Callable[[tuple[object, ...]], Entry] = partial(tuple.__new__, Entry)  # of whole columns


def entries(path: Path) -> Iterator[Entry]:
    """The movements of an ALL, SUCCESS or REFUND bill, of a merchant or of a provider.

    Raises `BillWrong`, naming line and column; `BillSumsDisagree` after the last entry.
    """
    counted = Sums()
    with opened(path) as table:
        for block in table.blocks():
            counted.update(sums_of(block))
            yield from entries_of(block)
        summary = said_by(table.tail, table.layout)
    compare(summary, counted, partial(opened, path), sums_of)


def counts_every_line(path: Path) -> bool:
    """Whether its summary counts as many lines as there are, those that repeat another too."""
    with opened(path) as table:
        lines = sum(map(len, table.blocks()))
        return lines == said_by(table.tail, table.layout)[COUNT]


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """Raises `BillWrong` unless its header is one that is known."""
    with open(path, "rb") as file:
        line = file.readline()
        names = line.decode("utf-8-sig", "replace").rstrip("\r\n").split(",")
        _check_header(names)
        columns = {name: place for place, name in enumerate(names)}
        newline = b"\r\n" if line.endswith(b"\r\n") else b"\n"
        layout = Layout(columns, b"`", b",`", _SUMMARY.encode(), newline, "utf-8")
        yield Table(file, layout, first_line=2)


def _check_header(names: list[str]) -> None:
    found = frozenset(names)
    if found in _BILLS and len(found) == len(names):
        return
    near = min(_BILLS, key=lambda known: len(known ^ found))
    missing, strange = near - found, found - near
    if len(missing) > len(near) // 2:
        raise BillColumnsChanged("line 1: not the header of a trade bill")
    if missing:
        raise BillColumnsChanged(f"line 1: no column {', '.join(sorted(missing))}")
    raise BillColumnsChanged(
        f"line 1: {len(strange)} columns that are not known, or one named twice"
    )


def entries_of(block: Block) -> Iterator[Entry]:
    block.words("货币种类", _CURRENCY)
    movements = block.words("交易状态", _MOVEMENTS)
    numbers, amounts, states = _numbers_amounts_states(block, movements)
    return map(
        _entry,
        zip(
            movements,
            block.texts("商户订单号"),
            numbers,
            block.texts("微信订单号"),
            amounts,
            block.moments("交易时间"),
            states,
            block.numbers("手续费", decimals=5),
            repeat(""),
            repeat(""),
        ),
    )


def _numbers_amounts_states(
    block: Block, movements: list[str]
) -> tuple[list[str], list[int], list[str]]:
    """A refund's line has its payment's number and goods, and a number and an amount of its own."""
    paid = block.numbers("订单金额")
    if "退款状态" not in block.layout.columns:
        return [""] * len(paid), paid, [_DONE] * len(paid)
    numbers, words = block.texts("商户退款单号"), block.words("退款状态", _STATES)
    asked = block.numbers("申请退款金额")
    refunds = [place for place, movement in enumerate(movements) if movement == _REFUND]
    of_lines = [""] * len(paid), paid.copy(), [_DONE] * len(paid)
    for place in refunds:
        if not words[place]:
            raise BillLineUnreadable(
                f"line {block.first_line + place}, 退款状态: none, of a refund"
            )
        of_lines[0][place] = numbers[place]
        of_lines[1][place] = asked[place]
        of_lines[2][place] = words[place]
    return of_lines


def sums_of(block: Block) -> dict[str, int]:
    columns = block.layout.columns
    sums = {
        name: sum(block.numbers(column, decimals))
        for name, (column, decimals) in _SUMS.items()
        if column in columns
    }
    return sums | {COUNT: len(block)}


def said_by(tail: list[str], layout: Layout) -> dict[str, int]:
    """What the summary says of the columns that this bill has: of each of them there is a sum."""
    header, line = [*tail, "", ""][:2]
    summary = summary_of(_BILL, header, line)
    return {COUNT: said(_BILL, summary, _SUMMARY, decimals=0)} | {
        name: said(_BILL, summary, name, decimals=decimals)
        for name, (column, decimals) in _SUMS.items()
        if column in layout.columns
    }
