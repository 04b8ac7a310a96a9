"""A life cycle is a table: every state has a row; what is not in it may not happen. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from channel_gateway.domain.errors import Conflict

State = TypeVar("State", bound=StrEnum)
Trigger = TypeVar("Trigger", bound=StrEnum)

# state -> {what happens: the next state}. A final state's row is {}: said, not forgotten.
Transitions = Mapping[State, Mapping[Trigger, State]]


class NotNow(Conflict):
    """This may not happen in the present state."""

    code = "not_now"


def advance(table: Transitions[State, Trigger], state: State, trigger: Trigger) -> State:
    """Look the next state up. Raises `NotNow`, naming state and trigger."""
    try:
        return table[state][trigger]
    except KeyError:
        raise NotNow(f"{trigger} may not happen to what is {state}") from None


def may(table: Transitions[State, Trigger], state: State, trigger: Trigger) -> bool:
    return trigger in table[state]


def diagram(table: Transitions[State, Trigger]) -> str:
    """Print a table as a Mermaid state diagram; steps that stay where they are come first."""
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(table))}"]
    for state, row in table.items():
        by_target: dict[str, list[str]] = {}
        for trigger, target in row.items():
            by_target.setdefault(target, []).append(trigger)
        lines += [f"    {state} --> {target}: {', '.join(on)}" for target, on in by_target.items()]
        if not row:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines)
