"""A row for what the worker does for a task, and what it may say of how that went."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channel_gateway.domain.errors import GatewayError
from channel_gateway.domain.tasks import DEAD_LETTERS_BY, DUE, Task
from channel_gateway.ports import Change, Document, Index

# The indexes of a collection whose documents have tasks (`domain.tasks`).
TASKS = (Index((DUE,)), Index((DEAD_LETTERS_BY,)))


class NotYet(GatewayError):
    """Nothing went wrong, but it is not done: try again on the ladder.

    With `pause_s` after just that pause, and no step of the ladder is spent: for what waits for
    another task, whose ladder bounds the waiting.
    """

    code = "not_yet"

    def __init__(self, message: str = "", *, pause_s: int | None = None) -> None:
        super().__init__(message)
        self.pause_s = pause_s


class NeedsAPerson(GatewayError):
    """Trying again changes nothing until a person has acted: a dead letter at once."""

    code = "needs_a_person"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the worker does for a task. It must bear being run twice.

    A change it returns is made together with the task's removal. `NotYet` and every other error of
    ours mean: again. `ladder`: pauses in seconds before the second, third, … try; after the last,
    a dead letter. A refusal for good (`Refused`, `NotFound`) is one at once, as `NeedsAPerson` is;
    `TooMany` is given at least the pause it asks for. `resent`: the document after a person sent a
    dead letter of this kind again, where that is more than trying once more (pure).
    """

    collection: str
    kind: str
    run: Callable[[dict[str, Any], Task, datetime], Awaitable[Change | None]]
    ladder: tuple[int, ...]
    resent: Callable[[Document, Task, datetime], Document] | None = None
