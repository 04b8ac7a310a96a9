"""What follows from a change of a delivery, as tasks beside it: who is told, and when. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.tasks import Task, with_tasks, without
from channel_gateway.services.licence_delivery.delivery import (
    BEFORE_PICK_UP,
    UNDER_WAY,
    Attempt,
    Delivery,
    Direction,
    State,
    is_over,
)
from channel_gateway.services.licence_delivery.life import dropped, noted
from channel_gateway.services.licence_delivery.rules.since import moment_of_state
from channel_gateway.services.licence_delivery.rules.twice_sent import (
    TWICE_SENT,
    is_alive_again,
    is_found_again,
    twice_sent,
)

TELL_DEPARTMENT, TELL_CITIZEN = "tell_department", "tell_citizen"
SHOW_CARDS, SHOW_CARD = "show_cards", "show_card"  # on all platforms; to one account
CLOSE_CASE, STILL_THERE, NOBODY_OBJECTS = "close_case", "still_there", "nobody_objects"
REQUESTED, ADDRESS_CHANGED = "delivery.requested", "address_changed"
NOT_SENT, FIND_ANOTHER = "not_sent", "find_another"
CONSENT_WITHDRAWN = "consent_withdrawn"

IN_LOCKER_FOR = timedelta(hours=24)  # until the citizen is told of it again
OBJECTS_WITHIN = timedelta(days=7)
SENT_WITHIN = timedelta(days=5)  # what is packed has a waybill, or a person must look

_OF_A_STATE = (STILL_THERE, NOBODY_OBJECTS, NOT_SENT)  # of no use in the next one
_ON_ITS_WAY = UNDER_WAY - {State.WAYBILL}
_HEARD: Mapping[State, str] = {
    State.WAYBILL: "delivery.waybill",
    State.SIGNED: "delivery.signed",
    State.RETURNED: "delivery.returned",
    State.LOST: "delivery.lost",
    State.CANCELLED: "delivery.cancelled",
    State.EXCEPTION: "delivery.exception",
}
_ENDS = frozenset({"delivery.signed", "delivery.returned"})
TOLD: Mapping[State, Happening] = {
    State.PICKED_UP: Happening.SENT,
    State.IN_TRANSIT: Happening.SENT,
    State.OUT_FOR_DELIVERY: Happening.OUT_FOR_DELIVERY,
    State.AT_LOCKER: Happening.AT_LOCKER,
    State.NOT_DELIVERED: Happening.NOT_DELIVERED,
    State.PROXY_SIGNED: Happening.PROXY_SIGNED,
    State.SIGNED: Happening.SIGNED,
    State.RETURNED: Happening.RETURNED,
    State.LOST: Happening.LOST,
}
# What comes to the hall is brought to the hall's staff.
_OF_MATERIALS = frozenset({Happening.SENT, Happening.SIGNED, Happening.RETURNED, Happening.LOST})
STAGES: Mapping[State, Stage] = {State(stage.value): stage for stage in Stage}


def followed(before: Delivery | None, after: Delivery, now: datetime) -> Delivery:
    """`after`, with all that follows; `before` None: it is new."""
    if before is not None and is_found_again(before, after):
        after = twice_sent(after, now)
    if before is not None and before.state is after.state and before.news == after.news:
        return _kept_open(after)
    moved = before is None or before.state is not after.state or _is_sent_elsewhere(before, after)
    noticed = noted(dropped(after, _OF_A_STATE), after.state.value, now) if moved else after
    tasks = [*_department(before, noticed, moved), *_platforms(before, noticed)]
    if before is not None and is_alive_again(before, noticed):
        tasks.append(Task(f"{FIND_ANOTHER}:{noticed.news}", FIND_ANOTHER, due=0))
    if moved:
        tasks += [*_citizen(noticed), *_later(noticed, now)]
    due = milliseconds(now)
    told = with_tasks(noticed, *(task if task.due else replace(task, due=due) for task in tasks))
    return _kept_open(_seen(told, now) if moved else told)


def is_shown(delivery: Delivery) -> bool:
    """Whether platforms can be told of it: there is a parcel, and somebody it is for."""
    attempt = delivery.attempt
    parcel = attempt is not None and bool(attempt.waybill) and delivery.state in STAGES
    return parcel and delivery.person is not None and bool(delivery.recipient)


def showing_all(delivery: Delivery, now: datetime) -> Delivery:
    """Each of the person's accounts is shown how it stands."""
    return with_tasks(delivery, replace(_for_all(delivery), due=milliseconds(now)))


def showing(delivery: Delivery, accounts: Iterable[str], now: datetime) -> Delivery:
    """Each of these accounts is shown how it stands; what it was to be shown before is not."""
    named = {id: f"{SHOW_CARD}:{id}:{delivery.news}" for id in accounts}
    left = without(delivery, lambda task: task.kind == SHOW_CARD and task.detail in named)
    due = milliseconds(now)
    tasks = (Task(id, SHOW_CARD, due=due, detail=account) for account, id in named.items())
    return with_tasks(replace(delivery, **left), *tasks)


