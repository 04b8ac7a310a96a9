"""A department's place is asked for, held, and given back; no order of answers loses one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.tasks import doing
from channel_gateway.services.appointment.appointment import Event, State
from channel_gateway.services.appointment.life import booked, cancelled, cancelled_by_hall, moved
from channel_gateway.services.appointment.places.asked_seat import (
    ASK_SEAT,
    RELEASE_SEAT,
    about_to_ask,
    held,
    refused,
    released,
    still_ours,
    taken,
    unanswered,
)
from channel_gateway.services.appointment.prepaid.fee import ISSUE_FEE, LET_GO, Fee
from channel_gateway.services.appointment.prepaid.prepayment import held as to_be_paid
from channel_gateway.services.appointment.prepaid.prepayment import lapsed, paid, withdrawn
from channel_gateway.services.appointment.rules.quotas import FIELDS
from tests.unit.appointment.samples import MONDAY, appointment, at, rules

NOW = at(MONDAY, "08:00")
GRACE = timedelta(minutes=15)


def waiting():
    draft = replace(appointment(), place=None, seat_key=None)
    return held(booked(draft, NOW, grace=GRACE), NOW)


def confirmed():
    return taken(waiting(), "A1", NOW)


def changed(before, after):
    """As it is written: with the tasks beside it."""
    return released(before, after)


def given_back(it):
    return [task.detail for task in it.tasks if task.kind == RELEASE_SEAT]


def asks(it):
    return [task.detail for task in it.tasks if task.kind == ASK_SEAT]


def test_it_waits_held_under_its_own_id_and_is_asked_for_again_by_itself():
    it = waiting()

    assert (it.state, it.seat_asked, asks(it)) == (State.HELD, "A1", ["A1"])
    assert [each.what for each in it.events] == ["held"]
    assert {each.kind for each in it.tasks} == {"not_come", "end_of_day", ASK_SEAT}
    assert all(getattr(it, field) for field in FIELDS)


def test_the_place_confirms_it_and_a_second_answer_changes_nothing():
    it = confirmed()

    assert (it.state, it.seat_asked, it.seat_held, asks(it)) == (State.CONFIRMED, None, "A1", [])
    assert {each.kind for each in it.tasks} == {"not_come", "end_of_day"}
    assert taken(it, "A1", NOW) is it
    assert refused(it, "A1", NOW, "full") is it
    assert unanswered(it, "A1", NOW) is it


def test_an_answer_to_another_question_changes_nothing():
    it = waiting()

    assert taken(it, "A1-1", NOW) is it


def test_a_refusal_frees_the_limits_and_the_calls_key_and_gives_nothing_back():
    before = waiting()
    it = changed(before, refused(before, "A1", NOW, "full"))

    assert (it.state, it.seat_asked, given_back(it), it.due) == (State.LAPSED, None, [], None)
    assert not any(getattr(it, field) for field in FIELDS)
    assert it.request_key != before.request_key
    assert it.events[-1].note == "full"


def test_silence_frees_the_limits_and_gives_the_place_back():
    before = waiting()
    it = changed(before, unanswered(before, "A1", NOW))

    assert (it.state, given_back(it), it.seat_asked) == (State.LAPSED, ["A1"], None)
    assert not any(getattr(it, field) for field in FIELDS)


@pytest.mark.parametrize("before", [waiting(), confirmed()])
def test_who_leaves_gives_the_place_back_whether_it_is_known_or_not(before):
    for after in (
        withdrawn(before, NOW, back=None)
        if before.state is State.HELD
        else cancelled(before, rules(), NOW, {"cancel_key": "key"}, None),
        cancelled_by_hall(before, "停电", NOW),
    ):
        it = changed(before, after)
        assert given_back(it) == ["A1"]
        assert (it.seat_asked, it.seat_held, asks(it)) == (None, None, [])
        assert changed(it, it) == it


def test_an_answer_after_the_cancellation_changes_nothing():
    before = waiting()
    gone = changed(before, withdrawn(before, NOW, back=None))

    assert taken(gone, "A1", NOW) is gone


def test_where_a_fee_is_paid_beforehand_nobody_pays_before_there_is_a_place():
    draft = replace(appointment(), place=None, seat_key=None, created_at=NOW, quota_hold="who|0")
    until = NOW + timedelta(minutes=15)
    before = held(to_be_paid(draft, Fee(Fen(100), "who"), until, NOW), NOW)
    assert {each.kind for each in before.tasks} == {ASK_SEAT}

    later = NOW + timedelta(minutes=9)
    there = changed(before, taken(before, "A1", later))
    assert (there.state, there.seat_asked, there.seat_held) == (State.HELD, None, "A1")
    assert {each.kind for each in there.tasks} == {ISSUE_FEE, LET_GO}
    assert there.held_until == later + timedelta(minutes=15)

    confirmed = changed(there, paid(there, "order", later, grace=GRACE))
    assert (confirmed.state, confirmed.seat_held) == (State.CONFIRMED, "A1")
    gone = changed(there, lapsed(there, later, back=None))
    assert (gone.state, given_back(gone)) == (State.LAPSED, ["A1"])


def test_a_fee_for_which_there_is_no_place_is_over_and_counts_for_nothing():
    draft = replace(appointment(), place=None, seat_key=None, quota_hold="who|0")
    until = NOW + timedelta(minutes=15)
    before = held(to_be_paid(draft, Fee(Fen(100), "who"), until, NOW), NOW)

    for gone in (refused(before, "A1", NOW, "full"), unanswered(before, "A1", NOW)):
        assert gone.fee is not None
        assert (gone.fee.is_over, gone.quota_hold) == (True, None)


def test_another_place_has_another_key_and_a_way_back_before_it_is_asked_for():
    first, key = about_to_ask(confirmed(), NOW)
    second, other = about_to_ask(first, NOW)

    assert (key, other) == ("A1-1", "A1-2")
    assert given_back(second) == ["A1-1", "A1-2"]
    later = next(each for each in first.tasks if each.kind == RELEASE_SEAT)
    assert later.due - min(each.at.timestamp() * 1000 for each in first.events) == 60_000


def test_a_move_gives_the_old_place_back_and_keeps_the_new_one():
    intending, key = about_to_ask(confirmed(), NOW)
    target = replace(intending, slot=f"{MONDAY}T11:00", seat_held=key)
    it = changed(
        intending, moved(still_ours(intending, key), target, rules(), NOW, back=None, grace=GRACE)
    )

    assert (it.seat_held, given_back(it)) == ("A1-1", ["A1"])


def test_a_move_to_the_gateways_own_places_gives_the_departments_back():
    before = confirmed()
    target = replace(before, slot=f"{MONDAY}T11:00", seat_held=None, place="p", seat_key="p|0")

    assert given_back(
        changed(before, moved(before, target, rules(), NOW, back=None, grace=GRACE))
    ) == ["A1"]


def test_a_place_that_was_given_back_meanwhile_is_not_moved_to():
    intending, key = about_to_ask(confirmed(), NOW)

    with pytest.raises(Unavailable):
        still_ours(replace(intending, **doing()), key)


def test_what_was_still_to_be_given_back_is_given_back_although_all_tasks_end():
    intending, key = about_to_ask(confirmed(), NOW)
    gone = changed(intending, cancelled(intending, rules(), NOW, {"cancel_key": "key"}, None))

    assert sorted(given_back(gone)) == ["A1", key]


def test_an_appointment_of_the_gateways_own_places_has_nothing_to_give_back():
    before = replace(appointment(), events=(Event(NOW, "confirmed"),))
    gone = cancelled(before, rules(), NOW, {"cancel_key": "key"}, None)

    assert changed(before, gone) is gone
    assert changed(None, before) is before
