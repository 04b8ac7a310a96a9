"""Whose an appointment is changes; what counts towards limits and bans stays until it passes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from channel_gateway.domain.booking import Ban
from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.tasks import Task
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.citizens.handing_over import (
    OVER,
    UNLINK,
    forgotten,
    handed_over,
    unlinked,
)
from channel_gateway.services.appointment.life import cancelled, not_come
from channel_gateway.services.appointment.rules.bans import looks_back
from channel_gateway.services.appointment.rules.quotas import FIELDS, PERSON_FIELDS
from channel_gateway.services.appointment.rules.subjects import PHONE
from tests.unit.appointment.samples import MONDAY, appointment, at, rules

NOW = at(MONDAY, "18:00")
BAN = Ban(times=2, within_days=366, lasts_days=92)


def missed() -> Appointment:
    return not_come(appointment(), NOW)


def unlinks_at(of: Appointment) -> datetime:
    (task,) = [each for each in of.tasks if each.kind == UNLINK]
    return moment_of(task.due)


def test_every_key_of_the_account_becomes_the_persons() -> None:
    before = replace(missed(), cancel_key="who|2026-03|2", cancelled_of="who|GA-HZ-01")
    after = handed_over(before, "who", "person", ())
    assert after.person == "person"
    assert after.no_show_of == after.cancelled_of == "person|GA-HZ-01"
    assert after.cancel_key == "person|2026-03|2"
    for field in PERSON_FIELDS:
        old, new = getattr(before, field), getattr(after, field)
        assert new == (old and f"person{old.removeprefix('who')}")
    assert (after.request_key, after.seat_key) == (before.request_key, before.seat_key)


def test_the_keys_of_a_phone_are_the_same_before_a_proof_and_after() -> None:
    before = replace(missed(), phone_cancel_key="phone|2026-03|1")
    after = handed_over(before, "who", "person", ())
    for field in (*PHONE.ruled, "phone_index", "phone_cancel_key", "phone_no_show_of"):
        assert getattr(after, field) == getattr(before, field)
    assert after.phone_no_show_of == "phone|GA-HZ-01"


def test_a_share_the_person_has_already_is_replaced_by_the_next_free_one() -> None:
    taken = {f"person|{MONDAY}|0", f"person|{MONDAY}|1"}
    after = handed_over(appointment(), "who", "person", taken)
    assert after.quota_day == f"person|{MONDAY}|2"
    assert after.quota_month == "person|2026-03|0"


def test_somebody_elses_stays_theirs() -> None:
    assert handed_over(appointment(), "another", "person", ()) == appointment()


def test_who_is_forgotten_leaves_no_answers_and_the_keys_that_still_count() -> None:
    gone = forgotten(replace(missed(), account="who"), "nothing", rules())
    assert (gone.answers, gone.person, gone.account) == ("nothing", "erased|who", None)
    assert (gone.no_show_of, gone.quota_month) == ("who|GA-HZ-01", "who|2026-03|0")
    assert (gone.phone_no_show_of, gone.phone_month) == ("phone|GA-HZ-01", "phone|2026-03|0")
    assert forgotten(gone, "other", rules()) == gone


@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-31"])
def test_shares_pass_with_the_last_week_of_their_month(day: str) -> None:
    done = replace(appointment(), state=State.DONE, day=MONDAY.fromisoformat(day))
    due = unlinks_at(forgotten(done, "nothing", rules()))
    assert due == at(MONDAY.fromisoformat("2026-04-08"), "00:00")


def test_a_ban_outlives_the_wish_to_be_forgotten() -> None:
    gone = forgotten(missed(), "nothing", rules(no_shows=BAN))
    assert gone.no_show_at is not None
    assert unlinks_at(gone) == gone.no_show_at + looks_back(BAN)
    assert unlinks_at(gone) - NOW > timedelta(days=366)


def test_a_stop_after_cancellations_outlives_it_too() -> None:
    gone = cancelled(appointment(), rules(), at(MONDAY, "09:00"), {}, None)
    left = forgotten(gone, "nothing", rules(cancels=BAN))
    assert left.cancelled_of == "who|GA-HZ-01"
    assert gone.cancelled_at is not None
    assert unlinks_at(left) == gone.cancelled_at + looks_back(BAN)


def test_in_the_end_no_key_says_whose_it_was() -> None:
    of = {"cancelled_of": "who|GA-HZ-01", "phone_cancelled_of": "phone|GA-HZ-01"}
    given = {"cancel_key": "who|2026-03|2", "phone_cancel_key": "phone|2026-03|1", **of}
    gone = unlinked(forgotten(replace(missed(), **given), "nothing", rules()))
    keys = (*FIELDS, "phone_index", *given)
    assert {getattr(gone, field) for field in keys} == {None}
    assert (gone.person, gone.no_show_at) == ("erased", None)
    assert (gone.no_show_of, gone.phone_no_show_of) == (None, None)


def test_what_is_over_may_be_forgotten_and_nothing_else() -> None:
    open_ones = {State.HELD, State.CONFIRMED, State.CHECKED_IN, State.CALLED, State.MISSED}
    assert set(State) - open_ones == OVER
    kept = Task("end_of_day", "end_of_day", due=milliseconds(NOW))
    assert kept.id in {task.id for task in forgotten(missed_with(kept), "x", rules()).tasks}


def missed_with(task: Task) -> Appointment:
    return replace(missed(), tasks=(task,), due=task.due)
