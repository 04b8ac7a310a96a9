"""What the worker tells citizens of their appointments. The same again is the same message."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from channel_gateway.domain.day_words import minute_words
from channel_gateway.domain.days import next_midnight
from channel_gateway.domain.happenings import Happening, telling_id
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, Messenger, Telling, Workdays
from channel_gateway.service import NotYet, Reaction
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import APPOINTMENTS, read
from channel_gateway.services.appointment.citizens.handing_over import NOBODY
from channel_gateway.services.appointment.citizens.telling import (
    REMIND_CITIZEN,
    TELL_CITIZEN,
    is_due,
    starts_at,
    told,
    version_of,
)

_GONE = frozenset({Happening.CANCELLED, Happening.HALL_CANCELLED})


class CitizenNews:
    def __init__(
        self, messenger: Callable[[], Messenger | None], calendar: Workdays, *, page: str = ""
    ) -> None:
        """Who tells citizens is asked for late; where nobody does, no task is written."""
        self._messenger = messenger
        self._calendar = calendar
        self._page = page

    def rows(self) -> list[Reaction]:
        return [
            Reaction(APPOINTMENTS.name, TELL_CITIZEN, self.tell, DAYS_3),
            Reaction(APPOINTMENTS.name, REMIND_CITIZEN, self.remind, DAYS_3),
        ]

    def beside(self, before: Appointment | None, after: Appointment) -> Appointment:
        return after if self._messenger() is None else told(before, after, self._calendar)

    async def tell(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """In order: a message has its place by when it was told."""
        appointment, version = read(document), version_of(task)
        earlier = (each for each in appointment.tasks if each.kind == TELL_CITIZEN)
        if any(version_of(each) < version for each in earlier):
            raise NotYet("what happened before is told first", pause_s=5)
        happening, slot, hall, reason = task.detail.split("\n", maxsplit=3)
        words = {"hall": hall, "reason": reason or "大厅另行通知"}
        at = appointment.events[version - 1].at
        await self._say(appointment, Happening(happening), str(version), slot, words, at, now)
        return None

    async def remind(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """While the slot is still booked, and has not begun."""
        appointment = read(document)
        if is_due(task, appointment) and now < appointment.starts_at:
            words = {"hall": appointment.hall_name}
            slot, key = appointment.slot, task.detail
            await self._say(appointment, Happening.REMINDER, key, slot, words, now, now)
        return None

    async def _say(
        self,
        appointment: Appointment,
        happening: Happening,
        key: str,
        slot: str,
        words: dict[str, str],
        at: datetime,
        now: datetime,
    ) -> None:
        messenger = self._messenger()
        if messenger is None or appointment.person.partition("|")[0] == NOBODY:
            return
        starts = starts_at(slot)
        telling = Telling(
            id=telling_id(appointment.id, happening, key),
            person=appointment.person,
            happening=happening,
            service=appointment.service,
            subject=f"appointment:{appointment.id}",
            words={"service": appointment.service_name, "starts_at": minute_words(starts)} | words,
            at=at,
            account=appointment.account,
            page=self._page.replace("{id}", appointment.id),
            # Who stands in the hall hears of a day that was cancelled after it had begun.
            good_until=next_midnight(starts) if happening in _GONE else starts,
        )
        await messenger.tell(telling, now)
