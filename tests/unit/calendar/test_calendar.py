"""Working days: public holidays, days worked instead, what settings add, and the library's end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.services.calendar.chinese_workdays import ChineseWorkdays, known_until
from channel_gateway.workdays import workday_after, workday_before

CALENDAR = ChineseWorkdays()
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),  # New Year's Day, a Thursday
        (date(2026, 1, 4), True),  # a Sunday, worked instead
        (date(2026, 1, 5), True),
        (date(2026, 1, 10), False),  # a plain Saturday
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2026, 10, 10), True),  # a Saturday, worked instead
    ],
)
def test_holidays_and_the_days_worked_instead_are_known(day: date, works: bool) -> None:
    assert CALENDAR.works(day) is works


def test_beyond_the_librarys_last_year_weekdays_count() -> None:
    monday = known_until() + timedelta(days=7)
    monday -= timedelta(days=monday.weekday())

    week = [CALENDAR.works(monday + timedelta(days=n)) for n in range(7)]
    assert week == [True, True, True, True, True, False, False]


@pytest.mark.parametrize("year", [known_until().year + 1, known_until().year + 2])
def test_the_holidays_of_fixed_date_rest_before_the_years_notice_is_known(year: int) -> None:
    by_law = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]

    assert [CALENDAR.works(date(year, month, day)) for month, day in by_law] == [False] * 6


def test_settings_close_and_open_days_whatever_the_library_says() -> None:
    workday, saturday = date(2026, 1, 5), date(2026, 1, 10)
    beyond = date(known_until().year + 1, 1, 1)

    calendar = ChineseWorkdays(closed=[workday, beyond], opened=[saturday])

    assert [calendar.works(day) for day in (workday, beyond, saturday)] == [False, False, True]


def test_a_day_that_is_closed_and_open_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-01-05"):
        ChineseWorkdays(closed=[date(2026, 1, 5)], opened=[date(2026, 1, 5)])


def test_the_long_holiday_is_jumped_over() -> None:
    assert workday_after(CALENDAR, date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert workday_before(CALENDAR, date(2026, 10, 8), 1) == date(2026, 9, 30)


@given(days, st.integers(1, 30))
def test_there_and_back_is_the_same_working_day(day: date, count: int) -> None:
    there = workday_after(CALENDAR, day, count)

    assert CALENDAR.works(there)
    assert workday_after(CALENDAR, workday_before(CALENDAR, there, count), count) == there


def test_a_calendar_in_which_nobody_ever_works_ends_in_an_error() -> None:
    class Never:
        def works(self, day: date) -> bool:
            return False

    with pytest.raises(ValueError, match="without a working day"):
        workday_after(Never(), date(2026, 1, 1), 1)
