"""What the rules say of a difference, in words for finance staff. Pure."""

from collections.abc import Mapping

from payment.reconciliation.entries import EntryState, Side

AWAITS = "等待次日对账单"
AWAITS_BEFORE = "等待前一日对账单"
FAR = "渠道与网关记在相邻日期，但不在零点前后"

BOOKS: Mapping[Side, str] = {
    Side.CHANNEL: "渠道账单",
    Side.GATEWAY: "网关",
    Side.FINANCE: "财政日报",
}
WHO: Mapping[Side, str] = {Side.CHANNEL: "渠道", Side.GATEWAY: "网关", Side.FINANCE: "财政"}

ORDERS: Mapping[str, str] = {  # of our orders, while no money has come
    EntryState.OPEN: "未支付",
    EntryState.CLOSED: "已关闭",
}
REFUNDS: Mapping[str, str] = {
    EntryState.DONE: "已退",
    EntryState.PROCESSING: "退款中",
    EntryState.FAILED: "未退成",
    EntryState.STRAY: "已退，不入账",
    EntryState.TRANSFERRED: "由财政转账退付",
    EntryState.STRAY_TRANSFERRED: "由财政转账退付，不入账",
}


def paid_by(order_id: str) -> str:
    return f"该缴款单已由订单 {order_id} 缴清"
