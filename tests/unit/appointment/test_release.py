"""When a day can be booked: from its release to its end, to the second, in Beijing."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channel_gateway.domain.booking import Hours, Rules
from channel_gateway.domain.days import beijing_day
from channel_gateway.services.appointment.refusals import BookingOver, HallRests, NotReleased
from channel_gateway.services.appointment.rules.release import (
    days_ahead,
    next_release,
    why_not,
    why_not_day,
    window_of,
)
from channel_gateway.services.appointment.rules.slots import slot_named, slots_of
from channel_gateway.services.calendar.chinese_workdays import ChineseWorkdays
from tests.unit.appointment.samples import MONDAY, Weekdays, at, hall, rules

CALENDAR = Weekdays()
SECOND = timedelta(seconds=1)
TUESDAY, WEDNESDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 4))
NEXT_MONDAY = MONDAY + timedelta(days=7)

some_rules = st.builds(
    lambda lead, more, minutes: Rules(lead + more, lead, slot_minutes=minutes),
    st.integers(0, 5),
    st.integers(1, 10),
    st.integers(5, 120),
)
some_days = st.dates(date(2026, 1, 1), date(2027, 6, 30))


def bookable(given_rules: Rules, day: date, now: datetime, **of_hall: int) -> bool:
    return why_not_day(given_rules, hall(**of_hall), day, CALENDAR, now) is None


def test_a_hall_rests_on_a_day_of_the_week_it_has_no_hours_for() -> None:
    mondays = hall(hours=(Hours(540, 720, 2, frozenset({1})),))

    assert why_not_day(rules(), mondays, MONDAY, CALENDAR, at(MONDAY, "08:00")) is None
    rests = why_not_day(rules(), mondays, TUESDAY, CALENDAR, at(MONDAY, "08:00"))
    assert isinstance(rests, HallRests)


def test_at_least_one_day_ahead_ends_with_the_last_second_of_the_day_before() -> None:
    ahead = rules(lead_workdays=1)

    assert bookable(ahead, TUESDAY, at(MONDAY, "23:59:59"))
    assert not bookable(ahead, TUESDAY, at(TUESDAY, "00:00:00"))


def test_two_days_ahead_are_two_working_days() -> None:
    ahead = rules(lead_workdays=2)

    assert bookable(ahead, NEXT_MONDAY, at(FRIDAY - timedelta(days=1), "23:59:59"))
    assert not bookable(ahead, NEXT_MONDAY, at(FRIDAY, "00:00:00"))


def test_the_next_five_working_days_jump_the_weekend() -> None:
    wednesday_after = WEDNESDAY + timedelta(days=7)

    assert bookable(rules(), wednesday_after, at(WEDNESDAY, "00:00:00"))
    assert not bookable(rules(), wednesday_after, at(TUESDAY, "23:59:59"))


def test_a_day_is_released_at_the_halls_hour() -> None:
    last_one, of_hall = NEXT_MONDAY, {"released_at": 13 * 60}

    assert not bookable(rules(), last_one, at(MONDAY, "12:59:59"), **of_hall)
    assert bookable(rules(), last_one, at(MONDAY, "13:00:00"), **of_hall)
    refusal = why_not_day(rules(), hall(**of_hall), last_one, CALENDAR, at(MONDAY, "12:00"))
    assert isinstance(refusal, NotReleased)
    assert refusal.zh is not None
    assert "3月9日（周一）13:00放出" in refusal.zh


def test_after_the_hour_the_lead_is_a_day_longer() -> None:
    until_four = rules(horizon_workdays=7, lead_workdays=1, lead_until=16 * 60)

    assert bookable(until_four, TUESDAY, at(MONDAY, "15:59:59"))
    assert not bookable(until_four, TUESDAY, at(MONDAY, "16:00:00"))
    assert bookable(until_four, WEDNESDAY, at(MONDAY, "16:00:00"))


def test_after_the_hour_of_the_last_working_day_the_weekend_lengthens_no_lead() -> None:
    until_four = rules(horizon_workdays=7, lead_workdays=1, lead_until=16 * 60)
    saturday, next_tuesday = FRIDAY + timedelta(days=1), NEXT_MONDAY + timedelta(days=1)

    assert bookable(until_four, NEXT_MONDAY, at(FRIDAY, "15:59:59"))
    for now in (at(FRIDAY, "16:00:00"), at(FRIDAY, "17:00"), at(saturday, "10:00")):
        assert not bookable(until_four, NEXT_MONDAY, now)
        assert bookable(until_four, next_tuesday, now)


def test_a_saturday_that_is_worked_is_the_last_working_day_before_a_holiday() -> None:
    """2026-02-14 is a Saturday worked instead, 2026-02-24 the first day after Spring Festival."""
    until_four, calendar = (
        rules(horizon_workdays=7, lead_workdays=1, lead_until=960),
        (ChineseWorkdays()),
    )
    first, worked = date(2026, 2, 24), date(2026, 2, 14)

    before = why_not_day(until_four, hall(), first, calendar, at(worked, "15:59:59"))
    after = why_not_day(until_four, hall(), first, calendar, at(worked, "16:00:00"))
    assert (before, type(after)) == (None, BookingOver)


def test_without_a_lead_a_slot_can_be_booked_until_it_begins() -> None:
    slot = slot_named(hall(), rules(), f"{MONDAY}T09:00")
    assert slot is not None

    assert why_not(rules(), hall(), slot, CALENDAR, at(MONDAY, "08:59:59")) is None
    over = why_not(rules(), hall(), slot, CALENDAR, at(MONDAY, "09:00:00"))
    assert isinstance(over, BookingOver)


def test_a_day_off_says_so() -> None:
    closed = Weekdays(closed=[TUESDAY])

    assert isinstance(why_not_day(rules(), hall(), TUESDAY, closed, at(MONDAY, "10:00")), HallRests)


def test_before_the_long_holiday_the_first_day_after_it_can_be_booked() -> None:
    """2026-09-30 is the last working day before National Day, 2026-10-08 the first after it."""
    ahead, calendar = rules(lead_workdays=1), ChineseWorkdays()
    now = at(date(2026, 9, 30), "10:00")

    assert why_not_day(ahead, hall(), date(2026, 10, 8), calendar, now) is None
    assert why_not_day(ahead, hall(), date(2026, 10, 10), calendar, now) is None  # worked instead
    assert isinstance(
        why_not_day(ahead, hall(), date(2026, 10, 4), calendar, now), HallRests
    )  # a Sunday


@settings(deadline=None)
@given(some_rules, some_days, st.integers(0, 1439))
def test_a_working_day_is_bookable_from_its_release_to_its_end_and_at_no_other_second(
    given_rules: Rules, day: date, released_at: int
) -> None:
    calendar, of_hall = ChineseWorkdays(), hall(released_at=released_at)
    if not calendar.works(day):
        return
    window = window_of(given_rules, of_hall, day, calendar)

    def refused(now: datetime) -> bool:
        return why_not_day(given_rules, of_hall, day, calendar, now) is not None

    assert window.opens_at < window.closes_at
    assert refused(window.opens_at - SECOND)
    assert not refused(window.opens_at)
    assert not refused(window.closes_at - SECOND)
    assert refused(window.closes_at)


@settings(deadline=None)
@given(some_rules, some_days, st.times(), st.integers(0, 1439))
def test_the_days_ahead_hold_every_bookable_day(
    given_rules: Rules, today: date, time_of_day: time, released_at: int
) -> None:
    calendar, of_hall = ChineseWorkdays(), hall(released_at=released_at)
    now = at(today, f"{time_of_day:%H:%M:%S}")
    shown = days_ahead(given_rules, calendar, now)

    assert shown[0] == beijing_day(now)
    for day in (shown[0] - timedelta(days=1), shown[-1] + timedelta(days=1)):
        for slot in slots_of(of_hall, given_rules, day):
            assert why_not(given_rules, of_hall, slot, calendar, now) is not None


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(MONDAY, "12:59:59"), at(MONDAY, "13:00")),
        (at(MONDAY, "13:00:00"), at(TUESDAY, "13:00")),
        (at(FRIDAY, "13:00:00"), at(NEXT_MONDAY, "13:00")),
    ],
)
def test_the_next_release_is_on_a_working_day(now: datetime, then: datetime) -> None:
    assert next_release(hall(released_at=780), CALENDAR, now) == then
