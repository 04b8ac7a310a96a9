"""Money paid back by a transfer of finance: one person says so, another confirms it. Pure.

Who confirms says which transfer they have seen: what is said anew meanwhile is not confirmed.
"""

from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.errors import Conflict
from payment.order import Event, Order
from payment.refund import Refund, RefundState, RefundTrigger
from payment.settlement import refund_moved, with_refund


class NoTransfer(Conflict):
    """This refund is not paid back by transfer, or nobody has said yet that it was."""

    code = "no_transfer"
    zh = "这笔退款没有转账登记，请刷新后查看。"


class SecondPersonWanted(Conflict):
    """Who names a card, or says that money was transferred, cannot confirm it: another must."""

    code = "second_person_wanted"
    zh = "须由另一名人员复核，登记人不能复核自己的登记。"


class SaidAnew(Conflict):
    """What you confirm is not what is written down now: look again, and confirm what you see."""

    code = "said_anew"
    zh = "登记内容与您核对的不一致，可能已被修改，请刷新后重新核对。"


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
    return with_refund(order, replace(refund, reference=reference, paid_by=by), said)


def transfer_confirmed(
    order: Order, refund: Refund, reference: str, by: str, now: datetime, *, role: str = ""
) -> Order:
    """A second person has seen it on the account: the refund is done. Again changes nothing."""
    done = refund.is_done and bool(refund.confirmed_by)
    if not done and (refund.state is not RefundState.TRANSFER or not refund.reference):
        raise NoTransfer
    if refund.reference != reference:
        raise SaidAnew(field="reference")
    if done:
        return order
    if refund.paid_by == by:
        raise SecondPersonWanted
    seen = replace(refund, confirmed_by=by)
    confirmed = Event(now, "transfer_confirmed", f"{refund.number} {reference}", by, role)
    return refund_moved(with_refund(order, seen, confirmed), seen, RefundTrigger.FINISH, now)
