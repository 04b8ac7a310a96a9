"""What the rules say of a difference, in words for finance staff. Pure."""

from collections.abc import Mapping

from channel_gateway.domain.money import Fen, yuan_from_fen
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


COUNTED_ONCE = "账单合计只计一笔"


def line_twice(times: int, over: str) -> str:
    """`over`: in yuan, what the bill's own sums have too much; empty: nothing."""
    said = f"账单合计也按 {times} 笔计，多出 {over} 元" if over else COUNTED_ONCE
    return f"渠道账单有 {times} 条相同记录，{said}"


def wanted(fen: int) -> str:
    """Finance did not book the payment; nought: it did not say what it wants instead."""
    return f"财政应收 {yuan_from_fen(Fen(fen))} 元，未入账" if fen else "财政不收这一金额，未入账"


def paid_by(order_id: str) -> str:
    return f"该缴款单已由订单 {order_id} 缴清"
