"""A case's table, and what messages make of it in whatever order they come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.state_machine import NotNow, advance, may
from channel_gateway.domain.tasks import doing
from channel_gateway.services.case.case import (
    ENDED,
    TRANSITIONS,
    Belonging,
    Case,
    Licence,
    Outcome,
    State,
    Step,
    Told,
)
from channel_gateway.services.case.refusals import CaseTooLong
from channel_gateway.services.case.telling import MOST, handed_over, licensed, progressed

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
BLANK = Case("hall|1", "C1", "hall", "1", NOW)


def step(told: Told, hour: int, **more: object) -> Step:
    outcome = Outcome.GRANTED if told is Told.DECIDED else None
    at = NOW + timedelta(hours=hour)
    given = Step(key="", at=at, told=told, service="AA-BB-01", outcome=outcome)
    given = replace(given, **more)  # type: ignore[arg-type]
    return replace(given, key=repr(given))


def told(*steps: Step, case: Case = BLANK) -> Case:
    for each in steps:
        belongs = Belonging(each.at, each.key, person=f"person of {each.service}")
        case = progressed(case, each, belongs, NOW)
    return case


steps = st.builds(
    step,
    st.sampled_from(Told),
    st.integers(0, 6),
    hall=st.sampled_from([None, "center", "west"]),
    visit=st.sampled_from([None, "A1", "A2"]),
    service=st.sampled_from(["AA-BB-01", "AA-BB-02"]),
)


def test_every_state_has_a_row_and_is_reachable() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set(TRANSITIONS[State.RECEIVED].values()) == set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("trigger", Told)
def test_a_step_is_in_the_table_or_refused_and_again_changes_nothing(
    state: State, trigger: Told
) -> None:
    if not may(TRANSITIONS, state, trigger):
        with pytest.raises(NotNow):
            advance(TRANSITIONS, state, trigger)
        return
    there = advance(TRANSITIONS, state, trigger)
    assert advance(TRANSITIONS, there, trigger) is there


def test_the_usual_way_is_the_one_the_law_describes() -> None:
    way = (Told.RECEIVED, Told.CORRECTION, Told.ACCEPTED, Told.REVIEW, Told.SUSPENDED, Told.REVIEW)
    case = told(*(step(word, hour) for hour, word in enumerate(way)))
    assert case.state is State.REVIEW
    assert case.ended_at is None

    case = told(step(Told.DECIDED, 7), case=case)
    assert (case.state, case.outcome, case.ended_at) == (State.DECIDED, Outcome.GRANTED, NOW)
    assert told(step(Told.DELIVERED, 8), case=case).outcome is Outcome.GRANTED


def test_a_late_message_of_an_earlier_step_is_history_and_takes_nothing_back() -> None:
    case = told(step(Told.REVIEW, 3), step(Told.ACCEPTED, 1), step(Told.CORRECTION, 0))

    assert case.state is State.REVIEW
    assert [each.told for each in case.steps] == [Told.CORRECTION, Told.ACCEPTED, Told.REVIEW]


@given(st.lists(steps, max_size=8), steps)
def test_an_end_is_never_left_by_a_stale_message(before: Sequence[Step], stale: Step) -> None:
    case = told(*before)
    after = told(stale, case=case)

    if case.state in ENDED and stale.at < max(each.at for each in case.steps if _ends(each)):
        assert after.state is case.state
    if case.state in ENDED:
        assert after.state in ENDED


@given(st.lists(steps, max_size=8), st.randoms())
def test_any_order_of_a_cases_messages_ends_in_the_same_case(
    messages: list[Step], order: object
) -> None:
    shuffled = [*messages, *messages[:3]]  # and some come twice
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    assert _read(told(*shuffled)) == _read(told(*messages))


def _read(case: Case) -> Case:
    """Without what is still to be said of how it came about."""
    return replace(case, **doing())


def test_a_decision_told_after_its_delivery_still_says_what_was_decided() -> None:
    case = told(step(Told.DELIVERED, 3), step(Told.DECIDED, 2))

    assert (case.state, case.outcome) == (State.DELIVERED, Outcome.GRANTED)


def test_what_a_courier_handed_over_is_delivered_whatever_its_clock_says() -> None:
    decided = told(step(Told.DECIDED, 2))

    delivered = handed_over(decided, NOW, NOW)

    assert (delivered.state, delivered.outcome) == (State.DELIVERED, Outcome.GRANTED)
    assert handed_over(delivered, NOW, NOW) == delivered


def test_a_message_that_comes_twice_changes_nothing() -> None:
    case = told(step(Told.ACCEPTED, 1))

    assert told(step(Told.ACCEPTED, 1), case=case) is case


def test_a_number_told_wrongly_is_put_right_by_a_later_message_alone() -> None:
    right = told(step(Told.ACCEPTED, 1), step(Told.REVIEW, 2, service="AA-BB-02"))
    stale = told(step(Told.RECEIVED, 0, service="AA-BB-03"), case=right)

    assert (right.person, stale.person) == ("person of AA-BB-02", "person of AA-BB-02")


def test_what_was_unlinked_is_linked_to_nobody_again() -> None:
    erased = replace(
        told(step(Told.DECIDED, 1)), person=None, belongs=None, visit=None, erased_at=NOW
    )
    after = told(step(Told.DELIVERED, 2, visit="A1"), case=erased)

    assert after.state is State.DELIVERED
    assert (after.person, after.visit, after.visit_key) == (None, None, None)


def test_a_case_holds_so_much_and_no_more() -> None:
    full = told(*(step(Told.REVIEW, hour) for hour in range(MOST)))

    with pytest.raises(CaseTooLong):
        told(step(Told.REVIEW, MOST), case=full)


def test_a_full_case_can_still_be_told_to_its_end() -> None:
    full = told(*(step(Told.REVIEW, hour) for hour in range(MOST)))

    ended = told(step(Told.DECIDED, MOST), step(Told.DELIVERED, MOST + 1), case=full)
    assert (ended.state, ended.outcome) == (State.DELIVERED, Outcome.GRANTED)
    with pytest.raises(CaseTooLong):
        told(*(step(Told.DELIVERED, MOST + 2 + n) for n in range(19)), case=ended)


def test_a_licence_told_twice_is_one() -> None:
    licence = Licence("k", NOW, "普通护照")
    case = licensed(licensed(BLANK, licence, NOW), licence, NOW)

    assert case.licences == (licence,)


def _ends(each: Step) -> bool:
    return each.told in (Told.NOT_ACCEPTED, Told.DECIDED, Told.DELIVERED)
