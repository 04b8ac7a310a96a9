"""Orders and refunds in the words of answers and notifications. Pure.

Source: pay.weixin.qq.com, "query order", "refund query" and the two notifications.
"""

from __future__ import annotations

from typing import Any

from mock_platforms.wechat_pay.books import Order, Refund, TradeState
from mock_platforms.wechat_pay.moments import rfc3339

DESCRIPTIONS = {
    TradeState.NOTPAY: "订单未支付",
    TradeState.SUCCESS: "支付成功",
    TradeState.REFUND: "订单发生过退款，退款详情请查询退款单",
    TradeState.CLOSED: "订单已关闭",
}


def transaction(order: Order) -> dict[str, Any]:
    """Return an order as the query answers and the notification tells it."""
    value: dict[str, Any] = {
        "amount": {"currency": "CNY", "total": order.total_fen},
        **order.ids,
        "attach": order.attach,
        "out_trade_no": order.out_trade_no,
        "payer": dict(order.payer),
        "promotion_detail": [],
        "trade_state": order.state.value,
        "trade_state_desc": DESCRIPTIONS[order.state],
    }
    if device_id := order.device_id:
        value["scene_info"] = {"device_id": device_id}
    if order.paid_at is not None:
        value["amount"] |= {"payer_currency": "CNY", "payer_total": order.total_fen}
        value |= {
            "bank_type": "OTHERS",
            "success_time": rfc3339(order.paid_at),
            "trade_type": "JSAPI",
            "transaction_id": order.transaction_id,
        }
    return dict(sorted(value.items()))


def refund_json(refund: Refund) -> dict[str, Any]:
    """Return a refund as the refund calls answer it."""
    value: dict[str, Any] = {
        "amount": _refund_amount(refund)
        | {
            "currency": "CNY",
            "discount_refund": 0,
            "from": [dict(one) for one in refund.funds_from],
            "refund_fee": 0,
            "settlement_refund": refund.refund_fen,
            "settlement_total": refund.order.total_fen,
        },
        "channel": refund.channel,
        "create_time": rfc3339(refund.created_at),
        "funds_account": refund.funds_account,
        "out_refund_no": refund.out_refund_no,
        "out_trade_no": refund.order.out_trade_no,
        "promotion_detail": [],
        "refund_id": refund.refund_id,
        "status": refund.status.value,
        "transaction_id": refund.order.transaction_id,
        "user_received_account": "支付用户零钱",
    }
    if refund.succeeded_at is not None:
        value["success_time"] = rfc3339(refund.succeeded_at)
    return value


def refund_notice(refund: Refund) -> dict[str, Any]:
    """Return a refund as its notification tells it: there the field is `refund_status`."""
    ids = {name: value for name, value in refund.order.ids.items() if name.endswith("mchid")}
    value = ids | {
        "out_trade_no": refund.order.out_trade_no,
        "transaction_id": refund.order.transaction_id,
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_id,
        "refund_status": refund.status.value,
        "user_received_account": "支付用户零钱",
        "amount": _refund_amount(refund),
    }
    if refund.succeeded_at is not None:
        value["success_time"] = rfc3339(refund.succeeded_at)
    return value


def _refund_amount(refund: Refund) -> dict[str, Any]:
    return {
        "total": refund.order.total_fen,
        "refund": refund.refund_fen,
        "payer_total": refund.order.total_fen,
        "payer_refund": refund.refund_fen,
    }
