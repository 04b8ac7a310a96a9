"""What Alipay tells a `notify_url` about a trade. Pure.

Source: opendocs.alipay.com, "asynchronous notification"; a real one is among the test vectors.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from mock_platforms.alipay.amounts import yuan
from mock_platforms.alipay.moments import beijing_text
from mock_platforms.alipay.trades import Refund, Status, Trade
from mock_platforms.alipay.wire import CODECS, compact_json, notice_text, write_form

# The gaps between deliveries until one is answered; eight deliveries in a little over a day.
LADDER = tuple(
    timedelta(minutes=minutes) for minutes in (4, 10, 10, 1 * 60, 2 * 60, 6 * 60, 15 * 60)
)
USER_AGENT = "Mozilla/4.0"

# The platform sends only TRADE_SUCCESS unless a merchant asked for more; a partial refund keeps
# that status and is therefore told as well, a full one becomes TRADE_CLOSED and is not.
SENT_BY_DEFAULT = frozenset({Status.TRADE_SUCCESS})


def acknowledged(status: int, body: bytes) -> bool:
    """Only HTTP 200 with exactly these seven bytes stops the repeats."""
    return status == 200 and body == b"success"


def notice(
    trade: Trade,
    *,
    buyer: Mapping[str, str],
    seller_id: str,
    notify_id: str,
    now: datetime,
    refund: Refund | None = None,
) -> dict[str, str]:
    """The unsigned parameters; `buyer` is {"buyer_id": …} or {"buyer_open_id": …} and logon id."""
    order = trade.order
    total = yuan(order.total_fen)
    paid = trade.paid_at is not None
    params = {
        "gmt_create": beijing_text(trade.created_at),
        "charset": order.notify_charset,
        "gmt_payment": beijing_text(trade.paid_at) if trade.paid_at else "",
        "notify_time": beijing_text(now),
        "subject": order.subject,
        **buyer,
        "body": order.body,
        "invoice_amount": total if paid else "",
        "version": "1.0",
        "notify_id": notify_id,
        "fund_bill_list": compact_json([{"amount": total, "fundChannel": "ALIPAYACCOUNT"}])
        if paid
        else "",
        "notify_type": "trade_status_sync",
        "out_trade_no": order.out_trade_no,
        "total_amount": total,
        "trade_status": trade.status.value,
        "trade_no": trade.trade_no,
        "auth_app_id": order.app_id,
        "receipt_amount": total if paid else "",
        "point_amount": "0.00" if paid else "",
        "app_id": order.app_id,
        "buyer_pay_amount": total if paid else "",
        "seller_id": seller_id,
        "gmt_close": beijing_text(trade.closed_at) if trade.closed_at else "",
        "passback_params": order.passback_params,
        **(_refunded(trade, refund) if refund else {}),
    }
    return {name: value for name, value in params.items() if value}


def _refunded(trade: Trade, refund: Refund) -> dict[str, str]:
    return {
        "refund_fee": yuan(trade.refunded_fen),  # cumulative
        "send_back_fee": yuan(refund.amount_fen),
        "gmt_refund": beijing_text(refund.refunded_at) + ".000",
        "out_biz_no": refund.out_request_no,
    }


def text_to_sign(params: Mapping[str, str]) -> bytes:
    return notice_text(params).encode(codec_of(params), "replace")


def form_body(params: Mapping[str, str], sign: str) -> bytes:
    return write_form({**params, "sign_type": "RSA2", "sign": sign}, codec_of(params))


def codec_of(params: Mapping[str, str]) -> str:
    return CODECS[params["charset"].lower()]
