"""The table of a refund case, held to its own rules."""

import pytest

from channel_gateway.domain.state_machine import NotNow, advance
from payment.refund_cases.life import OVER, OWED, TRANSITIONS, State, Trigger


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(State)


def test_every_state_is_reached_from_an_application() -> None:
    reached, found = set(), {State.APPLIED}
    while found:
        reached |= found
        found = {to for state in found for to in TRANSITIONS[state].values()} - reached
    assert reached == set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("trigger", Trigger)
def test_what_is_not_in_the_table_may_not_happen(state: State, trigger: Trigger) -> None:
    if trigger in TRANSITIONS[state]:
        assert advance(TRANSITIONS, state, trigger) in State
    else:
        with pytest.raises(NotNow):
            advance(TRANSITIONS, state, trigger)


@pytest.mark.parametrize("state", sorted(OWED))
def test_money_that_is_owed_is_given_up_by_nobody(state: State) -> None:
    ends = {State.REJECTED, State.WITHDRAWN, State.MORE_MATERIAL}
    assert ends.isdisjoint(TRANSITIONS[state].values())


@pytest.mark.parametrize("state", sorted(OVER))
def test_what_is_over_stays_over(state: State) -> None:
    assert set(TRANSITIONS[state].values()) <= {state}
