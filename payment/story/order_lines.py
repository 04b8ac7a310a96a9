"""What an order itself knows, line by line. Pure."""

from collections.abc import Callable, Iterator, Mapping

from channel_gateway.domain.days import beijing_text, moment_of
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.domain.notices import Receipt
from channel_gateway.domain.tasks import Task
from channel_gateway.service import Line
from payment.order import Event, Order
from payment.refund import Refund
from payment.story.money import where
from payment.story.words import NOTES, ORDERS, REFUNDS, TASKS, said


def story(order: Order) -> Iterator[Line]:
    """How it stands, beginning with where the money is; then what happened."""
    yield Line(None, where(order))
    yield from standing(order)
    yield from happened(order)


def standing(order: Order) -> Iterator[Line]:
    """How it was paid, and what is still to be done."""
    known = f"，流水号 {order.transaction}" if order.transaction else ""
    yield Line(None, f"  支付方式 {order.method}{known}，缴款码 {order.pay_code}")
    for refund in order.refunds:
        yield from _refund(refund)
    for task in order.tasks:
        note = f"；上次：{task.note}" if task.note else ""
        at = beijing_text(moment_of(task.due))
        yield Line(None, f"  待办 {_task(task)}，第 {task.tries + 1} 次，{at}{note}")
    for task in order.given_up:
        yield Line(None, f"  已放弃 {_task(task)}，试过 {task.tries + 1} 次：{task.note}")


def happened(order: Order) -> Iterator[Line]:
    for event in order.events:
        yield Line(event.at, _WITH_NUMBERS.get(event.what, _plain)(order, event))


def _refund(refund: Refund) -> Iterator[Line]:
    amount = yuan_from_fen(refund.amount_fen)
    words = REFUNDS[f"refund_{refund.state}"]
    yield Line(
        None, f"  退款 {refund.number}：{amount} 元，{words}（{refund.state}）：{refund.reason}"
    )
    if refund.case_id:
        yield Line(None, f"    由人工批准，退付申请 {refund.case_id}")
    if refund.reference:
        yield Line(None, f"    财政已转账，凭证号 {refund.reference}")


def _task(task: Task) -> str:
    return f"{said(task.kind, TASKS)}（{task.kind}）"


def _plain(order: Order, event: Event) -> str:
    if event.what in REFUNDS:
        refund = order.refund(event.note)
        amount = f"（{yuan_from_fen(refund.amount_fen)} 元）" if refund else ""
        return f"退款 {event.note}{amount}：{REFUNDS[event.what]}"
    note = f"：{said(event.note, NOTES)}" if event.note else ""
    return f"订单：{said(event.what, ORDERS)}{note}"


def _receipted(order: Order, event: Event) -> str:
    return f"电子票据 {_named(order.receipt) or event.note}"


def _reversed(order: Order, event: Event) -> str:
    for refund in order.refunds:
        if refund.red_receipt and refund.red_receipt.number == event.note:
            red = refund.red_receipt
            amount = yuan_from_fen(Fen(abs(red.total_fen)))
            return f"红字票据（冲红）{_named(red)}，{amount} 元，退款 {refund.number}"
    return f"红字票据（冲红）{event.note}"


def _named(receipt: Receipt | None) -> str:
    return f"{receipt.code} {receipt.number}" if receipt else ""


_WITH_NUMBERS: Mapping[str, Callable[[Order, Event], str]] = {
    "receipted": _receipted,
    "red_receipt": _reversed,
}
