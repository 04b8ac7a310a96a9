"""Brings events to departments: signed anew for each try, over three days, then a dead letter."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from adapters.departments.events import DELIVER, EVENTS, Event, Events, delivered, read
from adapters.departments.line import Line
from adapters.departments.messages import message
from adapters.departments.partner import Partner
from channel_gateway.domain.documents import to_document
from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, Clock
from channel_gateway.service import NeedsAPerson, NotYet, Reaction

_TIMEOUT_S = 15
_FIRST = 2  # older ones brought in the same turn, so that it ends before the worker's lease does
_GONE = 410


class Delivery:
    def __init__(
        self, partners: Mapping[str, Partner], events: Events, line: Line, clock: Clock
    ) -> None:
        self._partners = partners
        self._events = events
        self._line = line
        self._clock = clock

    def rows(self) -> list[Reaction]:
        return [Reaction(EVENTS.name, DELIVER, self.deliver, DAYS_3)]

    async def deliver(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """What came before of the same subject goes first, whatever its own ladder says.

        Raises `Unavailable`, `NotYet`, `NeedsAPerson`.
        """
        event = read(document)
        older = await self._events.before(event, limit=_FIRST + 1)
        for each in older[:_FIRST]:
            await self._send(each)
            await self._events.change(each.id, partial(delivered, now=now))
        if len(older) > _FIRST:
            raise NotYet("older ones of the same subject go first", pause_s=0)
        await self._send(event)
        return lambda current: to_document(delivered(read(current), now))

    async def _send(self, event: Event) -> None:
        partner = self._partners.get(event.department)
        if partner is None:
            raise NotYet("the department is not connected now")
        now, data = self._clock.now(), self._events.data(event)
        request = message(partner, event.id, event.kind, data, at=event.at, now=now)
        response = await self._line.send(partner, request, timeout_s=_TIMEOUT_S)
        if response.status == _GONE:
            raise NeedsAPerson("the department answered 410: it takes no more events there")
        if not 200 <= response.status < 300:
            raise Unavailable(f"the department answered {response.status}")