def _is_sent_elsewhere(before: Delivery, after: Delivery) -> bool:
    """What is packed waits for another parcel than before."""
    return after.state is State.PACKED and len(before.attempts) < len(after.attempts)


def happening_of(delivery: Delivery, state: State) -> Happening | None:
    """What the citizen is told of it; None: nothing."""
    happening = TOLD.get(state)
    outward = delivery.direction is Direction.OUT
    return happening if outward or happening in _OF_MATERIALS else None


def _department(before: Delivery | None, after: Delivery, moved: bool) -> list[Task]:
    kind = _heard(before, after, moved) if after.hears else None
    if kind is None:
        return []
    return [Task(f"{TELL_DEPARTMENT}:{after.news}", TELL_DEPARTMENT, due=0, detail=kind)]


def _heard(before: Delivery | None, after: Delivery, moved: bool) -> str | None:
    if before is None:
        return REQUESTED
    if not moved:
        return REQUESTED if after.events[-1].what == ADDRESS_CHANGED else None
    if after.state is State.PACKED:
        return None if before.state is State.REQUESTED else REQUESTED  # is to be packed again
    if after.state in _ON_ITS_WAY and before.state in {*BEFORE_PICK_UP, State.CANCELLED}:
        return "delivery.sent"
    kind = _HEARD.get(after.state)
    return None if kind in _ENDS and _was_heard(before, kind) else kind


def _was_heard(before: Delivery, kind: str) -> bool:
    """Whether that is the last word told of this parcel: a courier forgot it meanwhile, no more."""
    for event in reversed(before.events):
        if event.what == "sent_again":
            return False
        told = _HEARD.get(State(event.what)) if event.what in set(State) else None
        if told is not None:
            return told == kind
    return False


def _citizen(after: Delivery) -> list[Task]:
    if after.person is None or happening_of(after, after.state) is None:
        return []
    id = f"{TELL_CITIZEN}:{after.news}"
    return [Task(id, TELL_CITIZEN, due=0, detail=after.state.value)]


def _platforms(before: Delivery | None, after: Delivery) -> list[Task]:
    """Their own pages show another state, or another parcel."""
    attempt, former = after.attempt, None if before is None else before.attempt
    if attempt is None or not is_shown(after):
        return []
    same_parcel = former is not None and _parcel(former) == _parcel(attempt)
    if before is not None and before.state is after.state and same_parcel:
        return []
    return [_for_all(after)]


def _for_all(delivery: Delivery) -> Task:
    return Task(f"{SHOW_CARDS}:{delivery.news}", SHOW_CARDS, due=0)


def _parcel(attempt: Attempt) -> tuple[str, str]:
    return attempt.courier, attempt.waybill


def _later(after: Delivery, now: datetime) -> list[Task]:
    number, outward = after.news, after.direction is Direction.OUT
    if after.state is State.PACKED:
        due = milliseconds(now + SENT_WITHIN)
        return [Task(f"{NOT_SENT}:{number}", NOT_SENT, due=due)]
    if after.state is State.AT_LOCKER and outward:
        due = milliseconds(now + IN_LOCKER_FOR)
        return [Task(f"{STILL_THERE}:{number}", STILL_THERE, due=due)]
    if after.state is State.PROXY_SIGNED:
        due = milliseconds(_first_told_at(after, now) + OBJECTS_WITHIN)
        return [Task(f"{NOBODY_OBJECTS}:{number}", NOBODY_OBJECTS, due=due)]
    if after.state is State.SIGNED and outward:
        return [Task(f"{CLOSE_CASE}:{number}", CLOSE_CASE, due=0)]
    return []


def _first_told_at(after: Delivery, now: datetime) -> datetime:
    """When we first knew of the present signature, though its courier forgot it meanwhile."""
    signed_at, same = moment_of_state(after), after.state.value
    known = (each.at for each in after.events if each.what == same and each.at >= signed_at)
    return min(known, default=now)


def _seen(delivery: Delivery, now: datetime) -> Delivery:
    """On the list of what needs a person, or not any more."""
    if delivery.state in (State.EXCEPTION, State.RETURNED) and not is_over(delivery):
        return replace(delivery, attention=delivery.state.value, attention_since=now)
    if delivery.attention == TWICE_SENT and not is_over(delivery):
        return delivery
    return replace(delivery, attention="", attention_since=None)


def _kept_open(delivery: Delivery) -> Delivery:
    """What is over may be asked for anew."""
    if not is_over(delivery) or delivery.open_key is None:
        return delivery
    return replace(delivery, open_key=None)
