"""An order as the platform tells it. Pure.

Source: developers.weixin.qq.com, «获取缴费订单详情» (nontaxgetorder).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mock_platforms.wechat.nontax.books import Books, Order, Refund, Status

RETURNED = (
    *("openid", "desc", "fee", "bank_account", "payment_notice_no", "order_no"),
    *("department_code", "department_name", "payment_notice_type", "region_code", "items", "scene"),
)
RMB = 1
FROM_THE_DEPARTMENT = 2  # 应收款信息来源; 1 is finance


def seconds(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp())


def order_json(books: Books, order: Order) -> dict[str, Any]:
    told: dict[str, Any] = {
        "appid": order.asked["appid"],
        "order_id": order.order_id,
        "create_time": seconds(order.created_at),
        "fee_type": RMB,
        "status": int(order.status),
        "bank_id": books.bank.bank_id,
        "bank_name": books.bank.name,
        "payment_info_source": FROM_THE_DEPARTMENT,
        **{name: order.asked[name] for name in RETURNED if name in order.asked},
    }
    if order.paid:
        told |= {"pay_finish_time": seconds(order.paid_at), "trans_id": order.trans_id}
    refunds = books.refunds_of(order)
    parts = [refund_json(refund) for refund in refunds if not refund.whole]
    if parts:
        told["partial_refund_info"] = parts
    for refund in refunds:
        if refund.whole:
            told |= {
                "refund_order_id": refund.refund_order_id,
                "refund_out_id": refund.refund_out_id,
                "refund_reason": refund.reason,
                "refund_finish_time": seconds(refund.finished_at),
            }
    return told


def refund_json(refund: Refund) -> dict[str, Any]:
    return {
        "refund_order_id": refund.refund_order_id,
        "refund_reason": refund.reason,
        "refund_fee": refund.fee,
        "refund_finish_time": seconds(refund.finished_at),
        "refund_out_id": refund.refund_out_id,
        "refund_status": int(Status.REFUNDED if refund.finished_at else Status.REFUNDING),
    }
