"""Messages are brought to phones: in order, in time, by the best outlet.

One call of an outlet for each run of the task.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.ladders import HOURS_6
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change
from channel_gateway.service import NotYet, Reaction
from channel_gateway.services.message.calling import Calling
from channel_gateway.services.message.choosing import next_at, next_way, way_of
from channel_gateway.services.message.journal import Journal
from channel_gateway.services.message.message import Result, State, Trigger
from channel_gateway.services.message.messages import MESSAGES, SEND, read
from channel_gateway.services.message.turns import Turns
from channel_gateway.services.message.ways import Ways


class Sending:
    def __init__(
        self, journal: Journal, ways: Ways, turns: Turns, calling: Calling, *, patience: timedelta
    ) -> None:
        """`patience`: how long a message is tried, from its turn on."""
        self._journal = journal
        self._ways = ways
        self._turns = turns
        self._calling = calling
        self._patience = patience

    def rows(self) -> list[Reaction]:
        # Only a store that is away, or a mistake of ours, spends these: the rest has bounds of its
        # own.
        return [Reaction(MESSAGES.name, SEND, self.send, HOURS_6)]

    async def send(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """One step towards a phone. Raises `NotYet` until the message has ended."""
        message = read(document)
        if message.state is not State.WAITING:
            await self._turns.wake_next(message.subject, now)
            return None
        now = moment_of(milliseconds(now))  # as it is kept: what was written is compared
        ways, attempt = await self._ways.of(message), message.open_attempt
        way = next_way(message, ways, now) if attempt is None else way_of(attempt, ways)
        again_at = next_at(message, ways)
        if attempt is None and way is None and again_at is None:
            return await self._journal.end(message, Trigger.NOBODY, now)
        await self._turns.wait_for(message, now)
        if _is_past(message.good_until, now):
            return await self._journal.end(message, Trigger.EXPIRE, now)
        is_asked_about = attempt is not None and attempt.result is not Result.AGAIN
        if not is_asked_about and await self._turns.is_superseded(message, now):
            return await self._journal.end(message, Trigger.SUPERSEDE, now)
        if await self._turns.is_overtaken(message):
            return await self._journal.end(message, Trigger.EXPIRE, now)
        out_of_patience = now >= (message.turn_at or now) + self._patience
        untried = way is not None and message.attempt(way.key) is None
        if out_of_patience and attempt is None and not untried:
            return await self._journal.end(message, Trigger.GIVE_UP, now)
        message = await self._journal.at_turn(message, now)
        if attempt is not None and is_asked_about:
            return await self._calling.ask(message, attempt, way, now)
        if attempt is not None and (way is None or out_of_patience):
            return await self._journal.go_on(message, replace(attempt, result=Result.PERHAPS))
        night = self._turns.night(message, now)
        if night is not None and _is_past(message.good_until, night):
            return await self._journal.end(message, Trigger.EXPIRE, now)
        if night is not None:
            raise NotYet("quiet hours", pause_s=_seconds(now, night))
        if way is None:
            raise NotYet("no outlet takes it now", pause_s=_seconds(now, again_at or now))
        return await self._calling.call(message, way, now)


def _is_past(until: datetime | None, now: datetime) -> bool:
    return until is not None and until <= now


def _seconds(now: datetime, until: datetime) -> int:
    return max(1, -(-(until - now) // timedelta(seconds=1)))
