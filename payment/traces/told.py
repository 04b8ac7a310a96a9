"""What finance tells us without being asked leaves a trace too. Implements `PaidNotices`."""

from datetime import timedelta

from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import Clock, PaidNotice, PaidNotices
from payment.traces.finance import FINANCE
from payment.traces.notes import Notes
from payment.traces.trace import Trace, What


class TracedPaidNotices:
    def __init__(self, paid_notices: PaidNotices, notes: Notes, clock: Clock) -> None:
        self._paid_notices = paid_notices
        self._notes = notes
        self._clock = clock

    async def paid(self, told: PaidNotice) -> None:
        began, outcome = self._clock.now(), "taken in"
        try:
            await self._paid_notices.paid(told)
        except GatewayError as trouble:
            outcome = trouble.code
            raise
        finally:
            took_ms = (self._clock.now() - began) // timedelta(milliseconds=1)
            await self._notes.note(
                Trace(told.pay_code, began, What.CALLBACK, FINANCE, "paid", outcome, took_ms)
            )
