"""WeChat Pay's trade bill, made from the books, and the form all its bills share. Pure.

UTF-8 with BOM, CRLF also at the end, a backtick before every cell but the header's, yuan with two
decimals. Source: pay.weixin.qq.com, "trade bill", and the real trade bill in
wechatpay-axios-plugin (tests/fixtures/bill.ALL.csv).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mock_platforms.wechat_pay.books import Books, Order, Refund, RefundStatus
from mock_platforms.wechat_pay.moments import beijing_day, bill_time, clock_time

PAYMENT_COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额"
)
REFUND_COLUMNS = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态"
GOODS_COLUMNS = "商品名称,商户数据包,手续费,费率,订单金额"
HEADERS = {
    "ALL": f"{PAYMENT_COLUMNS},{REFUND_COLUMNS},{GOODS_COLUMNS},申请退款金额,费率备注",
    "SUCCESS": f"{PAYMENT_COLUMNS},{GOODS_COLUMNS},费率备注",
    "REFUND": f"{PAYMENT_COLUMNS},退款申请时间,退款成功时间,"
    f"{REFUND_COLUMNS},{GOODS_COLUMNS},申请退款金额,费率备注",
}
SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
SUCCESS_SUMMARY = "总交易单数,应结订单总金额,手续费总金额,订单总金额"

MADE_FROM = 9  # o'clock in Beijing, on the day after

REFUND_WORDS = {
    RefundStatus.SUCCESS: "SUCCESS",
    RefundStatus.PROCESSING: "PROCESSING",
    RefundStatus.ABNORMAL: "CHANGE",
    RefundStatus.CLOSED: "FAIL",
}

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill in parts, so that a fault can spoil one of them."""

    header: str
    rows: Rows
    summary_header: str
    summary: Sequence[str]

    def text(self) -> bytes:
        lines = [self.header, *map(_line, self.rows), self.summary_header, _line(self.summary)]
        return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode()


def trade_bill(books: Books, day: date, kind: str, sub_mch_id: str | None = None) -> Bill | None:
    """Return the trade bill of a Beijing day, or None when nothing happened on it.

    Payments stand on the day they succeeded, refunds on the day they were asked for.
    """
    paid, given_back = _day(books, day, sub_mch_id)
    if kind == "SUCCESS":
        given_back = []
    if kind == "REFUND":
        paid = []
    if not paid and not given_back:
        return None
    entries: list[tuple[datetime, Sequence[str]]] = [
        *((_paid_at(order), _payment_row(books, order, kind)) for order in paid),
        *((refund.created_at, _refund_row(books, refund, kind)) for refund in given_back),
    ]
    rows = [row for _, row in sorted(entries, key=lambda entry: entry[0])]
    total = sum(order.total_fen for order in paid)
    back = sum(refund.refund_fen for refund in given_back)
    fees = sum(books.fee_fen(order.total_fen) for order in paid)
    fees -= sum(books.fee_fen(refund.refund_fen) for refund in given_back)
    count = f"{len(rows)}.0"
    if kind == "SUCCESS":
        short = (count, double(total), double(fees), double(total))
        return Bill(HEADERS[kind], rows, SUCCESS_SUMMARY, short)
    sums = (count, double(total), double(back), "0.0", double(fees), double(total), double(back))
    return Bill(HEADERS[kind], rows, SUMMARY, sums)


def yuan(fen: int) -> str:
    """Return `12.30`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def double(fen: int) -> str:
    """Return an amount as the summary prints it: `12.3`, `45.0`."""
    text = yuan(fen)
    return text[:-1] if text.endswith("0") else text


def _day(books: Books, day: date, sub_mch_id: str | None) -> tuple[list[Order], list[Refund]]:
    def of_merchant(order: Order) -> bool:
        return sub_mch_id is None or order.ids.get("sub_mchid") == sub_mch_id

    paid = [
        order
        for order in books.orders.values()
        if order.paid_at is not None and beijing_day(order.paid_at) == day and of_merchant(order)
    ]
    refunds = [
        _as_billed(refund, day)
        for refund in books.refunds.values()
        if beijing_day(refund.created_at) == day and of_merchant(refund.order)
    ]
    return paid, refunds


def _as_billed(refund: Refund, day: date) -> Refund:
    """Return a refund as it was when the bill was made: what happens later changes no bill."""
    made_at = clock_time(day + timedelta(days=1), MADE_FROM)
    ended = refund.succeeded_at is not None and refund.succeeded_at <= made_at
    if refund.channel == "ORIGINAL" or ended:
        return refund
    return replace(refund, status=RefundStatus.ABNORMAL, channel="ORIGINAL", succeeded_at=None)


def _payment_row(books: Books, order: Order, kind: str) -> Sequence[str]:
    total = yuan(order.total_fen)
    head = _head(order, _paid_at(order), "SUCCESS", total)
    fee = _fee(books, books.fee_fen(order.total_fen))
    tail = (order.description, order.attach, *fee, total)
    if kind == "SUCCESS":
        return (*head, *tail, "")
    return (*head, "0", "0", "0.00", "0.00", "", "", *tail, "0.00", "")


def _refund_row(books: Books, refund: Refund, kind: str) -> Sequence[str]:
    """Return a refund's row: its order's amounts are nought, so that both sums come out right."""
    back = yuan(refund.refund_fen)
    head = _head(refund.order, refund.created_at, "REFUND", "0.00")
    if kind == "REFUND":
        done = refund.succeeded_at
        head = (*head, bill_time(refund.created_at), bill_time(done) if done else "")
    return (
        *head,
        *(refund.refund_id, refund.out_refund_no, back, "0.00"),
        *(refund.channel, REFUND_WORDS[refund.status]),
        *(refund.order.description, refund.order.attach),
        *_fee(books, -books.fee_fen(refund.refund_fen)),
        *("0.00", back, ""),
    )


def _head(order: Order, at: datetime, state: str, settled: str) -> Sequence[str]:
    ids = order.ids
    return (
        bill_time(at),
        ids.get("sp_appid") or ids["appid"],
        order.mch_id,
        ids.get("sub_mchid", "0"),
        order.device_id,
        order.transaction_id,
        order.out_trade_no,
        next(iter(order.payer.values())),
        "JSAPI",
        state,
        "OTHERS",
        "CNY",
        settled,
        "0.00",
    )


def _fee(books: Books, fee_fen: int) -> tuple[str, str]:
    """Return the fee, with its five decimals, and the rate."""
    return f"{yuan(fee_fen)}000", f"{yuan(books.fee_rate)}%"


def _paid_at(order: Order) -> datetime:
    assert order.paid_at is not None  # noqa: S101 - only paid orders are asked
    return order.paid_at


def _line(cells: Sequence[str]) -> str:
    return ",".join(f"`{_escaped(cell)}" for cell in cells)


def _escaped(cell: str) -> str:
    """Return a cell as bills carry it: a comma becomes a backslash and a blank."""
    return cell.replace(",", "\\ ").replace("\n", "\\n")
