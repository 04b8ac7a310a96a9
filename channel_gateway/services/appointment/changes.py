"""A citizen cancels, or moves to another slot."""

from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.booking import Rules
from channel_gateway.domain.days import beijing_day, month_start
from channel_gateway.ports import DuplicateKey, ServiceCatalogue
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.bookings import Bookings
from channel_gateway.services.appointment.life import cancelled, moved
from channel_gateway.services.appointment.places.asked_seat import still_ours
from channel_gateway.services.appointment.places.capacity import Capacities
from channel_gateway.services.appointment.places.claims import Claims
from channel_gateway.services.appointment.places.leaving import Leaving
from channel_gateway.services.appointment.prepaid.prepayment import withdrawn
from channel_gateway.services.appointment.rules.marks import counted, kept
from channel_gateway.services.appointment.rules.quotas import cancel_key
from channel_gateway.services.appointment.wishes import Wishes

_CANCELLED = (State.CANCELLED_BY_CITIZEN, State.CANCELLED_BY_HALL)


class Changes:
    def __init__(
        self,
        bookings: Bookings,
        appointments: Appointments,
        claims: Claims,
        capacities: Capacities,
        catalogue: ServiceCatalogue,
        leaving: Leaving,
        *,
        grace: timedelta,
    ) -> None:
        self._bookings = bookings
        self._appointments = appointments
        self._claims = claims
        self._capacities = capacities
        self._wishes = Wishes(catalogue)
        self._leaving = leaving
        self._grace = grace

    async def cancel(self, person: str, id: str, now: datetime) -> Appointment:
        """Free place and shares in one swap. Again changes nothing.

        Raises `NoSuchAppointment`, `CancelTooLate`, `CancelsSpent`, `AppointmentOver`.
        """
        appointment = await self._bookings.get(person, id)
        rules, back = await self._leaving.of(appointment, now)
        if appointment.fee is not None or appointment.state is State.HELD:
            appointment = await self._appointments.change(
                id, lambda current: withdrawn(current, now, back=back)
            )
        if appointment.state in _CANCELLED:
            return appointment
        clashed: set[str] = set()
        while True:  # each turn, another cancellation that counts with it was faster
            keys = await self._cancel_keys(appointment, rules, clashed, now)

            def swap(current: Appointment, keys: dict[str, str] = keys) -> Appointment:
                return cancelled(current, rules, now, keys, back)

            try:
                return await self._appointments.change(id, swap)
            except DuplicateKey as clash:
                clashed.add(keys[clash.index])

    async def reschedule(
        self, person: str, id: str, *, hall: str | None, slot: str, now: datetime
    ) -> Appointment:
        """Move to another slot in one swap: the old place is ours until the new one is.

        `hall`: None for the same one.

        Raises what `book` and `cancel` raise, `ReschedulesSpent`, `JustMoved`.
        """
        appointment = await self._bookings.get(person, id)
        wish = await self._wishes.wish(person, appointment.service, hall or appointment.hall, slot)
        wish = replace(wish, marks=kept(wish.service.rules, appointment))
        same = (appointment.hall, appointment.slot) == (wish.hall.code, wish.slot.id)
        if appointment.state is State.CONFIRMED and same:
            return appointment
        rules, back = await self._leaving.of(appointment, now)

        capacity = self._capacities.of(wish.service)
        another: str | None = None  # the department's place, asked for once

        async def swap(target: Appointment) -> Appointment:
            nonlocal another
            another = another or await capacity.another(target, now)

            def change(current: Appointment) -> Appointment:
                there = replace(target, seat_held=another)
                mine = current if another is None else still_ours(current, another)
                return moved(mine, there, rules, now, back=back, grace=self._grace)

            return await self._appointments.change(id, change)

        moved(appointment, appointment, rules, now, back=back, grace=self._grace)  # may it at all?
        if appointment.state is State.CANCELLED_BY_HALL:  # owed a slot, whatever was missed since
            await self._claims.open_to_all(wish, now)
        else:
            await self._claims.allow(wish, now)
        target = replace(appointment, **wish.where)
        there = await self._claims.win(target, wish, now, swap)
        return await self._claims.still_open(there, wish, now)

    async def _cancel_keys(
        self, appointment: Appointment, rules: Rules, clashed: set[str], now: datetime
    ) -> dict[str, str]:
        """One of each that is counted, by field. Raises `CancelsSpent`."""
        month, keys = month_start(beijing_day(now)), dict[str, str]()
        for each in counted(appointment, kept(rules, appointment)):
            spent = await self._appointments.cancelled_since(each, month)
            field = each.of.cancel_key
            held = [getattr(one, field) for one in spent]
            keys[field] = cancel_key(each, rules.cancels_a_month, held, clashed, now)
        return keys
