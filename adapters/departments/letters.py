"""A department sees what it could not be told, and asks for it again: rows of its own calls."""

from datetime import datetime

from pydantic import BaseModel, Field

from adapters.departments.events import DELIVER, Event, Events
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.tasks import sent_again
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor
from channel_gateway.service import DepartmentAsk, DepartmentCall

PAGE = 50


class LettersAsked(BaseModel):
    after: str | None = Field(None, max_length=200)


class Letter(BaseModel):
    event_id: str
    type: str
    at: datetime
    tries: int
    note: str  # why the last try did not do


class LettersTold(BaseModel):
    letters: list[Letter]
    next: str | None = None  # pass as `after` for the next page


class ResendAsked(BaseModel):
    event_id: str = Field(min_length=1, max_length=64)


class Resent(BaseModel):
    resent: bool = True


class Letters:
    def __init__(self, events: Events) -> None:
        self._events = events

    def rows(self) -> list[DepartmentCall]:
        return [
            DepartmentCall(
                "letters.list",
                LettersAsked,
                self.list,
                "Which events of yours were given up",
                answer=LettersTold,
            ),
            DepartmentCall(
                "letters.resend",
                ResendAsked,
                self.resend,
                "Try an event again from the beginning; again changes nothing",
                answer=Resent,
                errors=("not_found",),
            ),
        ]

    async def list(self, ask: DepartmentAsk) -> LettersTold:
        asked: LettersAsked = ask.body
        after = None if asked.after is None else read_cursor(asked.after)
        page = await self._events.given_up(ask.department, limit=PAGE, after=after)
        return LettersTold(
            letters=[letter for event in page for letter in _letters(event)],
            next=_next(page[-1]) if len(page) == PAGE else None,
        )

    async def resend(self, ask: DepartmentAsk) -> Resent:
        asked: ResendAsked = ask.body
        if await self._events.get(ask.department, asked.event_id) is None:
            raise NotFound("you have no event of this id", field="event_id")
        now = milliseconds(ask.now)
        await self._events.change(asked.event_id, lambda e: sent_again(e, DELIVER, now=now))
        return Resent()


def _letters(event: Event) -> list[Letter]:
    return [
        Letter(
            event_id=event.id, type=event.kind, at=event.at, tries=task.tries + 1, note=task.note
        )
        for task in event.given_up
    ]


def _next(last: Event) -> str:
    return write_cursor(Cursor(last.gave_up_at or 0, last.id))
