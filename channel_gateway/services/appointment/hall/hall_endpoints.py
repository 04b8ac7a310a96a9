"""A hall's endpoints of appointments, for its staff: rows with the operators' key."""

from collections.abc import Awaitable, Callable

from channel_gateway.service import Call, Route, Who
from channel_gateway.services.appointment.appointment import Appointment, Trigger
from channel_gateway.services.appointment.bookings import Bookings
from channel_gateway.services.appointment.endpoints import read_day
from channel_gateway.services.appointment.hall.halls import Halls
from channel_gateway.services.appointment.hall.waiting import Waiting
from channel_gateway.services.appointment.messages import (
    AppointmentHistory,
    AppointmentView,
    ClosureRequest,
    ClosuresView,
    ClosureView,
    HallDayView,
    ReopenedView,
)
from channel_gateway.services.appointment.views import (
    appointment_history,
    appointment_view,
    closure_view,
    closures_view,
    reopened_view,
)

_DAY = "/operator/services/{code}/halls/{hall}/days/{day}"
_ONE = "/operator/appointments/{appointment_id}"

_SAID = {
    "check-in": (Trigger.CHECK_IN, "The citizen is there and waits (取号)"),
    "missed": (Trigger.MISS, "The citizen did not come when called (过号)"),
    "done": (Trigger.FINISH, "It is done"),
}


class HallEndpoints:
    def __init__(self, halls: Halls, bookings: Bookings, waiting: Waiting) -> None:
        self._halls = halls
        self._waiting = waiting
        self._bookings = bookings

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                _DAY,
                self.day,
                "List the appointments of a hall's day",
                answer=HallDayView,
                who=Who.OPERATOR,
            ),
            Route(
                "POST",
                f"{_DAY}/cancel",
                self.close,
                "Cancel a hall's day: nobody books it, and who had booked is told why",
                body=ClosureRequest,
                answer=ClosureView,
                status=202,
                who=Who.OPERATOR,
                errors=("no_appointments", "no_such_hall", "day_over"),
            ),
            Route(
                "POST",
                "/operator/halls/{hall}/days/{day}/cancel",
                self.close_all,
                "Cancel a hall's day for every service that is given appointments there",
                body=ClosureRequest,
                answer=ClosuresView,
                status=202,
                who=Who.OPERATOR,
                errors=("no_such_hall", "day_over"),
            ),
            Route(
                "POST",
                f"{_DAY}/reopen",
                self.reopen,
                "Let a cancelled day be booked again; what was cancelled stays cancelled",
                answer=ReopenedView,
                who=Who.OPERATOR,
                errors=("not_cancelled", "day_over"),
            ),
            Route(
                "GET",
                _ONE,
                self.get,
                "See an appointment with all that happened to it",
                answer=AppointmentHistory,
                who=Who.OPERATOR,
                errors=("no_such_appointment",),
            ),
            *(
                Route(
                    "POST",
                    f"{_ONE}/{verb}",
                    self._told(trigger),
                    summary,
                    answer=AppointmentView,
                    who=Who.OPERATOR,
                    errors=("no_such_appointment", "not_on_that_day", "not_now"),
                )
                for verb, (trigger, summary) in _SAID.items()
            ),
        ]

    async def day(self, call: Call) -> HallDayView:
        path = call.path
        found = await self._halls.day(path["code"], path["hall"], read_day(path["day"], "day"))
        return HallDayView(appointments=[appointment_view(each) for each in found])

    async def close(self, call: Call) -> ClosureView:
        body: ClosureRequest = call.body
        path = call.path
        day = read_day(path["day"], "day")
        closed = await self._halls.close(path["code"], path["hall"], day, body.reason, call.now)
        return closure_view(closed, body.reason)

    async def close_all(self, call: Call) -> ClosuresView:
        body: ClosureRequest = call.body
        day = read_day(call.path["day"], "day")
        closed = await self._halls.close_all(call.path["hall"], day, body.reason, call.now)
        return closures_view(closed, body.reason)

    async def reopen(self, call: Call) -> ReopenedView:
        path = call.path
        day = read_day(path["day"], "day")
        reopened = await self._halls.reopen(path["code"], path["hall"], day, call.now)
        return reopened_view(reopened)

    async def get(self, call: Call) -> AppointmentHistory:
        found = await self._halls.get(call.path["appointment_id"])
        before = await self._waiting.before(found)
        return appointment_history(found, await self._bookings.answers(found), before)

    def _told(self, trigger: Trigger) -> Callable[[Call], Awaitable[AppointmentView]]:
        async def tell(call: Call) -> AppointmentView:
            id = call.path["appointment_id"]
            told: Appointment = await self._halls.tell(id, trigger, call.now)
            return appointment_view(told)

        return tell
