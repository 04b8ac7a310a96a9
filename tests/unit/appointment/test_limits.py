"""What one person may have, as unique keys; bans; and when a place comes back."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.booking import Ban, Returned
from channel_gateway.services.appointment.refusals import (
    Banned,
    CancelsSpent,
    LimitReached,
)
from channel_gateway.services.appointment.rules.bans import banned_until, looks_back
from channel_gateway.services.appointment.rules.quotas import (
    MARK_FIELDS,
    Quota,
    cancel_key,
    claimed,
    first_day_counted,
    quotas_of,
)
from channel_gateway.services.appointment.rules.release import window_of
from channel_gateway.services.appointment.rules.returning import back_at
from channel_gateway.services.appointment.rules.seats import free_seat
from channel_gateway.services.appointment.rules.slots import Slot, slots_of
from channel_gateway.services.appointment.rules.subjects import (
    ID_NUMBER,
    MARKS,
    PERSON,
    PHONE,
    Counted,
    Subject,
)
from tests.unit.appointment.samples import MONDAY, Weekdays, appointment, at, hall, rules

NOW = at(MONDAY, "09:00")
TUESDAY = MONDAY + timedelta(days=1)
DAY = timedelta(days=1)
SLOT, NEXT = Slot(MONDAY, 900, 930, 2), Slot(TUESDAY, 900, 930, 2)


def test_day_week_and_month_are_counted_whether_bounded_or_not() -> None:
    keys = claimed(quotas_of(rules(), "who", "GA-HZ-01", SLOT), [], [])

    assert keys == {
        "quota_slot": "who|2026-03-09T15:00|0",
        "quota_day": "who|2026-03-09|0",
        "quota_week": "who|week 2026-03-09|0",
        "quota_month": "who|2026-03|0",
    }


LIMITS = [
    "most_a_day",
    "most_a_week",
    "most_a_month",
    "most_of_this_a_day",
    "most_of_this_a_week",
    "most_of_this_a_month",
    "most_of_this",
]


@pytest.mark.parametrize("limit", LIMITS)
def test_each_limit_refuses_the_one_too_many_and_says_which(limit: str) -> None:
    quotas = quotas_of(rules(**{limit: 1}), "who", "GA-HZ-01", SLOT)

    with pytest.raises(LimitReached) as refused:
        claimed(quotas, [appointment()], [])

    assert refused.value.extra["most"] == 1
    assert "1" in (refused.value.zh or "")


@pytest.mark.parametrize("mark", MARKS)
def test_what_counts_beside_a_person_takes_keys_of_its_own(mark: Subject) -> None:
    one_each = rules(**dict.fromkeys(LIMITS[3:], 1))
    without = claimed(quotas_of(one_each, "who", "GA-HZ-01", SLOT), [], [])
    keys = claimed(quotas_of(one_each, "who", "GA-HZ-01", SLOT, [Counted(mark, "x")]), [], [])

    added = {field: key for field, key in keys.items() if field not in without}
    assert [added.pop(field) for field in mark.ruled] == [
        "x|2026-03-09|0",
        "x|week 2026-03-09|0",
        "x|2026-03|0",
        "x|GA-HZ-01|2026-03-09|0",
        "x|GA-HZ-01|week 2026-03-09|0",
        "x|GA-HZ-01|2026-03|0",
        "x|GA-HZ-01|0",
    ]
    assert added == ({} if mark.slot is None else {mark.slot: "x|2026-03-09T15:00|0"})
    assert not {*without} & {*MARK_FIELDS}


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("number", range(len(LIMITS)))
def test_each_limit_refuses_one_too_many_of_a_mark_whoever_comes(
    mark: Subject, number: int
) -> None:
    of_mark = Counted(mark, mark.prefix)
    quotas = quotas_of(rules(**{LIMITS[number]: 1}), "another", "GA-HZ-01", SLOT, [of_mark])

    with pytest.raises(LimitReached) as refused:
        claimed(quotas, [appointment()], [])

    assert refused.value.extra == {"limit": mark.ruled[number], "most": 1}
    assert (refused.value.zh or "").startswith(mark.name)


def test_an_identity_number_is_in_one_slot_at_a_time_whoever_books() -> None:
    at_ten, number = Slot(MONDAY, 600, 630, 2), Counted(ID_NUMBER, "id")

    with pytest.raises(LimitReached) as refused:
        claimed(quotas_of(rules(), "another", "X", at_ten, [number]), [appointment()], [])
    assert (refused.value.zh or "").startswith("该身份证号在该时段已有预约")


def test_who_is_at_their_own_limit_hears_of_that_and_not_of_the_phones() -> None:
    quotas = quotas_of(rules(most_a_day=1), "who", "GA-HZ-01", SLOT, [Counted(PHONE, "phone")])

    with pytest.raises(LimitReached) as refused:
        claimed(quotas, [appointment()], [])
    assert refused.value.extra["limit"] == "day"


def test_one_phone_may_be_in_two_halls_at_once_for_it_may_be_a_familys() -> None:
    at_ten = Slot(MONDAY, 600, 630, 2)

    assert claimed(
        quotas_of(rules(), "another", "X", at_ten, [Counted(PHONE, "phone")]), [appointment()], []
    )


def test_another_day_week_or_service_is_another_share() -> None:
    one_each = rules(most_a_day=1, most_of_this=1)

    claimed(quotas_of(one_each, "who", "MZ-HY-15", NEXT), [appointment()], [])
    claimed(quotas_of(one_each, "somebody", "GA-HZ-01", SLOT), [appointment()], [])


def test_nobody_has_two_appointments_in_one_slot_whatever_the_rules() -> None:
    at_ten = Slot(MONDAY, 600, 630, 2)

    with pytest.raises(LimitReached) as refused:
        claimed(quotas_of(rules(), "who", "MZ-HY-15", at_ten), [appointment()], [])
    assert refused.value.zh == "您在该时段已有预约，请选择其他时段。"


def test_the_share_of_one_who_cancelled_is_given_out_again() -> None:
    freed = replace(appointment(), quota_day=None)

    assert claimed(quotas_of(rules(most_a_day=1), "who", "X", SLOT), [freed], [])


def test_a_key_that_somebody_just_took_counts_as_taken() -> None:
    quotas = quotas_of(rules(most_a_day=2), "who", "GA-HZ-01", SLOT)

    assert claimed(quotas, [], ["who|2026-03-09|0"])["quota_day"] == "who|2026-03-09|1"
    with pytest.raises(LimitReached):
        claimed(quotas, [appointment()], ["who|2026-03-09|1"])


@given(st.sets(st.integers(0, 9)), st.integers(1, 10))
def test_no_more_keys_are_given_than_the_limit_whatever_is_held(
    numbers: set[int], most: int
) -> None:
    held = [replace(appointment(), quota_day=f"who|x|{n}") for n in numbers]
    quota = Quota("quota_day", "who|x", most, "{most}")

    if len(numbers) >= most:
        with pytest.raises(LimitReached):
            claimed([quota], held, [])
    else:
        key = claimed([quota], held, [])["quota_day"]
        assert key not in {each.quota_day for each in held}
        assert int(key.rpartition("|")[2]) < most


def test_everything_that_can_count_beside_a_day_is_read() -> None:
    assert first_day_counted(MONDAY, MONDAY).isoformat() == "2026-03-01"
    assert first_day_counted(MONDAY, MONDAY - 40 * DAY) == MONDAY - 40 * DAY
    in_april = MONDAY.replace(month=4, day=1)  # a Wednesday
    assert first_day_counted(in_april, in_april).isoformat() == "2026-03-30"


def test_cancellations_are_counted_by_the_month_they_happen_in() -> None:
    assert cancel_key(
        Counted(PERSON, "who"), 2, [None, "who|2026-03|0", "who|2026-02|1"], [], NOW
    ) == ("who|2026-03|1")
    with pytest.raises(CancelsSpent) as refused:
        cancel_key(Counted(PERSON, "who"), 2, ["who|2026-03|0"], ["who|2026-03|1"], NOW)
    assert "2次" in (refused.value.zh or "")


def test_what_a_phone_has_spent_is_told_as_the_phones() -> None:
    with pytest.raises(CancelsSpent) as refused:
        cancel_key(Counted(PHONE, "phone"), 1, ["phone|2026-03|0"], [], NOW)
    assert (refused.value.zh or "").startswith("该手机号本月取消次数已满1次")
    assert (Banned(NOW, of=PHONE.name).zh or "").startswith("该手机号因多次预约未到")


@given(st.integers(1, 12), st.sets(st.integers(0, 11)), st.integers(0, 2**64 - 1))
def test_a_free_seat_is_free_and_a_window(windows: int, taken: set[int], draw: int) -> None:
    seats = {f"p|{n}" for n in taken}

    seat = free_seat("p", windows, seats, draw)

    if seat is None:
        assert set(range(windows)) <= taken
    else:
        assert seat not in seats
        assert int(seat.rpartition("|")[2]) < windows


BAN = Ban(times=2, within_days=31, lasts_days=30)


def test_two_missed_in_a_month_ban_for_thirty_days_from_the_second() -> None:
    first, second = NOW - 20 * DAY, NOW - 5 * DAY

    assert banned_until([first], BAN, NOW) is None
    assert banned_until([first, second], BAN, NOW) == second + 30 * DAY
    assert banned_until([first, second], BAN, second + 30 * DAY) is None


def test_a_ban_of_three_months_ends_on_the_same_day_of_the_month() -> None:
    three = Ban(times=1, within_days=366, lasts_months=3)

    for missed, ends in (
        (date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 11, 30), date(2027, 2, 28)),  # which has no thirtieth
    ):
        last, end = at(missed, "09:40"), at(ends, "09:40")
        assert banned_until([last], three, last) == end
        assert banned_until([last], three, end) is None


def test_two_missed_far_apart_ban_nobody() -> None:
    assert banned_until([NOW - 40 * DAY, NOW - 5 * DAY], BAN, NOW) is None


@given(
    st.lists(st.integers(1, 900), max_size=8),
    st.builds(Ban, st.integers(1, 4), *[st.integers(1, 120)] * 2, st.integers(0, 12)),
)
def test_what_is_older_than_one_looks_back_bans_nobody(ago: list[int], ban: Ban) -> None:
    missed = sorted(NOW - each * DAY for each in ago)
    seen = [each for each in missed if each >= NOW - looks_back(ban)]

    assert banned_until(missed, ban, NOW) == banned_until(seen, ban, NOW)


def back(returned: Returned, now: datetime, draw: int = 7) -> datetime | None:
    slot = slots_of(hall(), rules(), TUESDAY)[0]
    given_rules = rules(lead_workdays=1, returned=returned)
    return back_at(given_rules, hall(released_at=780), slot, Weekdays(), now, draw)


def test_a_place_comes_back_at_once_or_with_the_next_release() -> None:
    assert back(Returned.AT_ONCE, NOW) is None
    assert back(Returned.NEXT_RELEASE, NOW) == at(MONDAY, "13:00")


LATE_S = 31 * 60  # a minute at least, a quarter of an hour of chance, and one to book it


@given(
    st.sampled_from([Returned.AT_RANDOM, Returned.NEXT_RELEASE]),
    st.integers(LATE_S, 3 * 86_400),
    st.integers(0, 2**64 - 1),
)
def test_a_place_comes_back_while_everybody_can_still_book_it(
    returned: Returned, before_s: int, draw: int
) -> None:
    last = window_of(rules(lead_workdays=1), hall(), TUESDAY, Weekdays()).closes_at
    now = last - timedelta(seconds=before_s)

    moment = back(returned, now, draw)

    assert moment is not None
    assert now < moment <= last - timedelta(minutes=15)


@given(
    st.sampled_from([Returned.AT_RANDOM, Returned.NEXT_RELEASE]),
    st.integers(0, LATE_S - 1),
    st.integers(0, 2**64 - 1),
)
def test_a_place_given_up_in_the_last_half_hour_is_handed_to_nobody(
    returned: Returned, before_s: int, draw: int
) -> None:
    last = window_of(rules(lead_workdays=1), hall(), TUESDAY, Weekdays()).closes_at
    slot = slots_of(hall(), rules(), TUESDAY)[0]

    assert back(returned, last - timedelta(seconds=before_s), draw) == slot.ends_at
