"""Templates of service files that a platform does not take: dead letters, one for each mistake.

There may be thousands of messages of one template; the operator sees one letter, and how often.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import to_document
from channel_gateway.domain.tasks import Task, WithTasks, given_up, with_tasks
from channel_gateway.ports import Change, Collection, DuplicateKey, Store
from channel_gateway.records import swapped
from channel_gateway.service import TASKS, Reaction
from channel_gateway.services.message.choosing import Way
from channel_gateway.services.message.message import Message

WRONG_TEMPLATES = Collection("wrong_templates", TASKS)
WRONG_TEMPLATE = "wrong_template"
_NOTE = "the platform does not take this template or field: put the service file right"


@dataclass(frozen=True, slots=True)
class WrongOne(WithTasks):
    id: str  # digest of what is wrong
    where: str  # service, happening, outlet, template and field, as the file has them
    last_at: datetime
    messages: int = 0


class WrongTemplates:
    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self) -> list[Reaction]:
        return [Reaction(WRONG_TEMPLATES.name, WRONG_TEMPLATE, self.put_away, ())]

    async def note(self, message: Message, way: Way, field: str | None, now: datetime) -> None:
        """Which service file has it, and the field the platform names, if it does."""
        where = (
            f"{message.service}: messages.{message.happening}.{way.outlet}, "
            f"template {way.template.template}, field {field or 'not named'}"
        )
        id = sha256(where.encode()).hexdigest()[:32]
        first = WrongOne(id, where, now)
        try:
            await self._store.insert(WRONG_TEMPLATES.name, to_document(_seen(first, now)))
        except DuplicateKey:
            await swapped(
                self._store, WRONG_TEMPLATES, id, WrongOne, lambda known: _seen(known, now)
            )

    async def put_away(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Sent again, the letter is gone until the mistake is met again."""
        return None


def _seen(wrong: WrongOne, now: datetime) -> WrongOne:
    counted = replace(wrong, last_at=now, messages=wrong.messages + 1)
    note = f"{_NOTE} ({counted.messages} messages so far)"
    if wrong.given_up:
        return replace(counted, given_up=tuple(replace(e, note=note) for e in wrong.given_up))
    task = Task(WRONG_TEMPLATE, WRONG_TEMPLATE, due=milliseconds(now), detail=wrong.where)
    noted = with_tasks(counted, task)
    return given_up(noted, task.id, at=milliseconds(now), note=note)
