"""What happens to a delivery, as changes of it. Pure.

What follows from a change (who is told, what a person must look at) is added beside it, by
`following.py`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.state_machine import advance, may
from channel_gateway.domain.tasks import Task, with_tasks, without
from channel_gateway.services.licence_delivery.citizens.consents import hold
from channel_gateway.services.licence_delivery.couriers.orders import PLACE, is_to_be_placed, let_go
from channel_gateway.services.licence_delivery.delivery import (
    SENDS_AGAIN,
    TRANSITIONS,
    UNDER_WAY,
    Attempt,
    Delivery,
    Event,
    Judgement,
    KeptScan,
    State,
    Trigger,
    Verdict,
    with_attempt,
)
from channel_gateway.services.licence_delivery.refusals import (
    ConsentWithdrawn,
    HandedOverAlready,
    NotSentAgain,
)
from channel_gateway.services.licence_delivery.rules.asking import (
    ASK,
    NOT_OFTENER,
    asked_on,
    asked_slowly,
    asking,
    hastened,
    is_hopeless,
    is_quiet,
    unasked,
)
from channel_gateway.services.licence_delivery.rules.judging import said
from channel_gateway.services.licence_delivery.rules.standing import answered, pushed, standing

FOLLOW, LOOK = "follow", "look"
MOST_ATTEMPTS = 9
_MOST_EVENTS = 300
STALLED, ANOTHER_PARCEL = "stalled", "another_parcel"
_TOO_OLD = timedelta(days=1)  # before it was asked for: somebody else's parcel, or a year before's


def noted(delivery: Delivery, what: str, now: datetime, note: str = "") -> Delivery:
    """With a line of history."""
    number = delivery.news + 1
    events = (*delivery.events, Event(now, what, note, number))[-_MOST_EVENTS:]
    return replace(delivery, events=events, news=number)


def settled(delivery: Delivery) -> Delivery:
    """In the state that follows from all that is said of its parcel."""
    trigger = None if delivery.attempt is None else said(delivery.attempt)
    if trigger is None or not may(TRANSITIONS, delivery.state, trigger):
        return delivery
    return replace(delivery, state=advance(TRANSITIONS, delivery.state, trigger))


def issued(delivery: Delivery, now: datetime, *, goods: str = "") -> Delivery:
    """There is something to send; again changes nothing."""
    if delivery.state is not State.REQUESTED:
        return delivery
    known = noted(delivery, "licence_issued", now, goods) if goods else delivery
    there = replace(known, state=State.PACKED, goods=goods or delivery.goods)
    return _tried(there, delivery.courier, now)


def placing(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """From this moment on the courier may have an order of this number."""
    attempt = delivery.numbered(number)
    if attempt is None or not is_to_be_placed(delivery, attempt) or attempt.placing_at is not None:
        return delivery
    begun = with_attempt(delivery, replace(attempt, placing_at=now))
    return naming(begun, number, attempt.courier)


def naming(delivery: Delivery, number: str, courier: str) -> Delivery:
    """From this moment on the courier may have the citizen's telephone, if they consent to it."""
    attempt = delivery.numbered(number)
    if attempt is None or courier in attempt.given_to or not delivery.recipient:
        return delivery
    if not hold(delivery.consents):
        return delivery
    return with_attempt(delivery, replace(attempt, given_to=(*attempt.given_to, courier)))


def placed(delivery: Delivery, number: str, waybill: str, now: datetime) -> Delivery:
    """The courier has made a waybill for this number."""
    attempt = delivery.numbered(number)
    if attempt is None or attempt.waybill or attempt.placing_at is None:
        return delivery
    given = replace(attempt, waybill=waybill, began_at=now)
    if attempt.cancel_asked_at is not None:  # nobody waits for it any more
        return let_go(_known_by_waybill(delivery, given), number, now)
    return _given(delivery, given, now)


def not_taken(delivery: Delivery, number: str, why: str, now: datetime) -> Delivery:
    """The courier refuses the order: a person must look."""
    attempt = delivery.numbered(number)
    if attempt is None or attempt.waybill:
        return delivery
    refused = settled(with_attempt(delivery, replace(attempt, refused=why)))
    return _to_look_at(noted(refused, "courier_refused", now, why), number, why, now)


