"""The endpoints of a hall's windows: call a citizen, or the next one."""

import re

from channel_gateway.domain.errors import Invalid
from channel_gateway.service import Call, Route, Who
from channel_gateway.services.appointment.hall.halls import Halls
from channel_gateway.services.appointment.messages import AppointmentView
from channel_gateway.services.appointment.views import appointment_view

_WINDOW = re.compile(r"\w{1,8}")


class QueueEndpoints:
    def __init__(self, halls: Halls) -> None:
        self._halls = halls

    def rows(self) -> list[Route]:
        return [
            Route(
                "POST",
                "/operator/appointments/{appointment_id}/call",
                self.call,
                "Call the citizen to a window (叫号)",
                answer=AppointmentView,
                who=Who.OPERATOR,
                query=("window",),
                errors=("no_such_appointment", "not_on_that_day", "called_elsewhere", "not_now"),
            ),
            Route(
                "POST",
                "/operator/services/{code}/halls/{hall}/next",
                self.next,
                "Call the citizen who waits longest (叫下一号)",
                answer=AppointmentView,
                who=Who.OPERATOR,
                query=("window",),
                errors=("nobody_waits", "no_appointments", "no_such_hall"),
            ),
        ]

    async def call(self, call: Call) -> AppointmentView:
        id, window = call.path["appointment_id"], _window(call)
        return appointment_view(await self._halls.call(id, call.now, window))

    async def next(self, call: Call) -> AppointmentView:
        path, window = call.path, _window(call)
        return appointment_view(
            await self._halls.next(path["code"], path["hall"], call.now, window)
        )


def _window(call: Call) -> str | None:
    """The window that calls, as citizens read it. Raises `Invalid`."""
    window = call.query.get("window")
    if window is not None and not _WINDOW.fullmatch(window):
        raise Invalid("a window's number is wanted, like 3", field="query.window")
    return window
