"""Numbers of a hall's day, and the place of who missed the call."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.services.appointment.appointment import Appointment, State, Trigger
from channel_gateway.services.appointment.hall.tickets import (
    BEHIND,
    place_behind,
    place_of_ticket,
    queued,
    ticket_words,
)
from channel_gateway.services.appointment.life import (
    at_hall,
    called,
    cancelled_by_hall,
    day_over,
    moved,
)
from channel_gateway.services.appointment.refusals import CalledElsewhere
from tests.unit.appointment.samples import MONDAY, appointment, at, rules

NOW = at(MONDAY, "09:40")
WAITING = [place_of_ticket(number) for number in (4, 5, 6, 7, 8)]


def waits(one: Appointment) -> Appointment:
    return queued(at_hall(one, Trigger.CHECK_IN, NOW), 12, ())


@pytest.mark.parametrize(
    ("number", "words"), [(1, "A001"), (12, "A012"), (999, "A999"), (1000, "B000"), (1001, "B001")]
)
def test_a_number_is_read_as_a_letter_and_three_digits(number: int, words: str) -> None:
    assert ticket_words(number) == words


def test_who_missed_the_call_waits_behind_three_others_and_before_the_fourth() -> None:
    place = place_behind(WAITING, place_of_ticket(1))

    assert WAITING[BEHIND - 1] < place < WAITING[BEHIND]
    assert BEHIND == 3


def test_who_came_back_earlier_stays_before() -> None:
    first = place_behind(WAITING, place_of_ticket(1))
    second = place_behind(sorted([*WAITING, first]), place_of_ticket(2))

    assert first < second < WAITING[BEHIND]


def test_where_fewer_wait_who_comes_back_is_the_last() -> None:
    assert place_behind(WAITING[:2], place_of_ticket(1)) > WAITING[1]
    assert place_behind([], place_of_ticket(1)) == place_of_ticket(1)


def test_nobody_gains_by_missing_a_call() -> None:
    assert place_behind(WAITING, place_of_ticket(20)) == place_of_ticket(20)


@given(
    st.lists(st.integers(1, 300), unique=True).map(sorted),
    st.integers(1, 300),
    st.integers(1, 8),
)
def test_any_number_who_come_back_have_places_of_their_own_behind_three(
    numbers: list[int], own: int, times: int
) -> None:
    waiting = [place_of_ticket(number) for number in numbers if number != own]
    for _ in range(times):
        place = place_behind(waiting, place_of_ticket(own))
        before = sum(each < place for each in waiting)
        assert place not in waiting
        assert before >= min(BEHIND, len(waiting))
        waiting = sorted([*waiting, place])


def test_a_first_check_in_takes_the_number_and_a_second_keeps_it() -> None:
    first = waits(appointment())
    missed = at_hall(called(first, NOW, "3"), Trigger.MISS, NOW)
    back = queued(at_hall(missed, Trigger.CHECK_IN, NOW), 99, WAITING)

    assert (first.ticket, first.ticket_key) == (12, f"center|{MONDAY}|12")
    assert (first.queue, first.queue_place) == (first.hall_day, place_of_ticket(12))
    assert (back.ticket, back.ticket_key, back.queue) == (12, first.ticket_key, first.hall_day)


def test_whoever_is_called_or_whose_day_is_over_waits_no_longer() -> None:
    there = waits(appointment())

    for gone in (
        called(there, NOW, None),
        at_hall(there, Trigger.FINISH, NOW),
        cancelled_by_hall(there, "停电", NOW),
        day_over(there, NOW),
    ):
        assert (gone.queue, gone.queue_place) == (None, None)


def test_a_number_stays_in_the_day_it_was_given_for() -> None:
    cancelled_one = cancelled_by_hall(waits(appointment()), "停电", NOW)
    there = moved(
        cancelled_one, appointment(), rules(), NOW, back=None, grace=timedelta(minutes=15)
    )

    assert (there.ticket, there.ticket_key, there.ticket_book) == (None, None, None)


def test_a_window_calls_again_and_another_is_refused() -> None:
    there = called(waits(appointment()), NOW, "3")

    assert (there.state, there.window, there.events[-1].note) == (State.CALLED, "3", "3")
    assert called(there, NOW, "3") == there
    for window in ("4", None):
        with pytest.raises(CalledElsewhere):
            called(there, NOW, window)
    again = replace(at_hall(there, Trigger.MISS, NOW), window="3")
    assert called(again, NOW, "4").window == "4"