def handed_over(delivery: Delivery, courier: str, waybill: str, now: datetime) -> Delivery:
    """The department sends it by a waybill of its own. Raises `HandedOverAlready`,
    `ConsentWithdrawn`.
    """
    attempt = delivery.attempt
    if attempt is not None and (attempt.courier, attempt.waybill) == (courier, waybill):
        return delivery
    if not hold(delivery.consents):
        raise ConsentWithdrawn(field="delivery_id")
    # A number that was typed wrongly is put right as long as nothing was heard of it.
    mistyped = attempt is not None and attempt.by_department and not attempt.scans
    if attempt is not None and attempt.waybill and not mistyped:
        raise HandedOverAlready(field="waybill")
    if attempt is None or (attempt.placing_at is not None and not attempt.refused):
        # What the courier may have of the other number is none of this parcel's.
        left = delivery if attempt is None else let_go(delivery, attempt.number, now)
        delivery = _tried(replace(left, state=State.PACKED), courier, now)
        attempt = delivery.attempt
    if attempt is None:
        raise TypeError("a delivery that is tried has an attempt")
    own = replace(
        attempt,
        courier=courier,
        waybill=waybill,
        began_at=now,
        by_department=True,
        refused="",
        cancelled_at=None,
        cancel_asked_at=None,
    )
    left = replace(
        _listed(delivery, ANOTHER_PARCEL, False, now),
        open_key=delivery.matter_key,
        **without(delivery, lambda task: task.kind in (PLACE, LOOK)),
    )
    return _given(noted(left, "handed_over", now), own, now)


def heard(
    delivery: Delivery,
    number: str,
    scans: Iterable[KeptScan],
    now: datetime,
    *,
    signed: bool,
) -> Delivery:
    """What a courier told by itself: it is asked, unless its last answer has all of it."""
    attempt = delivery.numbered(number)
    if attempt is None:
        return delivery
    told = _of_it(delivery, scans)
    after = pushed(attempt, told, signed=signed, now=now)
    answer = {
        each.key for each in after.scans if each.asked_at and each.asked_at == after.answered_at
    }
    changed = settled(with_attempt(delivery, after)) if after is not attempt else delivery
    if told and all(each.key in answer for each in told):
        return changed
    return hastened(changed, number, now)


def told_by_courier(
    delivery: Delivery,
    number: str,
    scans: Iterable[KeptScan],
    asked_at: datetime,
    now: datetime,
) -> Delivery:
    """The courier's whole answer to a question put at `asked_at`."""
    before = delivery.numbered(number)
    if before is None:
        return delivery
    told = tuple(scans)
    own = _of_it(delivery, told)
    attempt = replace(
        answered(before, own, asked_at),
        asked_at=max(filter(None, (before.asked_at, asked_at))),
        asks=before.asks + 1,
    )
    answers = settled(with_attempt(delivery, attempt))
    changed = unasked(answers, number)
    if is_hopeless(changed, now):
        return stalled(changed, now)
    if told:
        changed = _listed(changed, ANOTHER_PARCEL, not own, now)
    return asked_on(_listed(changed, STALLED, is_quiet(changed, now), now), attempt, now)


