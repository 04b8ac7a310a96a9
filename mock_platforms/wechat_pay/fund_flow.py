"""The fund flow bill: every movement on the merchant's account. Pure.

Source: pay.weixin.qq.com, "fund flow bill".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from mock_platforms.wechat_pay.bills import Bill, double, yuan
from mock_platforms.wechat_pay.books import Books
from mock_platforms.wechat_pay.moments import beijing_day, bill_time

HEADER = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
SUMMARY = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"


def fund_flow_bill(books: Books, day: date) -> Bill | None:
    """Return the account's movements on a Beijing day; the balance runs since the first one."""
    moves = sorted(_movements(books), key=lambda move: move.at)
    todays = [move for move in moves if beijing_day(move.at) == day]
    if not todays:
        return None
    balance = sum(move.fen for move in moves if beijing_day(move.at) < day)
    rows: list[Sequence[str]] = []
    for move in todays:
        balance += move.fen
        rows.append(move.row(balance))
    income = [move.fen for move in todays if move.fen > 0]
    outgo = [-move.fen for move in todays if move.fen < 0]
    summary = (
        f"{len(todays)}.0",
        f"{len(income)}.0",
        double(sum(income)),
        f"{len(outgo)}.0",
        double(sum(outgo)),
    )
    return Bill(HEADER, rows, SUMMARY, summary)


def takings(books: Books, day: date) -> dict[str, int]:
    """What each merchant gets for a Beijing day: payments less refunds less fees."""
    sums: dict[str, int] = {}
    for move in _movements(books):
        if beijing_day(move.at) == day:
            sums[move.mch_id] = sums.get(move.mch_id, 0) + move.fen
    return sums


@dataclass(frozen=True, slots=True)
class Movement:
    mch_id: str
    at: datetime
    fen: int  # negative when money leaves the account
    number: str
    name: str
    remark: str
    voucher: str

    def row(self, balance_fen: int) -> Sequence[str]:
        direction = "收入" if self.fen > 0 else "支出"
        return (
            *(bill_time(self.at), self.number, self.flow_number, self.name, self.name, direction),
            *(yuan(abs(self.fen)), yuan(balance_fen), "system", self.remark, self.voucher),
        )

    @property
    def flow_number(self) -> str:
        """The movement's own number: merchant, day, ten digits. A fee has another than its trade.

        Made of what moved, so that a bill fetched again is the same.
        """
        mark = sha256(f"{self.number} {self.name}".encode()).digest()
        digits = int.from_bytes(mark[:8]) % 10**10
        return f"{self.mch_id}{beijing_day(self.at):%Y%m%d}{digits:010d}"


def _movements(books: Books) -> Iterable[Movement]:
    """Yield what moved on the merchant's own account; a bureau's orders move on the bureau's."""
    for order in books.orders.values():
        if order.paid_at is not None and "sub_mchid" not in order.ids:
            move = Movement(
                order.mch_id,
                order.paid_at,
                order.total_fen,
                order.transaction_id,
                "交易",
                "",
                order.out_trade_no,
            )
            yield from _with_fee(books, move)
    for refund in books.refunds.values():
        if refund.succeeded_at is not None and "sub_mchid" not in refund.order.ids:
            move = Movement(
                refund.order.mch_id,
                refund.succeeded_at,
                -refund.refund_fen,
                refund.refund_id,
                "退款",
                refund.reason,
                refund.out_refund_no,
            )
            yield from _with_fee(books, move)


def _with_fee(books: Books, move: Movement) -> Iterable[Movement]:
    """Yield a movement, and its fee: taken on a payment, given back on a refund."""
    yield move
    if fee := books.fee_fen(abs(move.fen)):
        yield replace(move, fen=-fee if move.fen > 0 else fee, name="扣除交易手续费")
