"""The table of states, walked, and what each change frees or keeps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.state_machine import NotNow, advance
from channel_gateway.services.appointment.appointment import (
    TRANSITIONS,
    Appointment,
    State,
    Trigger,
    may_step,
)
from channel_gateway.services.appointment.life import (
    FREE_SEAT,
    at_hall,
    cancelled,
    cancelled_by_hall,
    day_over,
    moved,
    not_come,
    seat_freed,
)
from channel_gateway.services.appointment.refusals import (
    AppointmentOver,
    CancelTooLate,
    JustMoved,
    ReschedulesSpent,
)
from channel_gateway.services.appointment.rules.quotas import FIELDS
from tests.unit.appointment.samples import MONDAY, appointment, at, rules

GRACE = timedelta(minutes=15)
BEFORE = at(MONDAY, "08:00")
LATER = at(MONDAY, "11:00")
KEYS = {"cancel_key": "who|2026-03|1"}
TO_ANOTHER = appointment(slot=f"{MONDAY}T15:00", starts="15:00", ends="15:30", seat=1)


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(State)


def test_every_state_is_reachable() -> None:
    reached, frontier = {State.HELD}, [State.HELD]
    while frontier:
        for target in TRANSITIONS[frontier.pop()].values():
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(State)


def test_what_is_not_in_the_table_raises() -> None:
    for state in State:
        for trigger in Trigger:
            if trigger in TRANSITIONS[state]:
                assert advance(TRANSITIONS, state, trigger) is TRANSITIONS[state][trigger]
            else:
                with pytest.raises(NotNow, match=trigger):
                    advance(TRANSITIONS, state, trigger)


@pytest.mark.parametrize("trigger", [Trigger.CHECK_IN, Trigger.CALL, Trigger.MISS, Trigger.FINISH])
def test_a_repeat_changes_nothing(trigger: Trigger) -> None:
    for state in State:
        if may_step(appointment(state=state), trigger):
            once = at_hall(appointment(state=state), trigger, LATER)
            if may_step(once, trigger):
                assert at_hall(once, trigger, LATER + GRACE) == once


def test_a_hall_that_cancels_may_do_so_whatever_has_not_ended_well() -> None:
    ended = {State.DONE, State.VOID, State.CANCELLED_BY_CITIZEN, State.LAPSED}

    assert {s for s in State if not may_step(appointment(state=s), Trigger.CLOSE_HALL)} == ended


def test_an_appointment_is_kept_and_read_as_it_is() -> None:
    whole = replace(appointment(), left_until=LATER, cancelled_at=LATER, no_show_at=LATER)

    assert from_document(Appointment, to_document(whole)) == whole


def test_cancelling_frees_seat_and_shares_in_one_change() -> None:
    key, of_phone = "who|2026-03|0", "phone|2026-03|0"
    gone = cancelled(
        appointment(), rules(), BEFORE, {"cancel_key": key, "phone_cancel_key": of_phone}, None
    )

    document = to_document(gone)
    assert not {"seat_key", "place", "due", "left_place", *FIELDS} & document.keys()
    assert (document["cancel_key"], document["phone_cancel_key"]) == (key, of_phone)
    cancelled_of = document["cancelled_of"], document["phone_cancelled_of"]
    assert cancelled_of == ("who|GA-HZ-01", "phone|GA-HZ-01")
    assert cancelled(gone, rules(), LATER, KEYS, None) == gone


def test_a_place_that_is_held_back_is_named_with_its_moment() -> None:
    gone = cancelled(appointment(), rules(), BEFORE, KEYS, LATER)

    assert (gone.left_place, gone.left_seat, gone.left_until) == (
        appointment().place,
        appointment().seat_key,
        LATER,
    )
    assert gone.seat_key is None


def test_it_may_be_cancelled_until_two_hours_before_to_the_second() -> None:
    two_hours = rules(cancel_before_minutes=120)
    last = at(MONDAY, "08:00:00")  # it begins at ten

    assert cancelled(appointment(), two_hours, last, KEYS, None).state is State.CANCELLED_BY_CITIZEN
    with pytest.raises(CancelTooLate, match="Too close"):
        cancelled(appointment(), two_hours, last + timedelta(seconds=1), KEYS, None)


@pytest.mark.parametrize("state", [State.CHECKED_IN, State.DONE, State.NO_SHOW, State.VOID])
def test_what_has_begun_or_ended_cannot_be_cancelled(state: State) -> None:
    with pytest.raises(AppointmentOver):
        cancelled(appointment(state=state), rules(), BEFORE, KEYS, None)


def move(one: Appointment, *, back: object = None, **changed: object) -> Appointment:
    return moved(one, TO_ANOTHER, rules(**changed), BEFORE, back=back, grace=GRACE)  # type: ignore[arg-type]


def test_moving_takes_the_new_place_and_leaves_the_old_in_one_change() -> None:
    there = move(appointment(), back=LATER)

    assert (there.slot, there.seat_key) == (TO_ANOTHER.slot, TO_ANOTHER.seat_key)
    assert there.left_seat == appointment().seat_key
    assert (there.state, there.reschedules) == (State.CONFIRMED, 1)


def test_a_phone_moves_with_its_appointment() -> None:
    next_day = replace(TO_ANOTHER, phone_day="phone|2026-03-10|0", phone_index=None)
    there = moved(appointment(), next_day, rules(), BEFORE, back=None, grace=GRACE)

    assert (there.phone_index, there.phone_day) == ("phone", "phone|2026-03-10|0")


def test_moves_are_counted_and_the_place_left_last_must_be_back_first() -> None:
    once = move(appointment(), reschedules=1)
    with pytest.raises(ReschedulesSpent):
        move(once, reschedules=1)
    with pytest.raises(JustMoved):
        move(move(appointment(), back=LATER))


def test_a_place_left_while_another_is_held_back_stays_under_its_key_until_its_own_moment() -> None:
    there = move(appointment(), back=LATER)

    gone = cancelled(there, rules(), BEFORE, KEYS, LATER + GRACE)

    assert (gone.left_seat, gone.left_until) == (appointment().seat_key, LATER)
    assert (gone.place, gone.seat_key) == (TO_ANOTHER.place, TO_ANOTHER.seat_key)
    assert {getattr(gone, field) for field in FIELDS} == {None}
    assert [(task.kind, task.due) for task in gone.tasks] == [
        (FREE_SEAT, milliseconds(LATER + GRACE))
    ]
    freed = seat_freed(gone)
    assert (freed.place, freed.seat_key, freed.left_seat) == (None, None, gone.left_seat)
    assert seat_freed(there) == there  # whoever has a place keeps it


def test_a_place_left_when_the_last_one_is_back_is_named_again() -> None:
    there = move(appointment(), back=LATER)

    gone = cancelled(there, rules(), LATER, KEYS, LATER + GRACE)

    assert (gone.left_seat, gone.left_until) == (TO_ANOTHER.seat_key, LATER + GRACE)
    assert (gone.seat_key, gone.tasks) == (None, ())


def test_what_the_hall_cancelled_is_moved_without_counting_and_without_a_deadline() -> None:
    cancelled_one = cancelled_by_hall(appointment(), "停电", BEFORE)
    late = rules(cancel_before_minutes=24 * 60, reschedules=0)

    there = moved(cancelled_one, TO_ANOTHER, late, BEFORE, back=LATER, grace=GRACE)

    assert (there.state, there.reschedules, there.reason) == (State.CONFIRMED, 0, "")
    assert there.left_place is None  # the place went when the hall cancelled


def test_a_hall_that_cancels_leaves_nothing_that_counts() -> None:
    missed = not_come(appointment(), LATER)

    gone = cancelled_by_hall(missed, "停电", LATER)

    kept = to_document(gone).keys()
    assert not {"seat_key", "cancelled_at", *FIELDS} & kept
    assert not {"no_show_of", "phone_no_show_of", "no_show_at"} & kept
    assert gone.reason == "停电"


def test_who_does_not_come_keeps_the_days_share_and_frees_the_share_at_one_time() -> None:
    missed = not_come(appointment(), LATER)

    assert (missed.no_show_of, missed.no_show_at) == ("who|GA-HZ-01", appointment().ends_at)
    assert (missed.quota_service, missed.quota_day) == (None, appointment().quota_day)
    assert missed.phone_no_show_of == "phone|GA-HZ-01"
    assert (missed.phone_service, missed.phone_day) == (None, appointment().phone_day)


def test_who_does_not_come_is_missed_of_no_phone_where_none_counts() -> None:
    missed = not_come(replace(appointment(), phone_index=None), LATER)

    assert (missed.no_show_of, missed.phone_no_show_of) == ("who|GA-HZ-01", None)


def test_who_comes_late_and_is_taken_has_not_missed() -> None:
    came = at_hall(not_come(appointment(), LATER), Trigger.CHECK_IN, LATER)

    assert came.state is State.CHECKED_IN
    assert (came.no_show_of, came.phone_no_show_of, came.no_show_at) == (None, None, None)


@pytest.mark.parametrize(
    ("open_state", "ended"),
    [
        (State.CHECKED_IN, State.DONE),
        (State.CALLED, State.DONE),
        (State.MISSED, State.VOID),
        (State.NO_SHOW, State.NO_SHOW),
        (State.CANCELLED_BY_HALL, State.CANCELLED_BY_HALL),
    ],
)
def test_a_halls_day_ends_never_to_the_citizens_harm(open_state: State, ended: State) -> None:
    assert day_over(appointment(state=open_state), LATER).state is ended


late_words: list[Callable[[Appointment], Appointment]] = [
    lambda one: not_come(one, LATER),
    lambda one: day_over(one, LATER),
    lambda one: cancelled_by_hall(one, "停电", LATER),
]


@pytest.mark.parametrize("late_word", late_words)
@pytest.mark.parametrize("state", State)
def test_what_the_worker_says_twice_changes_nothing_the_second_time(
    late_word: Callable[[Appointment], Appointment], state: State
) -> None:
    once = late_word(appointment(state=state))

    assert late_word(once) == once
