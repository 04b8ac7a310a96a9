"""Cards show how a matter stands: what was once laid is brought up to date, whoever rings.

A task of the message that has just gone out by another outlet, written with its end.
"""

from datetime import datetime
from typing import Any

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import GatewayError
from channel_gateway.domain.ladders import HOURS_6
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, Clock
from channel_gateway.service import NotYet, Reaction
from channel_gateway.services.message.choosing import Way
from channel_gateway.services.message.letters import letter_of
from channel_gateway.services.message.message import IN_DOUBT, Message, Result
from channel_gateway.services.message.messages import MESSAGES, Messages, read
from channel_gateway.services.message.telling import Sealed
from channel_gateway.services.message.ways import Ways

CARD = "card"
_LAID = IN_DOUBT | {Result.SENT}
_SAID_NO = frozenset({Result.REFUSED, Result.WRONG_TEMPLATE, Result.NO_CONSENT})


class MatterCards:
    def __init__(self, messages: Messages, ways: Ways, sealed: Sealed, clock: Clock) -> None:
        self._messages = messages
        self._ways = ways
        self._sealed = sealed
        self._clock = clock

    def rows(self) -> list[Reaction]:
        return [Reaction(MESSAGES.name, CARD, self.update, HOURS_6)]

    async def to_update(self, message: Message, sent_by: tuple[str, str]) -> list[Task]:
        """One for each card of its subject that this message has not changed itself."""
        ways = await self._ways.of(message)
        cards = [way for way in ways if way.is_card and way.key != sent_by]
        if not cards:
            return []
        earlier = [
            each
            for each in await self._messages.of_subject(message.subject)
            if each.place < message.place
        ]
        due = milliseconds(self._clock.now())
        return [_task(way, due) for way in cards if _is_old(way, message, earlier)]

    async def update(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Unless a later message may be on its way by now: then the card is that one's to change.

        What a platform refuses it refuses; the phone has the message.
        """
        message = read(document)
        way = next((w for w in await self._ways.of(message) if _name(w) == task.detail), None)
        openid = None if way is None else await self._ways.openid(way)
        later = await self._messages.after(message)
        if way is None or openid is None or any(each.has_gone_out for each in later):
            return None
        letter = letter_of(message, way, self._sealed.open(message), first_tried_at=now)
        try:
            await self._ways.outlet(way).send(openid, letter)
        except GatewayError as trouble:
            if trouble.passing:
                raise NotYet(f"the card is not up to date: {trouble.code}") from trouble
        return None


def _is_old(way: Way, message: Message, earlier: list[Message]) -> bool:
    """Pure."""
    tried = message.attempt(way.key)
    if tried is not None and tried.result in _SAID_NO:
        return False
    laid = (each.attempt(way.key) for each in earlier)
    return any(each is not None and each.result in _LAID for each in laid)


def _task(way: Way, due: int) -> Task:
    return Task(f"{CARD}|{_name(way)}", CARD, due=due, detail=_name(way))


def _name(way: Way) -> str:
    return f"{way.account}|{way.outlet}"
