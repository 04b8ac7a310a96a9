"""A department hears of an appointment what concerns it, each time once, in growing numbers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.tasks import doing
from channel_gateway.services.appointment.appointment import Event, State, Trigger, step
from channel_gateway.services.appointment.citizens import consents
from channel_gateway.services.appointment.departments.telling import (
    TELL_DEPARTMENT,
    still_told,
    told,
    version_of,
)
from channel_gateway.services.appointment.life import booked, cancelled, moved
from tests.unit.appointment.samples import MONDAY, appointment, at, rules

NOW = at(MONDAY, "08:00")
GRACE = timedelta(minutes=15)


def news(before, after):
    """What is to be told after a change, by kind and version."""
    tasks = told(before, after).tasks
    return [(each.detail, version_of(each)) for each in tasks if each.kind == TELL_DEPARTMENT]


def in_state(state):
    return replace(appointment(state=state), events=(Event(NOW, "confirmed"),))


def after(state, trigger):
    before = in_state(state)
    return before, step(before, trigger, NOW)


def test_a_new_appointment_is_told_with_its_other_tasks_beside():
    new = booked(appointment(), NOW, grace=GRACE)

    assert news(None, new) == [("appointment.booked", 1)]
    assert {each.kind for each in told(None, new).tasks} == {
        "not_come",
        "end_of_day",
        TELL_DEPARTMENT,
    }


def test_a_place_that_is_only_held_is_told_when_it_is_confirmed():
    held = in_state(State.HELD)

    assert news(None, held) == []
    assert news(held, step(held, Trigger.CONFIRM, NOW)) == [("appointment.booked", 2)]
    for trigger in (Trigger.LAPSE, Trigger.CANCEL, Trigger.CLOSE_HALL):
        assert news(held, step(held, trigger, NOW)) == []


@pytest.mark.parametrize(
    ("state", "trigger", "kind"),
    [
        (State.CONFIRMED, Trigger.CANCEL, "appointment.cancelled"),
        (State.CONFIRMED, Trigger.CLOSE_HALL, "appointment.cancelled"),
        (State.CONFIRMED, Trigger.LAPSE, "appointment.cancelled"),
        (State.CONFIRMED, Trigger.CHECK_IN, "appointment.checked_in"),
        (State.MISSED, Trigger.CHECK_IN, "appointment.checked_in"),
        (State.CALLED, Trigger.FINISH, "appointment.done"),
        (State.CHECKED_IN, Trigger.END_OF_DAY, "appointment.done"),
        (State.CONFIRMED, Trigger.NOT_COME, "appointment.no_show"),
        (State.CANCELLED_BY_HALL, Trigger.MOVE, "appointment.moved"),
    ],
)
def test_each_step_that_concerns_the_department_is_told(state, trigger, kind):
    assert news(*after(state, trigger)) == [(kind, 2)]


@pytest.mark.parametrize(
    ("state", "trigger"),
    [
        (State.CHECKED_IN, Trigger.CALL),
        (State.CALLED, Trigger.MISS),
        (State.MISSED, Trigger.END_OF_DAY),
        (State.CONFIRMED, Trigger.CONFIRM),
        (State.DONE, Trigger.FINISH),
    ],
)
def test_what_concerns_the_hall_alone_and_what_changes_nothing_is_not_told(state, trigger):
    assert news(*after(state, trigger)) == []


def test_a_move_is_told_by_slot_or_hall():
    before = in_state(State.CONFIRMED)
    for target in (replace(before, slot=f"{MONDAY}T11:00"), replace(before, hall="other")):
        after = moved(before, target, rules(), NOW, back=None, grace=GRACE)
        assert news(before, after) == [("appointment.moved", 2)]


def test_what_was_still_to_be_told_is_told_although_a_cancellation_ends_all_tasks():
    new = told(None, booked(appointment(), NOW, grace=GRACE))
    gone = cancelled(new, rules(), NOW, {"cancel_key": "key"}, None)
    assert gone.tasks == ()

    assert news(new, gone) == [("appointment.booked", 1), ("appointment.cancelled", 2)]


def test_what_was_told_is_not_told_again():
    new = replace(booked(appointment(), NOW, grace=GRACE), **doing())

    assert news(new, cancelled(new, rules(), NOW, {"cancel_key": "key"}, None)) == [
        ("appointment.cancelled", 2)
    ]
    assert told(new, new) is new


def withdrawn(before):
    return replace(before, events=(*before.events, Event(NOW, consents.WITHDRAWN, "courier")))


def test_a_withdrawn_consent_is_told_to_whoever_heard_of_the_appointment():
    known = in_state(State.CONFIRMED)
    over = step(known, Trigger.CANCEL, NOW)

    assert news(known, withdrawn(known)) == [("consent.withdrawn", 2)]
    assert news(over, withdrawn(over)) == [("consent.withdrawn", 3)]


def test_a_place_that_was_only_held_has_no_consent_to_tell_of():
    held = replace(in_state(State.HELD), events=(Event(NOW, "held"),))
    confirmed = step(withdrawn(held), Trigger.CONFIRM, NOW)

    assert news(held, withdrawn(held)) == []
    assert news(withdrawn(held), confirmed) == [("appointment.booked", 3)]


def test_where_no_department_is_connected_any_more_who_had_one_is_still_to_be_told_of():
    new = booked(appointment(), NOW, grace=GRACE)

    assert still_told(None, new) is new
    assert still_told(None, replace(new, department="hall")).tasks != new.tasks
