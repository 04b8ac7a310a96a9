"""Our way to the departments: events are kept to be delivered, questions are asked at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.departments.events import Events
from adapters.departments.line import Line
from adapters.departments.messages import message, read_answer
from adapters.departments.partner import Partner
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Tools

_TIMEOUT_S = 5
_ERASED = "data.erased"
_WITHDRAWN = "consent.withdrawn"
_ID_LENGTH = 27  # of 62 characters: 160 bits


class Departments:
    """A `ports.Departments`."""

    def __init__(
        self, partners: Mapping[str, Partner], events: Events, line: Line, tools: Tools
    ) -> None:
        self._partners = partners
        self._events = events
        self._line = line
        self._clock = tools.clock
        self._randomness = tools.randomness

    def connected(self, department: str) -> bool:
        return department in self._partners

    async def tell(
        self, department: str, event_id: str, kind: str, data: dict[str, Any], at: datetime
    ) -> None:
        if kind == _ERASED:
            ids = [*data["appointment_ids"], *data.get("delivery_ids", ())]
            await self._events.forget_person(department, ids)
        if kind == _WITHDRAWN:
            await self._events.forget_answers(department, data["appointment_id"], data["fields"])
        due = milliseconds(self._clock.now())
        await self._events.keep(department, event_id, kind, data, at=at, due=due)

    async def ask(self, department: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        partner = self._partners.get(department)
        if partner is None:
            raise NotFound("the department is not connected")
        id, now = self._randomness.token(_ID_LENGTH), self._clock.now()
        request = message(partner, id, kind, data, at=now, now=now)
        response = await self._line.send(partner, request, timeout_s=_TIMEOUT_S)
        return read_answer(partner, id, response, self._clock.now())
