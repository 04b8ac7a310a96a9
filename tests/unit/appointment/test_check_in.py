"""A check-in code: ours alone, for a minute, once, in its hall, on its day, at its time."""

from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.errors import GatewayError
from channel_gateway.services.appointment.appointment import Appointment, State, Trigger
from channel_gateway.services.appointment.hall.check_in import check_in_window, scanned, to_check_in
from channel_gateway.services.appointment.hall.check_in_code import (
    LASTS,
    LONGEST,
    new_code,
    read_code,
    write_code,
)
from channel_gateway.services.appointment.life import at_hall, not_come
from channel_gateway.services.appointment.refusals import (
    AppointmentOver,
    CheckedInAlready,
    CheckInTooEarly,
    CheckInTooLate,
    CodeStale,
    CodeUsed,
    CodeWrong,
    NotOnThatDay,
    OtherHall,
)
from tests.unit.appointment.samples import MONDAY, appointment, at, rules

GRACE = timedelta(minutes=15)
IN_TIME = at(MONDAY, "09:40")  # it begins at ten
SECOND = timedelta(seconds=1)
CODE = new_code("A1", "nonce", IN_TIME)


def mac(text: str) -> str:
    return sha256(f"secret {text}".encode()).hexdigest()[:32]


TEXT = write_code(CODE, mac)


def scan(one: Appointment, *, now=IN_TIME, hall="center", code=None, early=30) -> Appointment:
    made = code or new_code("A1", "nonce", now)
    return scanned(one, made, hall, rules(checkin_early_minutes=early), GRACE, now)


def test_a_code_is_read_as_it_was_written_and_is_short() -> None:
    assert read_code(TEXT, mac, IN_TIME) == CODE
    assert timedelta() < LASTS <= timedelta(seconds=60)
    assert len(TEXT) < LONGEST


@given(st.integers(0, len(TEXT) - 1), st.integers(1, 127))
def test_a_flipped_character_never_reads(place: int, flip: int) -> None:
    flipped = TEXT[:place] + chr(ord(TEXT[place]) ^ flip) + TEXT[place + 1 :]

    with pytest.raises(CodeWrong):
        read_code(flipped, mac, IN_TIME)


@pytest.mark.parametrize("text", ["", ".", "a.b.c.d", "取号码", "\ud800", TEXT[:-1], f"{TEXT}0"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CodeWrong):
        read_code(text, mac, IN_TIME)


def test_a_code_lasts_a_minute_to_the_second() -> None:
    assert read_code(TEXT, mac, CODE.expires_at - SECOND) == CODE
    with pytest.raises(CodeStale):
        read_code(TEXT, mac, CODE.expires_at)


def test_a_scan_checks_in_and_uses_up_every_code_made_before() -> None:
    older, newer = new_code("A1", "older", IN_TIME - SECOND), CODE
    there = scan(appointment(), code=newer)
    missed = at_hall(at_hall(there, Trigger.CALL, IN_TIME), Trigger.MISS, IN_TIME)

    assert there.state is State.CHECKED_IN
    for code in (older, newer):
        for one in (there, missed):
            with pytest.raises(CodeUsed):
                scan(one, code=code, now=IN_TIME + SECOND)


def test_a_code_of_a_clock_that_is_ahead_is_used_up_as_well() -> None:
    ahead = new_code("A1", "nonce", IN_TIME + 5 * SECOND)
    there = scan(appointment(), code=ahead)

    with pytest.raises(CodeUsed):
        scan(there, code=ahead, now=IN_TIME + SECOND)


def test_who_missed_the_call_comes_back_with_a_new_code_also_late() -> None:
    missed = at_hall(at_hall(scan(appointment()), Trigger.CALL, IN_TIME), Trigger.MISS, IN_TIME)

    assert scan(missed, now=at(MONDAY, "16:00")).state is State.CHECKED_IN


def test_a_new_code_of_who_has_checked_in_is_refused() -> None:
    there = scan(appointment())

    with pytest.raises(CheckedInAlready):
        scan(there, now=IN_TIME + SECOND)
    with pytest.raises(CheckedInAlready):
        scan(at_hall(there, Trigger.CALL, IN_TIME), now=IN_TIME + SECOND)


@pytest.mark.parametrize(("early", "opens"), [(30, "09:30"), (45, "09:15"), (0, "10:00")])
def test_a_code_checks_in_from_the_rules_minute_on(early: int, opens: str) -> None:
    first = at(MONDAY, opens)

    assert scan(appointment(), now=first, early=early).state is State.CHECKED_IN
    with pytest.raises(CheckInTooEarly) as refusal:
        scan(appointment(), now=first - SECOND, early=early)
    assert refusal.value.extra["opens_at"] == first


def test_a_code_checks_in_until_nobody_is_expected_any_more() -> None:
    end = at(MONDAY, "10:45")  # the slot ends at half past, and a quarter of an hour is grace

    assert scan(appointment(), now=end - SECOND).state is State.CHECKED_IN
    with pytest.raises(CheckInTooLate):
        scan(appointment(), now=end)
    with pytest.raises(CheckInTooLate):
        scan(not_come(appointment(), end), now=end)


@pytest.mark.parametrize(
    ("kind", "one", "changed"),
    [
        (OtherHall, appointment(), {"hall": "north"}),
        (NotOnThatDay, appointment(), {"now": at(MONDAY + timedelta(days=1), "09:40")}),
        (NotOnThatDay, appointment(), {"now": at(MONDAY - timedelta(days=1), "09:40")}),
        (AppointmentOver, appointment(state=State.DONE), {}),
        (AppointmentOver, appointment(state=State.CANCELLED_BY_CITIZEN), {}),
        (AppointmentOver, appointment(state=State.CANCELLED_BY_HALL), {}),
    ],
)
def test_a_scan_that_does_not_fit_is_refused(
    kind: type[GatewayError], one: Appointment, changed: dict[str, object]
) -> None:
    with pytest.raises(kind) as refusal:
        scan(one, **changed)  # type: ignore[arg-type]
    assert refusal.value.zh


def test_a_code_is_of_use_before_its_time_and_of_none_afterwards() -> None:
    window = check_in_window(appointment(), rules(), GRACE)

    to_check_in(appointment(), window, window.opens_at - timedelta(days=3))
    with pytest.raises(CheckInTooLate):
        to_check_in(appointment(), window, window.closes_at)
