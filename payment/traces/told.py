"""What finance tells us without being asked leaves a trace too. Implements `PaidNotices`."""

from channel_gateway.ports import Clock, PaidNotice, PaidNotices
from payment.traces.asking import Asking
from payment.traces.finance import FINANCE
from payment.traces.notes import Notes
from payment.traces.trace import What

TAKEN_IN = "taken in"


class TracedPaidNotices:
    def __init__(self, paid_notices: PaidNotices, notes: Notes, clock: Clock) -> None:
        self._paid_notices = paid_notices
        self._telling = Asking(notes, clock, FINANCE, What.CALLBACK)

    async def paid(self, told: PaidNotice) -> None:
        telling = self._paid_notices.paid(told)
        await self._telling.noted("paid", told.pay_code, telling, lambda _: TAKEN_IN)
