"""The bill of a day, made from the books. Pure.

Source: developers.weixin.qq.com, «下载缴费对帐单» (nontaxdownloadbill): a header, a backtick before
every later cell, at the end the totals' names and the totals. Inferred from WeChat Pay's bills:
CRLF, whole counts, a refund's 总金额 of nought, and fees of five decimals, negative of a refund.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mock_platforms.wechat.nontax.books import Books, Order, Refund
from mock_platforms.wechat.nontax.moments import beijing_day, bill_time

HEADER = (
    "交易时间,公众账号ID,商户号,子商户号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "总金额,企业红包金额,微信退款单号,商户退款单号,退款金额,企业红包退款金额,退款类型,退款状态,商品名称,"
    "手续费,费率,行政区划代码,缴费通知书编号(或平台订单号),执收单位编码,通知书类型,银行ID"
)
TOTALS = "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额"

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill in parts, so that a fault can spoil one of them."""

    header: str
    rows: Rows
    totals: Sequence[str]

    def text(self) -> bytes:
        lines = [self.header, *map(_line, self.rows), TOTALS, _line(self.totals)]
        return "".join(f"{line}\r\n" for line in lines).encode()


def bill_of(books: Books, day: date, kind: str) -> Bill:
    """Return the bill of a Beijing day: payments when paid, refunds when asked for."""
    paid = [o for o in books.orders.values() if o.paid_at and beijing_day(o.paid_at) == day]
    back = [r for r in books.refunds.values() if beijing_day(r.asked_at) == day]
    paid = [] if kind == "REFUND" else paid
    back = [] if kind == "SUCCESS" else back
    entries: list[tuple[datetime, Sequence[str]]] = [
        *((order.paid_at, _payment(books, order)) for order in paid if order.paid_at),
        *((refund.asked_at, _refund(books, refund)) for refund in back),
    ]
    rows = [row for _, row in sorted(entries, key=lambda entry: entry[0])]
    taken, returned = sum(o.fee for o in paid), sum(r.fee for r in back)
    fees = sum(books.fee_fen(o.fee) for o in paid) - sum(books.fee_fen(r.fee) for r in back)
    totals = (str(len(rows)), yuan(taken), yuan(returned), "0.00", _fee(fees))
    return Bill(HEADER, rows, totals)


def yuan(fen: int) -> str:
    """Return `12.30`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _fee(fen: int) -> str:
    return f"{yuan(fen)}000"


def _payment(books: Books, order: Order) -> Sequence[str]:
    nothing = ("0", "0", "0.00", "0.00", "", "")
    assert order.paid_at is not None  # noqa: S101 - only paid orders are asked
    head = _head(books, order, order.paid_at, "SUCCESS", yuan(order.fee))
    return (*head, *nothing, *_tail(books, order, books.fee_fen(order.fee)))


def _refund(books: Books, refund: Refund) -> Sequence[str]:
    order = books.orders[refund.order_id]
    back = (
        refund.refund_order_id,
        refund.refund_out_id or refund.refund_order_id,
        yuan(refund.fee),
        "0.00",
        "ORIGINAL",
        "SUCCESS" if refund.finished_at else "PROCESSING",
    )
    head = _head(books, order, refund.asked_at, "REFUND", "0.00")
    return (*head, *back, *_tail(books, order, -books.fee_fen(refund.fee)))


def _head(books: Books, order: Order, at: datetime, state: str, total: str) -> Sequence[str]:
    return (
        bill_time(at),
        order.asked["appid"],
        books.bank.mch_id,
        "0",
        order.trans_id,
        order.order_id,
        order.asked.get("openid", ""),
        str(order.asked.get("trade_type", "JSAPI")),
        state,
        "OTHERS",
        "CNY",
        total,
        "0.00",
    )


def _tail(books: Books, order: Order, fee_fen: int) -> Sequence[str]:
    return (
        order.asked["desc"],
        _fee(fee_fen),
        f"{yuan(books.fee_rate)}%",
        order.asked["region_code"],
        order.number,
        order.asked["department_code"],
        str(order.asked.get("payment_notice_type", 1)),
        books.bank.bank_id,
    )


def _line(cells: Sequence[str]) -> str:
    return ",".join(f"`{cell}" for cell in cells)