def unanswered(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """Its courier has not answered for a day: asked on, slowly, and a person must look, unless one
    has spoken already.
    """
    if is_hopeless(delivery, now):
        return stalled(delivery, now)
    slowly = asked_slowly(delivery, number, now)
    return _listed(slowly, STALLED, True, now) if delivery.state in UNDER_WAY else slowly


def stalled(delivery: Delivery, now: datetime) -> Delivery:
    """Nobody asks any more: a person must look."""
    attempt = delivery.attempt
    if attempt is None:
        return delivery
    looked_at = judged(delivery, Trigger.STALL, Verdict.STALLED, now)
    return _to_look_at(looked_at, attempt.number, "nothing more was heard of it", now)


def judged(delivery: Delivery, trigger: Trigger, verdict: Verdict, at: datetime) -> Delivery:
    """What people, or time, say against what the courier knew at `at`. Raises `NotNow`."""
    attempt = delivery.attempt
    advance(TRANSITIONS, delivery.state, trigger)
    if attempt is None:
        return delivery
    found = standing(attempt)
    judgement = Judgement(verdict, at, None if found is None else found.stage)
    return settled(with_attempt(delivery, replace(attempt, judgement=judgement)))


def sent_again(delivery: Delivery, courier: str, now: datetime) -> Delivery:
    """By a new parcel with a new number; what is packed, by another courier. Raises `NotSentAgain`,
    `ConsentWithdrawn`.
    """
    last, tried = delivery.attempt, len(delivery.attempts)
    if last is None:
        raise NotSentAgain
    packed = delivery.state is State.PACKED
    if packed and last.courier == courier and tried > 1:
        return delivery
    elsewhere = packed and last.courier != courier
    ready = elsewhere or (delivery.state in SENDS_AGAIN and delivery.closed_at is None)
    if not ready or not delivery.recipient or tried >= MOST_ATTEMPTS:
        raise NotSentAgain
    if not hold(delivery.consents):
        raise ConsentWithdrawn
    left = let_go(noted(delivery, "sent_again", now, courier), last.number, now)
    there = replace(
        left,
        state=advance(TRANSITIONS, left.state, Trigger.SEND_AGAIN),
        former_key=left.waybill_key or left.former_key,
        waybill_key=None,
        open_key=left.matter_key,
        **without(left, lambda task: task.kind in (ASK, FOLLOW, LOOK)),
    )
    return _tried(there, courier, now)


def _of_it(delivery: Delivery, scans: Iterable[KeptScan]) -> tuple[KeptScan, ...]:
    """Waybills are mistyped, and used again: what is from well before counts for nothing."""
    return tuple(each for each in scans if each.at > delivery.created_at - _TOO_OLD)


def _listed(delivery: Delivery, why: str, holds: bool, now: datetime) -> Delivery:
    """On the list of what needs a person for this reason, as long as it holds."""
    if holds and not delivery.attention:
        return replace(delivery, attention=why, attention_since=now)
    if not holds and delivery.attention == why:
        return replace(delivery, attention="", attention_since=None)
    return delivery


def dropped(delivery: Delivery, kinds: Iterable[str]) -> Delivery:
    """Without tasks of these kinds, and without their dead letters."""
    gone = frozenset(kinds)
    return replace(delivery, **without(delivery, lambda task: task.kind in gone))


def _tried(delivery: Delivery, courier: str, now: datetime) -> Delivery:
    number = f"{delivery.id}-{len(delivery.attempts) + 1}"
    tried = replace(delivery, attempts=(*delivery.attempts, Attempt(number, courier)))
    return with_tasks(tried, Task(f"{PLACE}:{number}", PLACE, due=milliseconds(now), detail=number))


def _given(delivery: Delivery, attempt: Attempt, now: datetime) -> Delivery:
    there = settled(_known_by_waybill(delivery, attempt))
    return followed_from_here(there, attempt.number, now)


def _known_by_waybill(delivery: Delivery, attempt: Attempt) -> Delivery:
    there = with_attempt(delivery, attempt)
    if delivery.attempt is None or delivery.attempt.number != attempt.number:
        return there
    return replace(there, waybill_key=f"{attempt.courier}|{attempt.waybill}")


def followed_from_here(delivery: Delivery, number: str, now: datetime) -> Delivery:
    """The courier is asked to tell, and asked itself."""
    attempt = delivery.numbered(number)
    courier = "" if attempt is None else f"{attempt.courier}:{attempt.waybill}"
    follow = Task(f"{FOLLOW}:{courier}", FOLLOW, due=milliseconds(now), detail=number)
    return asking(with_tasks(delivery, follow), number, now + NOT_OFTENER)


def _to_look_at(delivery: Delivery, number: str, why: str, now: datetime) -> Delivery:
    id = f"{LOOK}:{number}"
    return with_tasks(delivery, Task(id, LOOK, due=milliseconds(now), detail=why[:200]))
