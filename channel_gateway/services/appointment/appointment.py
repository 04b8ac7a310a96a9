"""An appointment's life: one citizen holds one place in one slot of a hall. Pure.

Unique keys say what may exist once, so one insert decides over capacity and limits alike:
`seat_key` is a place of the slot, each `quota_…` a share of what one person may have (`quotas.py`),
`cancel_key` one of a month's cancellations, `ticket_key` a number of a hall's day.
Each `id_…` and `phone_…` is the same of an identity number and a phone. A key that is dropped is
free in the same swap.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from channel_gateway.domain.state_machine import Transitions, advance, may
from channel_gateway.domain.tasks import WithTasks
from channel_gateway.services.appointment.citizens.consents import GivenConsent
from channel_gateway.services.appointment.prepaid.fee import Fee


class State(StrEnum):
    HELD = "held"  # the place is kept until all it waits for is there: a fee, a department
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"  # 取号: the citizen is there and waits
    CALLED = "called"  # 叫号: to come to the window
    MISSED = "missed"  # 过号: did not come when called; may wait again today
    DONE = "done"
    NO_SHOW = "no_show"  # did not come at all: counts towards a ban
    VOID = "void"  # 过号作废: missed the call and did not come back
    CANCELLED_BY_CITIZEN = "cancelled_by_citizen"
    CANCELLED_BY_HALL = "cancelled_by_hall"  # never counts against the citizen
    LAPSED = "lapsed"  # what it waited for did not come: the place is free again


class Trigger(StrEnum):
    CONFIRM = "confirm"  # all it waited for is there
    LAPSE = "lapse"
    MOVE = "move"  # to another slot, in one swap: there is no state «rescheduled»
    CANCEL = "cancel"
    CLOSE_HALL = "close_hall"
    CHECK_IN = "check_in"
    CALL = "call"
    MISS = "miss"
    FINISH = "finish"
    NOT_COME = "not_come"
    END_OF_DAY = "end_of_day"


TRANSITIONS: Transitions[State, Trigger] = {
    State.HELD: {
        Trigger.CONFIRM: State.CONFIRMED,
        Trigger.LAPSE: State.LAPSED,
        Trigger.CANCEL: State.CANCELLED_BY_CITIZEN,
        Trigger.CLOSE_HALL: State.CANCELLED_BY_HALL,
    },
    State.CONFIRMED: {
        Trigger.CONFIRM: State.CONFIRMED,
        Trigger.LAPSE: State.LAPSED,  # its money went back
        Trigger.MOVE: State.CONFIRMED,
        Trigger.CANCEL: State.CANCELLED_BY_CITIZEN,
        Trigger.CLOSE_HALL: State.CANCELLED_BY_HALL,
        Trigger.CHECK_IN: State.CHECKED_IN,
        Trigger.NOT_COME: State.NO_SHOW,
    },
    State.CHECKED_IN: {
        Trigger.CHECK_IN: State.CHECKED_IN,
        Trigger.CALL: State.CALLED,
        Trigger.FINISH: State.DONE,
        Trigger.CLOSE_HALL: State.CANCELLED_BY_HALL,
        Trigger.END_OF_DAY: State.DONE,  # the hall did not say: never to the citizen's harm
    },
    State.CALLED: {
        Trigger.CALL: State.CALLED,
        Trigger.MISS: State.MISSED,
        Trigger.FINISH: State.DONE,
        Trigger.CLOSE_HALL: State.CANCELLED_BY_HALL,
        Trigger.END_OF_DAY: State.DONE,
    },
    State.MISSED: {
        Trigger.MISS: State.MISSED,
        Trigger.CHECK_IN: State.CHECKED_IN,  # waits again
        Trigger.CALL: State.CALLED,
        Trigger.CLOSE_HALL: State.CANCELLED_BY_HALL,
        Trigger.END_OF_DAY: State.VOID,
    },
    State.DONE: {Trigger.FINISH: State.DONE, Trigger.END_OF_DAY: State.DONE},
    State.NO_SHOW: {
        Trigger.NOT_COME: State.NO_SHOW,
        Trigger.CHECK_IN: State.CHECKED_IN,  # late, and the hall takes the citizen after all
        Trigger.CLOSE_HALL: State.CANCELLED_BY_HALL,
        Trigger.END_OF_DAY: State.NO_SHOW,
    },
    State.VOID: {Trigger.END_OF_DAY: State.VOID},
    State.CANCELLED_BY_CITIZEN: {Trigger.CANCEL: State.CANCELLED_BY_CITIZEN},
    State.CANCELLED_BY_HALL: {
        Trigger.CLOSE_HALL: State.CANCELLED_BY_HALL,
        Trigger.CANCEL: State.CANCELLED_BY_HALL,
        Trigger.MOVE: State.CONFIRMED,  # the citizen takes another slot instead
    },
    State.LAPSED: {Trigger.LAPSE: State.LAPSED, Trigger.CANCEL: State.LAPSED},
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an appointment's history. Never holds personal data."""

    at: datetime
    what: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Appointment(WithTasks):
    id: str
    request_key: str  # unique: asked again with its Idempotency-Key, a call finds this one
    asked: str  # keyed digest of what was asked with that key
    person: str
    service: str
    service_name: str
    hall: str
    hall_name: str
    hall_address: str
    slot: str  # 2026-01-05T09:30, Beijing
    day: date
    starts_at: datetime
    ends_at: datetime
    hall_day: str  # service|hall|day
    created_at: datetime
    answers: str  # sealed
    account: str | None = None  # through which it was booked, until it is forgotten
    consents: tuple[GivenConsent, ...] = ()
    department: str | None = None  # was connected when it was booked: hears all of it
    state: State = State.CONFIRMED
    held_until: datetime | None = None
    fee: Fee | None = None  # to be paid before the visit
    fee_code: str | None = None  # its notice's 缴款码
    quota_hold: str | None = None  # one of the day's holds, until it is paid
    place: str | None = None  # service|hall|slot, while a seat of it is held
    seat_key: str | None = None  # place|n
    quota_slot: str | None = None
    quota_day: str | None = None
    quota_week: str | None = None
    quota_month: str | None = None
    quota_service_day: str | None = None
    quota_service_week: str | None = None
    quota_service_month: str | None = None
    quota_service: str | None = None
    id_index: str | None = None  # keyed digest of the identity number, where the rules count it
    id_slot: str | None = None
    id_day: str | None = None
    id_week: str | None = None
    id_month: str | None = None
    id_service_day: str | None = None
    id_service_week: str | None = None
    id_service_month: str | None = None
    id_service: str | None = None
    phone_index: str | None = None  # keyed digest of the phone, where the rules count it
    phone_day: str | None = None
    phone_week: str | None = None
    phone_month: str | None = None
    phone_service_day: str | None = None
    phone_service_week: str | None = None
    phone_service_month: str | None = None
    phone_service: str | None = None
    seat_asked: str | None = None  # the key of a place its department is being asked for
    seat_held: str | None = None  # and of one the department keeps for it
    seat_asks: int = 0  # how many others it was asked for since: each has a key of its own
    left_place: str | None = None  # a place that was given up, and until when nobody can book it
    left_seat: str | None = None
    left_until: datetime | None = None
    reschedules: int = 0
    cancelled_at: datetime | None = None  # by the citizen
    cancelled_of: str | None = None  # person|service
    id_cancelled_of: str | None = None  # identity number|service
    phone_cancelled_of: str | None = None  # phone|service
    cancel_key: str | None = None
    id_cancel_key: str | None = None
    phone_cancel_key: str | None = None
    codes_spent_until: datetime | None = None  # check-in codes made until then are used up
    ticket_book: str | None = None  # hall|day, since a number of it was given
    ticket: int | None = None
    ticket_key: str | None = None  # ticket_book|n
    queue: str | None = None  # its hall_day, while it waits
    queue_place: int | None = None  # the lowest is called first
    window: str | None = None  # which called it last
    no_show_of: str | None = None  # person|service
    id_no_show_of: str | None = None  # identity number|service
    phone_no_show_of: str | None = None  # phone|service
    no_show_at: datetime | None = None
    reason: str = ""  # why the hall cancelled, for the citizen
    events: tuple[Event, ...] = ()


def step(
    appointment: Appointment, trigger: Trigger, now: datetime, note: str = "", **changes: Any
) -> Appointment:
    """Advance the state, write it into the history, and make the changes that go with it.

    Whoever leaves a state waits no longer, unless the changes say so.
    What is in that state already stays as it is: the changes were made when it came there.
    """
    state = advance(TRANSITIONS, appointment.state, trigger)
    if state == appointment.state:
        return appointment
    events = (*appointment.events, Event(now, state.value, note))
    return replace(appointment, state=state, events=events, **(_NOT_WAITING | changes))


_NOT_WAITING: dict[str, Any] = {"queue": None, "queue_place": None}


def may_step(appointment: Appointment, trigger: Trigger) -> bool:
    return may(TRANSITIONS, appointment.state, trigger)
