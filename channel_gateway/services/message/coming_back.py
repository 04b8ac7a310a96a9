"""Letters that a platform took and did not bring: the message goes on to its next outlet."""

from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.state_machine import advance
from channel_gateway.domain.tasks import Task, with_tasks
from channel_gateway.ports import NotArrived
from channel_gateway.services.message.choosing import IN_FLIGHT
from channel_gateway.services.message.message import (
    IN_DOUBT,
    TRANSITIONS,
    Message,
    Result,
    Trigger,
    letter_id,
    with_attempt,
)
from channel_gateway.services.message.messages import SEND, Messages


class ComingBack:
    """A `LetterEnds`."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def did_not_arrive(self, letter: str, now: datetime) -> None:
        """Of a letter nobody knows, or whose message has gone out otherwise, nothing follows."""
        for each in await self._messages.of_letter(letter):
            await self._messages.change(each.id, lambda one: _came_back(one, letter, now))


def _came_back(message: Message, letter: str, now: datetime) -> Message:
    """To be sent by another outlet, after those of its subject that are being sent just now.

    Later ones wait for it again. Its task has a name of its own: the one that sent it may be ending
    at this very moment.
    """
    tried = (e for e in message.attempts if letter_id(message.id, e.account, e.outlet) == letter)
    attempt = next((e for e in tried if e.result in IN_DOUBT | {Result.SENT}), None)
    if attempt is None:
        return message
    failed = replace(attempt, result=Result.REFUSED, note=NotArrived.code)
    waiting = replace(
        with_attempt(message, failed),
        state=advance(TRANSITIONS, message.state, Trigger.COME_BACK),
        queue=message.subject,
        ended_at=None,
    )
    return with_tasks(waiting, Task(f"{SEND}|{letter}", SEND, due=milliseconds(now + IN_FLIGHT)))
