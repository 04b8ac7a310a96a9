"""Fees paid beforehand: who owes what, the notice for it, and what becomes of its money."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from channel_gateway.domain.errors import GatewayError, RefusedForNow
from channel_gateway.domain.notices import FeeItem, NoticeDraft
from channel_gateway.ports import (
    Answers,
    Clock,
    FeeDesk,
    FeeMatter,
    FeeMoney,
    IdentityNotKnown,
    People,
    Sealing,
    ServiceCatalogue,
)
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.places.claims import Wish
from channel_gateway.services.appointment.prepaid.fee import Fee
from channel_gateway.services.appointment.prepaid.fee_drafts import read_draft, write_draft
from channel_gateway.services.appointment.prepaid.prepayment import (
    keeps,
    money_returned,
    noticed,
    paid,
)

_PLACE = "appointments.fee_draft"
_AT_ONCE_S = 3  # a citizen waits no longer for the notice; the worker does


class FeesNotTaken(RefusedForNow):
    """Nobody here collects fees: what is paid beforehand cannot be booked."""

    code = "fees_not_taken"
    zh = "该事项暂时不能在线预约，请稍后再试，或到大厅现场办理。"


class Fees:
    """A `FeeWatcher`."""

    def __init__(
        self,
        appointments: Appointments,
        catalogue: ServiceCatalogue,
        *,
        desk: Callable[[], FeeDesk | None],
        people: People | None,
        vault: Sealing,
        clock: Clock,
        grace: timedelta,
    ) -> None:
        """The desk is asked for late: payment and appointments take one another's offers."""
        self._appointments = appointments
        self._catalogue = catalogue
        self._desk = desk
        self._people = people
        self._vault = vault
        self._clock = clock
        self._grace = grace

    def desk(self) -> FeeDesk:
        """Raises `FeesNotTaken`."""
        desk = self._desk()
        if desk is None:
            raise FeesNotTaken
        return desk

    async def owed(self, wish: Wish, answers: Answers, citizen: str) -> Fee | None:
        """What is to be paid for this wish; None: nothing. Nothing is written.

        Raises `FeesNotTaken`, `IdentityNotKnown`.
        """
        if wish.service.hold_minutes is None:
            return None
        items = await self._catalogue.fee_of(wish.service.code, answers)
        draft = await self._draft(wish, items, citizen)
        sealed = self._vault.seal(write_draft(draft), _PLACE)
        return Fee(draft.principal_fen, citizen, sealed)

    async def ask_at_once(self, appointment: Appointment) -> Appointment:
        """Ask for the notice now; without an answer the worker goes on."""
        with suppress(GatewayError, TimeoutError):
            async with asyncio.timeout(_AT_ONCE_S):
                return await self.issued(appointment)
        return appointment

    async def issued(self, appointment: Appointment) -> Appointment:
        """The appointment with its notice, asked for again where that is not known.

        Raises `Refused`: finance makes no such notice; `Unavailable`.
        """
        fee = appointment.fee
        if fee is None or fee.draft is None or appointment.fee_code is not None:
            return appointment
        unit = await self._catalogue.charging_unit(appointment.service)
        made = await self.desk().issue(
            appointment.id,
            read_draft(self._vault.open(fee.draft, _PLACE)),
            FeeMatter(
                department="" if unit is None else unit.department,
                service=appointment.service,
                appointment_id=appointment.id,
                citizen=fee.citizen,
                pay_before=appointment.held_until,
            ),
        )
        pay_code = made.notice.pay_code
        return await self._appointments.change(
            appointment.id, lambda current: noticed(current, pay_code)
        )

    async def paid(self, money: FeeMoney) -> bool:
        found = await self._appointments.by_fee(money.pay_code)
        if found is None:
            return True  # none of ours
        now = self._clock.now()
        made = await self._appointments.change(
            found.id, lambda current: paid(current, money.order_id, now, grace=self._grace)
        )
        return keeps(made, money.order_id)

    async def returned(self, money: FeeMoney) -> None:
        found = await self._appointments.by_fee(money.pay_code)
        if found is not None:
            now = self._clock.now()
            await self._appointments.change(
                found.id, lambda current: money_returned(current, money.order_id, now)
            )

    async def _draft(self, wish: Wish, items: Sequence[FeeItem], citizen: str) -> NoticeDraft:
        """Raises `FeesNotTaken`, `IdentityNotKnown`."""
        unit = await self._catalogue.charging_unit(wish.service.code)
        if self._desk() is None or unit is None or not items:
            raise FeesNotTaken
        if self._people is None:
            raise IdentityNotKnown
        person = await self._people.of(citizen)
        return NoticeDraft(
            unit_code=unit.code,
            unit_name=unit.name,
            payer_name=person.name,
            id_number=person.id_number,
            items=tuple(items),
            due_on=wish.slot.day,
        )
