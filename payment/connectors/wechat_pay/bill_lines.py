"""A trade bill of WeChat Pay as entries, streamed. Pure over a file.

Columns are found by their names, whatever their order; `bill_layout` has those that are known.
Source: pay.weixin.qq.com, «申请交易账单» (v3), and the real bill in wechatpay-axios-plugin.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat
from pathlib import Path

from payment.connectors.bill_sums import COUNT, Sums, compare, left_out
from payment.connectors.bill_table import Block, Layout
from payment.connectors.setting_aside import Aside, pieces
from payment.connectors.wechat_pay.bill_layout import SUMMARY, opened, remarks_on_columns
from payment.connectors.wechat_pay.bill_summary import said, summary_of
from payment.reconciliation.entries import Entry, EntryState, Movement
from payment.reconciliation.wrong_bills import BillLineUnreadable, Remark, unsaid

_BILL = "trade bill"
# What the summary calls a column's sum, and the column's decimals.
SUMS = {
    "应结订单总金额": ("应结订单金额", 2),
    "退款总金额": ("退款金额", 2),
    "充值券退款总金额": ("充值券退款金额", 2),
    "手续费总金额": ("手续费", 5),
    "订单总金额": ("订单金额", 2),
    "申请退款总金额": ("申请退款金额", 2),
}
_MONEY = ("应结订单总金额", "退款总金额")  # of which a person asks first

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


def entries(path: Path, remark: Remark = unsaid) -> Iterator[Entry]:
    """The movements of an ALL, SUCCESS or REFUND bill, of a merchant or of a provider.

    Raises `BillWrong`, naming line and column; `BillSumsDisagree` after the last entry.
    """
    counted, aside = Sums(), Aside()
    with opened(path) as table:
        for words in remarks_on_columns(table.layout):
            remark(words)
        for sums, moved in pieces(table, read, aside):
            counted.update(sums)
            yield from moved
        summary = said_by(table.tail, table.layout)
    hold(summary, counted, path, aside)
    aside.say(remark, left_out(summary, counted, _MONEY))


def counts_every_line(path: Path) -> bool:
    """Whether its summary counts as many lines as there are, those that repeat another too."""
    with opened(path) as table:
        lines = sum(pieces(table, len, Aside()))
        return said_by(table.tail, table.layout)[COUNT] >= lines


def read(block: Block) -> tuple[dict[str, int], Iterator[Entry]]:
    """What lines come to, and the lines; all of it is looked at before any is given out."""
    return sums_of(block), entries_of(block)


def hold(summary: dict[str, int], counted: Sums, path: Path, aside: Aside) -> None:
    """Against what the bill says of itself. Raises `BillSumsDisagree`, `BillLineUnreadable`."""
    if not aside.leaves_out(said=summary[COUNT], read=counted[COUNT]):
        compare(summary, counted, partial(opened, path), sums_of)


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
    columns = block.layout.columns
    paid = block.numbers("订单金额" if "订单金额" in columns else "应结订单金额")
    if "退款状态" not in columns:
        return [""] * len(paid), paid, [_DONE] * len(paid)
    numbers, words = block.texts("商户退款单号"), block.words("退款状态", _STATES)
    asked = block.numbers("申请退款金额" if "申请退款金额" in columns else "退款金额")
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
        for name, (column, decimals) in SUMS.items()
        if column in columns
    }
    return sums | {COUNT: len(block)}


def said_by(tail: list[str], layout: Layout) -> dict[str, int]:
    """What the summary says of the columns that this bill has: of each of them there is a sum."""
    header, line = [*tail, "", ""][:2]
    summary = summary_of(_BILL, header, line)
    return {COUNT: said(_BILL, summary, SUMMARY, decimals=0)} | {
        name: said(_BILL, summary, name, decimals=decimals)
        for name, (column, decimals) in SUMS.items()
        if column in layout.columns
    }
