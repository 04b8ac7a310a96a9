"""A refund to another card: one person names it, another confirms that very card. Pure.

Both are in the order's history, with the card's digest. Before the platform is told, it is
written down that the card was confirmed; from then on no other is named until there is an answer.
"""

from dataclasses import replace
from datetime import datetime

from payment.order import Event, Order
from payment.refund import NamedCard, Refund, RefundState
from payment.refund_cases.refusals import CardConfirmed, NoCardNamed, NoCardTaken
from payment.settlement import with_refund
from payment.transfers import SaidAnew, SecondPersonWanted

NAMED, CONFIRMED, NOT_TAKEN = "card_named", "card_confirmed", "card_not_taken"


def card_named(order: Order, refund: Refund, card: NamedCard, role: str) -> Order:
    """Until one is confirmed another may be named; then the earlier one counts no more.

    Raises `NoCardTaken`, `CardConfirmed`.
    """
    if refund.state is not RefundState.ABNORMAL:
        raise NoCardTaken
    known = refund.card
    if known and (known.digest, known.named_by) == (card.digest, card.named_by):
        return order
    if known and known.confirmed_by:
        raise CardConfirmed
    named = Event(card.named_at, NAMED, _note(refund, card.digest), card.named_by, role)
    return with_refund(order, replace(refund, card=card), named)


def card_confirmed(
    order: Order, refund: Refund, digest: str, by: str, now: datetime, role: str
) -> Order:
    """Another person has seen this card. Again, also once the platform has it, changes nothing.

    Raises `NoCardNamed`, `SaidAnew` of another card, `SecondPersonWanted`.
    """
    card = refund.card
    if card is None and _was_confirmed(order, refund, digest, by):
        return order
    if card is None:
        raise NoCardNamed
    if card.digest != digest:
        raise SaidAnew(field="card")
    if card.named_by == by:
        raise SecondPersonWanted
    if card.confirmed_by:
        return order
    confirmed = Event(now, CONFIRMED, _note(refund, digest), by, role)
    return with_refund(order, replace(refund, card=replace(card, confirmed_by=by)), confirmed)


def card_not_taken(order: Order, refund: Refund, digest: str, now: datetime) -> Order:
    """The platform said no, and nothing is under way: another card may be named."""
    if refund.card is None or refund.card.digest != digest:
        return order
    refused = Event(now, NOT_TAKEN, _note(refund, digest))
    return with_refund(order, replace(refund, card=None), refused)


def _was_confirmed(order: Order, refund: Refund, digest: str, by: str) -> bool:
    """By the same person, and the platform took it."""
    mine = [each for each in order.events if each.note == _note(refund, digest)]
    sent = refund.state is not RefundState.ABNORMAL
    return sent and bool(mine) and (mine[-1].what, mine[-1].by) == (CONFIRMED, by)


def _note(refund: Refund, digest: str) -> str:
    return f"{refund.number} {digest}"
