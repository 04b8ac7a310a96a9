"""Money paid back by a transfer of finance: one person says so, another confirms it. Pure."""

from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.errors import Conflict
from payment.order import Event, Order
from payment.refund import Refund, RefundState, RefundTrigger
from payment.settlement import refund_moved


class NoTransfer(Conflict):
    """This refund is not paid back by transfer, or nobody has said yet that it was."""

    code = "no_transfer"
    zh = "这笔退款没有转账登记，请刷新后查看。"


class SecondPersonWanted(Conflict):
    """Who says that money was transferred cannot confirm it: somebody else must."""

    code = "second_person_wanted"
    zh = "转账退款须由另一名人员复核。"


def transfer_said(
    order: Order, refund: Refund, reference: str, by: str, now: datetime, *, role: str = ""
) -> Order:
    """Somebody says that it was transferred; until it is confirmed they may say it better."""
    if refund.is_done and refund.reference == reference:
        return order
    if refund.state is not RefundState.TRANSFER:
        raise NoTransfer
    if (refund.reference, refund.paid_by) == (reference, by):
        return order
    said = Event(now, "transfer_said", f"{refund.number} {reference}", by, role)
    return _with(order, replace(refund, reference=reference, paid_by=by), said)


def transfer_confirmed(
    order: Order, refund: Refund, by: str, now: datetime, *, role: str = ""
) -> Order:
    """A second person has seen it on the account: the refund is done. Again changes nothing."""
    if refund.is_done and refund.confirmed_by:
        return order
    if refund.state is not RefundState.TRANSFER or not refund.reference:
        raise NoTransfer
    if refund.paid_by == by:
        raise SecondPersonWanted
    seen = replace(refund, confirmed_by=by)
    order = _with(order, seen, Event(now, "transfer_confirmed", refund.number, by, role))
    return refund_moved(order, seen, RefundTrigger.FINISH, now)


def _with(order: Order, refund: Refund, event: Event) -> Order:
    refunds = tuple(refund if each.number == refund.number else each for each in order.refunds)
    return replace(order, refunds=refunds, events=(*order.events, event))
