"""Where the money of an order is, in a sentence. Pure."""

from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import yuan_from_fen
from payment.order import Order, State
from payment.views import says

_NOWHERE = {
    State.CREATED: "no money has moved",
    State.UNPAID: "no money has moved; the citizen may still pay",
    State.UNKNOWN: "it is not known whether money has moved; the platform is being asked",
    State.CLOSING: "no money has moved as far as is known; the order is being closed",
    State.CLOSED: "no money has moved, and none can any more",
}


def where(order: Order) -> str:
    """The answer, without personal data; what a citizen reads of it stands behind in Chinese."""
    return f"{_where(order)}: order {order.id} is {order.state} ({says(order)})"


def _where(order: Order) -> str:
    amount = f"{yuan_from_fen(order.amount_fen)} yuan"
    if order.transaction is None:
        return f"{amount}: {_NOWHERE[order.state]}"
    if order.state is State.RETURNED:
        by_transfer = all(each.by_transfer for each in order.refunds if each.is_done)
        how = "by a transfer of finance" if by_transfer else f"through {order.method}"
        return f"{amount} went back to the citizen {how}"
    if order.state is State.STRAY:
        return f"{amount} are with {order.method}, on their way back to the citizen"
    if order.state is State.DISPUTED:
        wanted = order.wanted_fen
        other = f"{yuan_from_fen(wanted)} yuan" if wanted is not None else "another amount"
        return f"{amount} are with {order.method}, and finance wants {other}{_less(order)}"
    if order.confirmed_at is None:
        return f"{amount} are with {order.method}, and finance is being told"
    return f"{amount} are on finance's books since {beijing_text(order.confirmed_at)}{_less(order)}"


def _less(order: Order) -> str:
    """What of it went back, or is about to."""
    done = order.returned_fen
    waits = sum(each.amount_fen for each in order.refunds if not each.is_done and not each.is_void)
    parts = [
        f", of which {yuan_from_fen(done)} went back" if done else "",
        f", of which {yuan_from_fen(waits)} are on their way back" if waits else "",
    ]
    return "".join(parts)
