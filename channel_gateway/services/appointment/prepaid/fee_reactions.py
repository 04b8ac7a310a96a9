"""What the worker does about fees: ask for the notice, let the place go, end what is over.

Each bears being run twice. Whether somebody has paid is asked until it is known; until then the
place stays.
"""

from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.errors import Refused
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, FeeEnding
from channel_gateway.service import NeedsAPerson, NotYet, Reaction
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments, read
from channel_gateway.services.appointment.places.leaving import Leaving
from channel_gateway.services.appointment.prepaid.fee import ISSUE_FEE, LET_GO, SETTLE_FEE
from channel_gateway.services.appointment.prepaid.fees import Fees
from channel_gateway.services.appointment.prepaid.prepayment import (
    ended,
    lapsed,
    no_longer_kept,
    waits_for_money,
)

# An hour, which no hold is longer than: then LET_GO takes over.
_ISSUE_LADDER = (5, 10, 20, 30, 60, 60, 120, 180, 300, 300, 600, 600, 900)

NOT_PAID_IN_TIME = "逾期未缴费，号源已释放"
CANCELLED = "预约已取消，费用原路退回"


class FeeReactions:
    def __init__(
        self, appointments: Appointments, fees: Fees, leaving: Leaving, *, grace: timedelta
    ) -> None:
        self._appointments = appointments
        self._fees = fees
        self._leaving = leaving
        self._grace = grace

    def rows(self) -> list[Reaction]:
        return [
            Reaction(APPOINTMENTS.name, ISSUE_FEE, self.issue, _ISSUE_LADDER),
            Reaction(APPOINTMENTS.name, LET_GO, self.let_go, DAYS_3),
            Reaction(APPOINTMENTS.name, SETTLE_FEE, self.settle, DAYS_3),
        ]

    async def issue(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Have the notice made; where finance says no, the place is free at once."""
        appointment = read(document)
        last = task.tries >= len(_ISSUE_LADDER)
        if appointment.state is not State.HELD or last:
            return None
        if appointment.seat_asked is not None:
            raise NotYet("the department has not said whether there is a place", pause_s=5)
        if await self._issued(appointment) is None:
            return await self._lapsing(appointment, now)
        return None

    async def let_go(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """The time to pay is over, or the money went back: nobody else pays, and who has paid?"""
        appointment = read(document)
        if not waits_for_money(appointment):
            return None
        if appointment.seat_asked is not None:  # no notice was made, so nobody can have paid
            return await self._lapsing(appointment, now)
        pay_code = await self._issued(appointment)
        if pay_code is None:
            return await self._lapsing(appointment, now)
        end = await self._fees.desk().end(pay_code, NOT_PAID_IN_TIME)
        _, back = await self._leaving.of(appointment, now)
        grace = self._grace
        return self._appointments.changing(
            lambda current: ended(current, end, now, grace=grace, back=back)
        )

    async def settle(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Nothing is kept for the fee any more: its notice ends, its money goes back."""
        appointment = await self._appointments.change(
            document["_id"], lambda current: no_longer_kept(current, now)
        )
        if appointment.fee is None or not appointment.fee.is_over:
            return None  # the citizen took another slot this moment
        pay_code = await self._issued(appointment)
        if pay_code is None:
            return None
        end = await self._fees.desk().end(pay_code, CANCELLED)
        if end.how is FeeEnding.PAID_ELSEWHERE:
            raise NeedsAPerson("the fee was paid elsewhere: it must be given back there")
        if end.money is not None:
            await self._fees.desk().give_back(end.money.order_id, CANCELLED)
        return None

    async def _issued(self, appointment: Appointment) -> str | None:
        """The notice's code; None: finance makes no such notice, so nobody can have paid it."""
        try:
            return (await self._fees.issued(appointment)).fee_code
        except Refused as refusal:
            if refusal.passing:
                raise
            return None

    async def _lapsing(self, appointment: Appointment, now: datetime) -> Change:
        _, back = await self._leaving.of(appointment, now)
        return self._appointments.changing(lambda current: lapsed(current, now, back=back))
