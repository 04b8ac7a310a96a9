"""The endpoints of checking in by a code: the citizen's, and the hall's scanner's."""

from channel_gateway.service import Call, Route, Who
from channel_gateway.services.appointment.citizens.person import Persons
from channel_gateway.services.appointment.hall.check_ins import CheckIns
from channel_gateway.services.appointment.messages import (
    AppointmentView,
    CheckInCodeView,
    CheckInRequest,
)
from channel_gateway.services.appointment.views import appointment_view, check_in_code_view

_OVER = (
    "no_such_appointment",
    "checked_in_already",
    "still_held",
    "appointment_over",
    "check_in_too_late",
)


class CheckInEndpoints:
    def __init__(self, check_ins: CheckIns, persons: Persons) -> None:
        self._check_ins = check_ins
        self._persons = persons

    def rows(self) -> list[Route]:
        return [
            Route(
                "POST",
                "/appointments/{appointment_id}/check-in-code",
                self.code,
                "Get a code to show to the hall's scanner: for one scan, within a minute",
                answer=CheckInCodeView,
                errors=_OVER,
            ),
            Route(
                "POST",
                "/operator/check-ins",
                self.scan,
                "Take the code a citizen shows (扫码取号), once",
                body=CheckInRequest,
                answer=AppointmentView,
                who=Who.OPERATOR,
                errors=(
                    "code_wrong",
                    "code_stale",
                    "code_used",
                    "other_hall",
                    "not_on_that_day",
                    "check_in_too_early",
                    *_OVER,
                ),
            ),
        ]

    async def code(self, call: Call) -> CheckInCodeView:
        id = call.path["appointment_id"]
        shown = await self._check_ins.code(
            await self._persons.holding(call.session, id), id, call.now
        )
        return check_in_code_view(shown)

    async def scan(self, call: Call) -> AppointmentView:
        body: CheckInRequest = call.body
        return appointment_view(await self._check_ins.scan(body.code, body.hall, call.now))
