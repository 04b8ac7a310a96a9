"""A citizen's endpoints of appointments: from a call to a use case and back, as rows."""

from datetime import date

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Invalid
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor
from channel_gateway.service import Call, Route, Who
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.availability import Availability
from channel_gateway.services.appointment.bookings import Bookings, Wanted
from channel_gateway.services.appointment.changes import Changes
from channel_gateway.services.appointment.citizens.person import Persons
from channel_gateway.services.appointment.hall.offers import Offers
from channel_gateway.services.appointment.hall.waiting import Waiting
from channel_gateway.services.appointment.messages import (
    AppointmentDetail,
    AppointmentsView,
    AppointmentView,
    AvailabilityView,
    BookingRequest,
    RescheduleRequest,
)
from channel_gateway.services.appointment.views import (
    appointment_detail,
    appointment_view,
    availability_view,
)

PAGE = 20

_WHY_NOT = (
    "no_such_hall",
    "no_such_slot",
    "department_not_connected",
    "hall_rests",
    "not_released",
    "booking_over",
    "too_late_to_pay",
    "hall_closed",
    "slot_full",
    "limit_reached",
    "banned",
)


class Endpoints:
    def __init__(
        self,
        bookings: Bookings,
        changes: Changes,
        availability: Availability,
        waiting: Waiting,
        offers: Offers,
        persons: Persons,
    ) -> None:
        self._bookings = bookings
        self._changes = changes
        self._availability = availability
        self._waiting = waiting
        self._offers = offers
        self._persons = persons

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/services/{code}/halls/{hall}/slots",
                self.available,
                "Which days of a hall can be booked, and how many places a day's slots have left",
                answer=AvailabilityView,
                who=Who.ANYONE,
                query=("day",),
                errors=("no_appointments", "no_such_hall"),
            ),
            Route(
                "POST",
                "/appointments",
                self.book,
                "Book a slot; the same key gets the same appointment, as it is then",
                body=BookingRequest,
                answer=AppointmentView,
                status=201,
                idempotent=True,
                keeps_key=True,
                errors=(
                    "no_appointments",
                    "consent_missing",
                    "consent_outdated",
                    "identity_not_known",
                    "fees_not_taken",
                    "no_such_purpose",
                    "real_name_needed",
                    "not_for_others",
                    *_WHY_NOT,
                ),
            ),
            Route(
                "GET",
                "/appointments",
                self.list,
                "List your appointments, the latest day first",
                answer=AppointmentsView,
                query=("after",),
            ),
            Route(
                "GET",
                "/appointments/{appointment_id}",
                self.get,
                "See an appointment, answers masked; if the hall cancelled it, slots to move to",
                answer=AppointmentDetail,
                errors=("no_such_appointment",),
            ),
            Route(
                "POST",
                "/appointments/{appointment_id}/cancel",
                self.cancel,
                "Cancel an appointment; again changes nothing",
                answer=AppointmentView,
                errors=(
                    "no_such_appointment",
                    "cancel_too_late",
                    "cancels_spent",
                    "appointment_over",
                ),
            ),
            Route(
                "POST",
                "/appointments/{appointment_id}/reschedule",
                self.reschedule,
                "Move an appointment to another slot in one step",
                body=RescheduleRequest,
                answer=AppointmentView,
                errors=(
                    "no_such_appointment",
                    "cancel_too_late",
                    "reschedules_spent",
                    "just_moved",
                    "still_held",
                    "appointment_over",
                    *_WHY_NOT,
                ),
            ),
        ]

    async def available(self, call: Call) -> AvailabilityView:
        day = read_day(call.query["day"], "query.day") if "day" in call.query else None
        found = await self._availability.of(call.path["code"], call.path["hall"], day, call.now)
        return availability_view(found)

    async def book(self, call: Call) -> AppointmentView:
        body: BookingRequest = call.body
        wanted = Wanted(
            key=call.idempotency_key or "",
            digest=call.digest,
            service=body.service,
            hall=body.hall,
            slot=body.slot,
            answers={n: tuple(a) if isinstance(a, list) else a for n, a in body.answers.items()},
            consents=tuple(sorted(set(body.consents))),
            policy_version=body.policy_version,
            channel=call.session.channel,
        )
        account = call.session.citizen
        return appointment_view(await self._bookings.book(account, wanted, call.now))

    async def list(self, call: Call) -> AppointmentsView:
        after = read_cursor(call.query["after"]) if "after" in call.query else None
        page = await self._bookings.list(
            await self._persons.keys(call.session), limit=PAGE, after=after
        )
        return AppointmentsView(
            appointments=[appointment_view(each) for each in page],
            next=_next(page[-1]) if len(page) == PAGE else None,
        )

    async def get(self, call: Call) -> AppointmentDetail:
        found = await self._bookings.get(*await self._held(call))
        return appointment_detail(
            found,
            await self._bookings.answers(found),
            await self._waiting.before(found),
            await self._offers.of(found, call.now),
        )

    async def cancel(self, call: Call) -> AppointmentView:
        person, id = await self._held(call)
        return appointment_view(await self._changes.cancel(person, id, call.now))

    async def reschedule(self, call: Call) -> AppointmentView:
        body: RescheduleRequest = call.body
        person, id = await self._held(call)
        moved = await self._changes.reschedule(
            person, id, hall=body.hall, slot=body.slot, now=call.now
        )
        return appointment_view(moved)

    async def _held(self, call: Call) -> tuple[str, str]:
        """The appointment that is asked for, and under whose key it lies."""
        id = call.path["appointment_id"]
        return await self._persons.holding(call.session, id), id


def _next(last: Appointment) -> str:
    return write_cursor(Cursor(milliseconds(last.starts_at), last.id))


def read_day(text: str, field: str) -> date:
    """Raises `Invalid`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("a day like 2026-03-10 is wanted", field=field) from None
