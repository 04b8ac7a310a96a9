"""Where the money of an order is, in a sentence. Pure."""

from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import Fen, yuan_from_fen
from payment.order import Order, State
from payment.owed import waiting_refunds
from payment.refund_todo import is_given_up, todo_of_refund
from payment.story.words import WHERE
from payment.views import says


def where(order: Order) -> str:
    """The answer, without personal data; what a citizen reads of it stands behind."""
    return f"{_where(order)}；订单 {order.id} 状态 {order.state}（{says(order)}）"


def _where(order: Order) -> str:
    amount = f"{yuan_from_fen(order.amount_fen)} 元"
    if order.transaction is None:
        return f"{amount}：{WHERE[order.state]}"
    if order.state is State.RETURNED:
        by_transfer = all(each.by_transfer for each in order.refunds if each.is_done)
        how = "由财政转账" if by_transfer else f"经 {order.method} 原路"
        return f"{amount}已{how}退回缴款人"
    if order.state is State.STRAY:
        return f"{amount}在 {order.method}，{_going_back(order)}"
    if order.state is State.DISPUTED:
        wanted = order.wanted_fen
        other = f"{yuan_from_fen(wanted)} 元" if wanted is not None else "另一金额"
        return f"{amount}在 {order.method}，财政要求的是{other}{_less(order)}"
    if order.confirmed_at is None:
        return f"{amount}在 {order.method}，正在通知财政"
    return f"{amount}已于 {beijing_text(order.confirmed_at)} 由财政入账{_less(order)}"


def _going_back(order: Order) -> str:
    return "应退回缴款人，退款受阻，须人工处理" if _stuck_fen(order) else "正在退回缴款人"


def _less(order: Order) -> str:
    """What of it went back, or is about to."""
    done, stuck = order.returned_fen, _stuck_fen(order)
    waits = sum(each.amount_fen for each in order.refunds if not each.is_done and not each.is_void)
    parts = [
        f"，其中 {yuan_from_fen(done)} 元已退回" if done else "",
        f"，其中 {yuan_from_fen(waits)} 元正在退回" if waits and not stuck else "",
        f"，其中 {yuan_from_fen(stuck)} 元退款受阻，须人工处理" if stuck else "",
    ]
    return "".join(parts)


def _stuck_fen(order: Order) -> Fen:
    """What does not go back by itself, though it should."""
    return Fen(
        sum(
            each.amount_fen
            for each in waiting_refunds(order)
            if todo_of_refund(each, given_up=is_given_up(order, each)).stuck
        )
    )
