"""The tables of orders and refunds, walked."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from channel_gateway.domain.state_machine import NotNow, advance
from payment.order import OPEN, TRANSITIONS, State, Trigger
from payment.refund import REFUND_TRANSITIONS, SAID, RefundState, RefundTrigger

Tables = Mapping[StrEnum, Mapping[StrEnum, StrEnum]]
TABLES = [
    pytest.param(TRANSITIONS, State, Trigger, id="order"),
    pytest.param(REFUND_TRANSITIONS, RefundState, RefundTrigger, id="refund"),
]


@pytest.mark.parametrize(("table", "states", "triggers"), TABLES)
def test_every_state_has_a_row(
    table: Tables, states: type[StrEnum], triggers: type[StrEnum]
) -> None:
    assert set(table) == set(states)


@pytest.mark.parametrize(("table", "states", "triggers"), TABLES)
def test_every_state_is_reachable(
    table: Tables, states: type[StrEnum], triggers: type[StrEnum]
) -> None:
    first = next(iter(states))
    reached, frontier = {first}, [first]
    while frontier:
        for target in table[frontier.pop()].values():
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(states)


@pytest.mark.parametrize(("table", "states", "triggers"), TABLES)
def test_what_is_not_in_the_table_raises(
    table: Tables, states: type[StrEnum], triggers: type[StrEnum]
) -> None:
    for state in states:
        for trigger in triggers:
            if trigger in table[state]:
                assert advance(table, state, trigger) is table[state][trigger]
            else:
                with pytest.raises(NotNow, match=trigger):
                    advance(table, state, trigger)


def test_money_that_came_is_never_forgotten_by_a_later_word() -> None:
    """From PAID on no trigger leads back to a state that may be closed."""
    with_money = set(State) - OPEN - {State.CLOSED}
    for state in with_money:
        assert set(TRANSITIONS[state].values()) <= with_money


def test_every_word_of_a_platform_on_a_refund_has_a_trigger_in_every_state() -> None:
    for state in RefundState:
        for trigger in SAID.values():
            assert trigger in REFUND_TRANSITIONS[state]
