"""What the connector asks Alipay about a trade, as the content of its calls. Pure.

Source: opendocs.alipay.com, `alipay.trade.create`, `.query`, `.close`, `.refund` and
`.fastpay.refund.query`.
"""

from typing import Any

from adapters.alipay.settings import IdMode
from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import yuan_from_fen
from payment.ports import Payable, Repayment

CREATE = "alipay.trade.create"
QUERY = "alipay.trade.query"
CLOSE = "alipay.trade.close"
REFUND = "alipay.trade.refund"
REFUND_QUERY = "alipay.trade.fastpay.refund.query"

_BUYER = {IdMode.OPEN_ID: "buyer_open_id", IdMode.USER_ID: "buyer_id"}
# A subject may hold none of these. It is also what keeps a callback's signed text unambiguous:
# `a=1&b=2` inside a value would read like two parameters.
_NOT_IN_SUBJECT = str.maketrans("/=&", "／＝＆")


def create(order: Payable, *, app_id: str, id_mode: IdMode) -> dict[str, Any]:
    """The same order gives the same content, which Alipay answers with the same `trade_no`."""
    return {
        "out_trade_no": order.order_id,
        "total_amount": yuan_from_fen(order.amount_fen),
        "subject": order.description.translate(_NOT_IN_SUBJECT)[:256],
        "product_code": "JSAPI_PAY",
        "op_app_id": app_id,
        _BUYER[id_mode]: order.payer.reveal(),
        "time_expire": beijing_text(order.expires_at),
    }


def refund(repayment: Repayment) -> dict[str, Any]:
    """Only documented parameters: others may make a refund "fail or happen twice".

    Without `out_request_no` Alipay takes the order's number, and a second refund for the first.
    """
    return {
        "out_trade_no": repayment.order_id,
        "refund_amount": yuan_from_fen(repayment.amount_fen),
        "out_request_no": repayment.refund_no,
        "refund_reason": repayment.reason[:256],
    }


def refund_query(order_id: str, refund_no: str) -> dict[str, Any]:
    return {
        "out_trade_no": order_id,
        "out_request_no": refund_no,
        "query_options": ["gmt_refund_pay", "deposit_back_info"],
    }
