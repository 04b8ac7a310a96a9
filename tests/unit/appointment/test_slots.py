"""Opening hours cut into slots: nothing overlaps, nothing sticks out."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.booking import Hours
from channel_gateway.domain.days import beijing_day
from channel_gateway.services.appointment.rules.slots import slot_named, slots_of
from tests.unit.appointment.samples import MONDAY, hall, rules

times = st.lists(st.integers(0, 1439), min_size=2, max_size=8, unique=True).map(sorted)
opening_hours = times.map(
    lambda some: tuple(zip(some[::2], some[1::2], strict=False))  # an odd one is left over
)


def hours_of(opens: tuple[tuple[int, int], ...]) -> tuple[Hours, ...]:
    return tuple(Hours(start, end, 2) for start, end in opens)


def test_a_day_of_the_week_has_its_own_hours_and_windows() -> None:
    given_hall = hall(
        hours=(
            Hours(540, 600, 5, frozenset({1, 2})),
            Hours(540, 600, 2, frozenset({3})),
            Hours(810, 870, 1, frozenset({1})),
        )
    )

    def places(day: date) -> list[tuple[str, int]]:
        return [(slot.id[-5:], slot.windows) for slot in slots_of(given_hall, rules(), day)]

    assert places(MONDAY) == [("09:00", 5), ("09:30", 5), ("13:30", 1), ("14:00", 1)]
    assert places(MONDAY + timedelta(days=1)) == [("09:00", 5), ("09:30", 5)]
    assert places(MONDAY + timedelta(days=2)) == [("09:00", 2), ("09:30", 2)]
    assert places(MONDAY + timedelta(days=3)) == []
    assert slot_named(given_hall, rules(), f"{MONDAY + timedelta(days=2)}T13:30") is None


def test_a_morning_and_an_afternoon_give_equal_slots() -> None:
    starts = [slot.id[-5:] for slot in slots_of(hall(), rules(slot_minutes=60), MONDAY)]

    assert starts == ["09:00", "10:00", "11:00", "13:30", "14:30", "15:30"]


def test_what_is_too_short_for_a_slot_is_left_over() -> None:
    cut = slots_of(hall(hours=(Hours(540, 650, 2),)), rules(slot_minutes=40), MONDAY)

    assert [(slot.start, slot.end) for slot in cut] == [(540, 580), (580, 620)]


@given(opening_hours, st.integers(5, 480))
def test_slots_never_overlap_nor_leave_the_opening_hours(
    opens: tuple[tuple[int, int], ...], minutes: int
) -> None:
    cut = slots_of(hall(hours=hours_of(opens)), rules(slot_minutes=minutes), MONDAY)

    assert all(one.end <= next_one.start for one, next_one in pairwise(cut))
    for slot in cut:
        assert any(start <= slot.start and slot.end <= end for start, end in opens)
        assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)
        assert beijing_day(slot.starts_at) == MONDAY


@given(opening_hours, st.integers(5, 480))
def test_a_slot_is_found_by_its_id(opens: tuple[tuple[int, int], ...], minutes: int) -> None:
    given_hall, given_rules = hall(hours=hours_of(opens)), rules(slot_minutes=minutes)

    for slot in slots_of(given_hall, given_rules, MONDAY):
        assert slot_named(given_hall, given_rules, slot.id) == slot


@given(st.text(max_size=20))
def test_any_other_text_names_no_slot(text: str) -> None:
    known = {slot.id for slot in slots_of(hall(), rules(), MONDAY)}

    assert slot_named(hall(), rules(), text) is None or text not in known
    assert slot_named(hall(), rules(), f"{MONDAY}T09:01") is None
