"""What an order itself knows, line by line. Pure."""

from collections.abc import Callable, Iterator, Mapping

from channel_gateway.domain.days import beijing_text, moment_of
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.domain.notices import Receipt
from channel_gateway.service import Line
from payment.order import Event, Order
from payment.refund import Refund
from payment.story.money import where

# With the words that finance staff know. What is not here is told as it is written.
_STATES: Mapping[str, str] = {
    "created": "ordered (已下单)",
    "unpaid": "the platform waits for the citizen (待支付)",
    "unknown": "the platform did not answer: it is being asked (核实中)",
    "closing": "to be closed at the platform (关闭中)",
    "closed": "closed (已关闭)",
    "paid": "money received (已收款)",
    "disputed": "finance wants another amount: people decide (金额不符)",
    "confirmed": "finance has booked it (财政已入账)",
    "stray": "money received that settles nothing: it goes back (原路退回)",
    "returned": "all of it went back (已退回)",
}
_REFUNDS: Mapping[str, str] = {
    "refund_requested": "asked for (已申请)",
    "refund_unknown": "no answer: the platform is being asked (核实中)",
    "refund_processing": "the platform is at it (退款中)",
    "refund_abnormal": "the citizen's account does not take it (退款异常)",
    "refund_done": "paid back (已退款)",
    "refund_closed": "the platform gave up, no money moved (退款关闭)",
    "refund_refused": "the platform refused it, no money moved (退款被拒)",
    "refund_transfer": "for finance to transfer (国库退付)",
    "refund_short": "less was left than was approved (余额不足)",
}


def story(order: Order) -> Iterator[Line]:
    """How it stands, beginning with where the money is; then what happened."""
    yield Line(None, where(order))
    yield from standing(order)
    yield from happened(order)


def standing(order: Order) -> Iterator[Line]:
    """How it was paid, and what is still to be done."""
    known = f", transaction {order.transaction}" if order.transaction else ""
    yield Line(None, f"  by {order.method}{known}, for notice {order.pay_code}")
    for refund in order.refunds:
        yield from _refund(refund)
    for task in order.tasks:
        note = f"; last: {task.note}" if task.note else ""
        at = beijing_text(moment_of(task.due))
        yield Line(None, f"  waiting for {task.kind}, try {task.tries + 1} at {at}{note}")
    for task in order.given_up:
        yield Line(None, f"  GIVEN UP at try {task.tries + 1}: {task.kind}: {task.note}")


def happened(order: Order) -> Iterator[Line]:
    for event in order.events:
        yield Line(event.at, _WITH_NUMBERS.get(event.what, _plain)(order, event))


def _refund(refund: Refund) -> Iterator[Line]:
    amount = yuan_from_fen(refund.amount_fen)
    yield Line(None, f"  refund {refund.number}: {amount} yuan, {refund.state}: {refund.reason}")
    if refund.case_id:
        yield Line(None, f"    decided by people, as {refund.case_id}")
    if refund.reference:
        yield Line(None, f"    transferred by finance, reference {refund.reference}")


def _plain(order: Order, event: Event) -> str:
    if event.what in _REFUNDS:
        refund = order.refund(event.note)
        amount = f" of {yuan_from_fen(refund.amount_fen)} yuan" if refund else ""
        return f"refund {event.note}{amount}: {_REFUNDS[event.what]}"
    words = _STATES.get(event.what, event.what)
    return f"order: {words}{f': {event.note}' if event.note else ''}"


def _receipted(order: Order, event: Event) -> str:
    return f"e-receipt (电子票据) {_named(order.receipt) or event.note}"


def _reversed(order: Order, event: Event) -> str:
    for refund in order.refunds:
        if refund.red_receipt and refund.red_receipt.number == event.note:
            red = refund.red_receipt
            amount = yuan_from_fen(Fen(abs(red.total_fen)))
            return f"red receipt (冲红) {_named(red)} of {amount} yuan for refund {refund.number}"
    return f"red receipt (冲红) {event.note}"


def _named(receipt: Receipt | None) -> str:
    return f"{receipt.code} {receipt.number}" if receipt else ""


_WITH_NUMBERS: Mapping[str, Callable[[Order, Event], str]] = {
    "receipted": _receipted,
    "red_receipt": _reversed,
}
