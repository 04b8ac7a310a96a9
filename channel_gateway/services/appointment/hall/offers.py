"""Another slot for whom the hall has sent away: the next free ones of the same hall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channel_gateway.domain.booking import Bookable, Capacity, Hall
from channel_gateway.domain.day_words import moment_words
from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import NoSuchHall
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.availability import Availability
from channel_gateway.services.appointment.refusals import NoAppointments
from channel_gateway.services.appointment.rules.marks import counted, kept
from channel_gateway.services.appointment.rules.quotas import (
    first_day_counted,
    has_share,
    quotas_of,
)
from channel_gateway.services.appointment.rules.slots import Slot
from channel_gateway.services.appointment.wishes import Wishes

MOST = 3

_GIVEN_UP = "但该大厅现已不再预约办理该事项，请返回事项列表查看其他办理方式。"
_ASK_LATER = "余号由部门提供，请在选择时段页面查看。"


@dataclass(frozen=True, slots=True)
class Offered:
    slots: Sequence[Slot] = ()
    words: str = ""  # why there are none, and what to do instead; empty where none are owed


class Offers:
    def __init__(
        self, appointments: Appointments, availability: Availability, wishes: Wishes
    ) -> None:
        self._appointments = appointments
        self._availability = availability
        self._wishes = wishes

    async def of(self, appointment: Appointment, now: datetime) -> Offered:
        """At most three slots this citizen could take now, the soonest first; nothing is held.

        Whoever was sent away may take them whatever ban there is, as moving does not ask for one.
        """
        fee = appointment.fee
        if appointment.state is not State.CANCELLED_BY_HALL or (fee and not fee.is_kept):
            return Offered()
        try:
            service, hall = await self._wishes.hall(appointment.service, appointment.hall)
        except (NoAppointments, NoSuchHall):  # given up since
            return Offered(words=_GIVEN_UP)
        slots = await self._slots(appointment, service, hall, now)
        if slots:
            return Offered(slots)
        if service.capacity is Capacity.DEPARTMENT:  # how many it has left nobody may know
            return Offered(words=_ASK_LATER)
        return Offered(words=_none_words(self._availability.next_release(service, hall, now)))

    async def _slots(
        self, appointment: Appointment, service: Bookable, hall: Hall, now: datetime
    ) -> Sequence[Slot]:
        rules, person = service.rules, appointment.person
        marks, today = kept(rules, appointment), beijing_day(now)
        first = first_day_counted(today, today)
        held = [
            one
            for each in counted(appointment, marks)
            for one in await self._appointments.since(each, first)
        ]
        offered: list[Slot] = []
        async for slot in self._availability.free(service, hall, now):
            if has_share(quotas_of(rules, person, service.code, slot, marks), held):
                offered.append(slot)
            if len(offered) == MOST:
                break
        return offered


def _none_words(next_release: datetime | None) -> str:
    none = "但目前没有您可改约的时段"
    if next_release is None:
        return f"{none}，请留意之后放出的号源。"
    return f"{none}，新的号源于{moment_words(next_release)}放出，届时可再来改约。"
