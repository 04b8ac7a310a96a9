"""How the sending of a message is written down: by swaps, of which one worker wins each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.tasks import Task, with_tasks
from channel_gateway.ports import Change, NotArrived
from channel_gateway.service import NotYet
from channel_gateway.services.message.choosing import IN_FLIGHT
from channel_gateway.services.message.message import (
    Attempt,
    Message,
    State,
    Trigger,
    ended,
    with_attempt,
)
from channel_gateway.services.message.messages import Messages
from channel_gateway.services.message.turns import Turns


class Journal:
    def __init__(self, messages: Messages, turns: Turns) -> None:
        self._messages = messages
        self._turns = turns

    async def at_turn(self, message: Message, now: datetime) -> Message:
        """Nothing is before it any more. Raises `NotYet`: another worker is at it."""
        return await self._messages.change(message.id, lambda one: _at_turn(one, message, now))

    async def begin(self, message: Message, attempt: Attempt, letter: str) -> Message:
        """Before its outlet is called. Raises `NotYet`: another worker is at it."""
        return await self._messages.change(
            message.id, lambda one: replace(_written(one, message, attempt), letter=letter)
        )

    async def go_on(self, message: Message, attempt: Attempt, pause_s: int = 0) -> Change | None:
        """Write down how it went; the rest is another run's. Raises `NotYet`."""
        await self._messages.change(message.id, lambda one: _written(one, message, attempt))
        raise NotYet(attempt.note or attempt.result.value, pause_s=pause_s)

    async def end(
        self,
        message: Message,
        trigger: Trigger,
        now: datetime,
        taken: Attempt | None = None,
        cards: Sequence[Task] = (),
    ) -> Change | None:
        """Whoever is killed between the two finds it ended, and wakes the next then."""
        await self._messages.change(
            message.id, lambda one: with_tasks(_ended(one, taken, trigger, now), *cards)
        )
        await self._turns.wake_next(message.subject, now)
        return None


def _written(current: Message, known: Message, attempt: Attempt) -> Message:
    """Raises `NotYet`."""
    return with_attempt(_unchanged(current, known), attempt)


def _ended(current: Message, taken: Attempt | None, trigger: Trigger, now: datetime) -> Message:
    """If its platform was quicker to say that it did not arrive, that stays."""
    known = None if taken is None else current.attempt(taken.key)
    if known is not None and known.note == NotArrived.code:
        return current
    return ended(current if taken is None else with_attempt(current, taken), trigger, now)


def _at_turn(current: Message, known: Message, now: datetime) -> Message:
    """Raises `NotYet`."""
    return replace(_unchanged(current, known), turn_at=current.turn_at or now)


def _unchanged(current: Message, known: Message) -> Message:
    """Raises `NotYet`: another worker has gone on with it."""
    if current.attempts != known.attempts or current.state is not State.WAITING:
        raise NotYet("another worker is at it", pause_s=int(IN_FLIGHT.total_seconds()))
    return current
