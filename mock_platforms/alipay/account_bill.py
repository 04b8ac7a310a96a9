"""The `signcustomer` bill: every entry on the merchant's account, with its balance. Pure.

Income is written positive, expense negative; newer files carry four columns more than those of
2012, so readers find columns by name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mock_platforms.alipay.amounts import yuan
from mock_platforms.alipay.bill_files import cell, exported, head, join, rule, tabbed
from mock_platforms.alipay.bill_periods import Period
from mock_platforms.alipay.moments import BEIJING, beijing_text
from mock_platforms.alipay.movements import Movement, buyer_shown

DETAIL_COLUMNS = (
    "账务流水号", "业务流水号", "商户订单号", "商品名称", "发生时间", "对方账号",
    "收入金额（+元）", "支出金额（-元）", "账户余额（元）", "交易渠道", "业务类型", "备注",
    "业务描述", "业务订单号", "业务基础订单号", "业务账单来源",
)  # fmt: skip
SUMMARY_COLUMNS = (
    "类型", "收入笔数", "收入金额（+元）", "支出笔数", "支出金额（-元）", "总金额（元）",
)  # fmt: skip
_TABBED = frozenset({1, 2, 3, 4, 6, 13, 14, 15, 16})


class Kind(NamedTuple):
    word: str
    description: str


PAYMENT = Kind("交易付款", "0010001|交易收款-交易收款")
FEE = Kind("收费", "0030004|服务费-交易服务费")
REFUND = Kind("交易退款", "0020001|交易退款-交易退款")


@dataclass(frozen=True)
class Entry:
    number: str  # of the account, counted since its first entry
    move: Movement
    kind: Kind
    fen: int  # negative when money leaves the account
    balance_fen: int

    @property
    def moment(self) -> datetime:
        return self.move.moment


def detail_csv(all_moves: Sequence[Movement], period: Period, account: str) -> str:
    entries = _within(all_moves, period)
    return join(
        *head("支付宝账务明细查询", period, account),
        rule("账务明细列表", 41, 40),
        ",".join(DETAIL_COLUMNS),
        *(_detail_row(entry) for entry in entries),
        rule("账务明细列表结束", 41, 36),
        "#支出合计：{}笔，共{}元".format(*_sum(entries, -1)),
        "#收入合计：{}笔，共{}元".format(*_sum(entries, 1)),
        exported(period),
    )


def summary_csv(all_moves: Sequence[Movement], period: Period, account: str) -> str:
    entries = _within(all_moves, period)
    kinds = (PAYMENT, REFUND, FEE)
    by_kind = {kind.word: [one for one in entries if one.kind is kind] for kind in kinds}
    return join(
        *head("支付宝账务汇总查询", period, account),
        rule("账务汇总列表", 41, 40),
        ",".join(SUMMARY_COLUMNS),
        *(_summary_row(word, found) for word, found in by_kind.items() if found),
        _summary_row("合计", entries),
        rule("账务汇总列表结束", 40, 37),
        exported(period),
    )


def entries_of(moves: Iterable[Movement]) -> list[Entry]:
    """All entries of an account since it was opened, each with the balance it left."""
    entries: list[Entry] = []
    balance = 0
    for move in moves:
        for kind, fen in _parts(move):
            balance += fen
            day = f"{move.moment.astimezone(BEIJING):%Y%m%d}"
            number = f"{day}{len(entries) + 1:012d}"
            entries.append(Entry(number, move, kind, fen, balance))
    return entries


def _parts(move: Movement) -> Iterable[tuple[Kind, int]]:
    yield REFUND if move.is_refund else PAYMENT, move.amount_fen
    if move.service_fee_fen:
        yield FEE, move.service_fee_fen


def _within(moves: Sequence[Movement], period: Period) -> list[Entry]:
    return [entry for entry in entries_of(moves) if period.holds(entry.moment)]


def _detail_row(entry: Entry) -> str:
    trade, order = entry.move.trade, entry.move.trade.order
    cells = (
        entry.number, trade.trade_no, order.out_trade_no, cell(order.subject),
        beijing_text(entry.moment), buyer_shown(trade), yuan(max(entry.fen, 0)),
        yuan(min(entry.fen, 0)), yuan(entry.balance_fen), "支付宝", entry.kind.word,
        entry.move.out_request_no, entry.kind.description, order.out_trade_no, order.out_trade_no,
        "支付宝",
    )  # fmt: skip
    return tabbed(cells, _TABBED)


def _summary_row(word: str, entries: Sequence[Entry]) -> str:
    total = yuan(sum(entry.fen for entry in entries))
    return ",".join((word, *map(str, (*_sum(entries, 1), *_sum(entries, -1))), total))


def _sum(entries: Sequence[Entry], sign: int) -> tuple[int, str]:
    """How many entries go this way, and what they come to."""
    found = [entry.fen for entry in entries if entry.fen * sign > 0]
    return len(found), yuan(sum(found))
