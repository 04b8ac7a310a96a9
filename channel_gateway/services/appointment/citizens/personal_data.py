"""What appointments keep about a person: where they were to come, and what they answered."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.day_words import moment_words
from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import (
    Consent,
    Departments,
    DuplicateKey,
    Sealing,
    ServiceCatalogue,
    VersionConflict,
)
from channel_gateway.services.appointment.appointment import Appointment, Event
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.bookings import PLACE
from channel_gateway.services.appointment.citizens.consents import (
    WITHDRAWN,
    appointment_of,
    withdrawn,
    without,
)
from channel_gateway.services.appointment.citizens.exported import exported
from channel_gateway.services.appointment.citizens.handing_over import (
    OVER,
    consents_kept,
    forgotten,
    handed_over,
)
from channel_gateway.services.appointment.departments.hearing import Hearing
from channel_gateway.services.appointment.departments.telling import heard_of
from channel_gateway.services.appointment.prepaid.fee import is_settling
from channel_gateway.services.appointment.refusals import NoSuchAppointment
from channel_gateway.services.appointment.wishes import Wishes

_MOST_EXPORTED = 1000
_RACES = 500
_KEPT = (
    "预约记录（如有；不含填写的内容，不能从您的账号查到）：供大厅统计；"
    "与预约次数、爽约限制有关的标记在限制期满后删除"
)
_DONE_BEFORE = "撤回前已经完成的办理（如已寄出的快递）不受影响。"


class KeptAppointments:
    """A `PersonalData`."""

    def __init__(
        self,
        appointments: Appointments,
        catalogue: ServiceCatalogue,
        vault: Sealing,
        departments: Departments | None,
    ) -> None:
        self._appointments = appointments
        self._wishes = Wishes(catalogue)
        self._vault = vault
        self._departments = departments
        self._hearing = Hearing(departments, catalogue)

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        async for appointment in self._appointments.all_of(account):
            await self._hand_over(appointment, account, person)

    async def export(self, person: str) -> dict[str, Any]:
        """The latest day first, at most a thousand; `more` says whether there are others."""
        told: list[dict[str, Any]] = []
        async for appointment in self._appointments.all_of(person):
            if len(told) == _MOST_EXPORTED:
                return {"appointments": told, "more": True}
            told.append(exported(appointment, self._answers(appointment)))
        return {"appointments": told, "more": False}

    async def open_matters(self, person: str) -> list[str]:
        return [
            f"未完成的预约{each.id}（{each.service_name}，{moment_words(each.starts_at)}）"
            async for each in self._appointments.all_of(person)
            if each.state not in OVER or is_settling(each.tasks)
        ]

    async def erase(self, person: str, now: datetime) -> list[str]:
        """A department that has heard of it is told first: told again, it knows already."""
        async for appointment in self._appointments.all_of(person):
            over = appointment.state in OVER and not is_settling(appointment.tasks)
            if over and appointment.created_at <= now:
                await self._tell_department(appointment, now)
                await self._forget(appointment, now)
        return [_KEPT]

    async def consents(self, person: str) -> list[Consent]:
        return [
            consent async for each in self._appointments.all_of(person) for consent in each.consents
        ]

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> str | None:
        """The answers that rest on this consent alone leave the appointment in the same swap, and
        so does the department's news of it.
        """
        id = appointment_of(consent_id)

        def swap(current: Appointment) -> Appointment:
            (consent,) = [each for each in current.consents if each.id == consent_id]
            if consent.withdrawn_at is not None:
                return current
            left = without(self._answers(current), consent.fields)
            sealed = self._vault.seal(json.dumps(left, ensure_ascii=False), PLACE)
            consents = withdrawn(current.consents, consent_id, now)
            events = (*current.events, Event(now, WITHDRAWN, consent.purpose))
            return replace(current, answers=sealed, consents=consents, events=events)

        try:
            appointment = await self._appointments.get(id)
        except NoSuchAppointment:
            return None
        consent = next((each for each in appointment.consents if each.id == consent_id), None)
        if appointment.person != person or consent is None:
            return None
        await self._appointments.change(id, swap)
        if not consent.fields:
            return f"授权已撤回。{_DONE_BEFORE}"
        hears = heard_of(appointment) and await self._hearing.of(appointment)
        told = "，并会通知办理部门删除" if hears else ""
        return f"授权已撤回，凭该授权填写的内容已从预约中删除{told}。{_DONE_BEFORE}"

    async def _forget(self, appointment: Appointment, now: datetime) -> None:
        rules = await self._wishes.rules(appointment.service)
        nothing = self._vault.seal("{}", PLACE)
        await self._appointments.change(
            appointment.id, lambda known: consents_kept(forgotten(known, nothing, rules), now)
        )

    async def _hand_over(self, appointment: Appointment, account: str, person: str) -> None:
        """Each lost race means that a key is the person's already: then the next one."""
        taken: set[str] = set()
        for _ in range(_RACES):
            wanted: list[Appointment] = []

            def swap(current: Appointment, wanted: list[Appointment] = wanted) -> Appointment:
                wanted[:] = [handed_over(current, account, person, taken)]
                return wanted[0]

            try:
                await self._appointments.change(appointment.id, swap)
            except DuplicateKey as clash:
                taken.add(getattr(wanted[0], clash.index))
            else:
                return
        raise VersionConflict("an appointment found no free share")

    async def _tell_department(self, appointment: Appointment, now: datetime) -> None:
        """Raises `Unavailable` where a department has heard of it and none is spoken with now."""
        department = await self._hearing.of(appointment)
        if department is None:
            return
        if self._departments is None:
            raise Unavailable("no plug-in of the settings speaks with departments")
        gone = {"appointment_ids": [appointment.id]}
        id = f"{appointment.id}-erased"
        await self._departments.tell(department, id, "data.erased", gone, now)

    def _answers(self, appointment: Appointment) -> dict[str, Any]:
        answers: dict[str, Any] = json.loads(self._vault.open(appointment.answers, PLACE))
        return answers
