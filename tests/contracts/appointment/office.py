"""An office that gives appointments, on any store, behind a catalogue of one service."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from channel_gateway.domain.booking import Bookable, Hall, Rules
from channel_gateway.domain.days import at_minute
from channel_gateway.ports import Answers, ShownAnswer, Store
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments
from channel_gateway.services.appointment.availability import Availability
from channel_gateway.services.appointment.bookings import Bookings, Wanted
from channel_gateway.services.appointment.calendar import ChineseWorkdays
from channel_gateway.services.appointment.changes import Changes
from channel_gateway.services.appointment.check_ins import CheckIns
from channel_gateway.services.appointment.claims import Claims
from channel_gateway.services.appointment.closures import CLOSURES, Closures
from channel_gateway.services.appointment.halls import Halls
from channel_gateway.services.appointment.reactions import Reactions
from channel_gateway.services.appointment.waiting import Waiting
from channel_gateway.services.appointment.wishes import Wishes
from channel_gateway.vault import Vault
from channel_gateway.worker.outbox import Outbox
from channel_gateway.world import SystemRandomness
from tests.unit.payment.fakes import MovedClock

COLLECTIONS = (APPOINTMENTS, CLOSURES)
MONDAY = date(2026, 3, 9)  # with no holiday near
TUESDAY = MONDAY + timedelta(days=1)
NOW = at_minute(MONDAY, 10 * 60)
MORNING = f"{TUESDAY}T09:00"
GRACE = timedelta(minutes=15)


@dataclass
class OneService:
    """A `ServiceCatalogue` of one service and one hall, whose rules can be changed."""

    rules: Rules
    windows: int
    trouble: Exception | None = None  # with whatever is answered

    async def bookable(self, service: str) -> Bookable | None:
        hall = Hall("center", "办事大厅", "人民路1号", self.windows, ((540, 720), (810, 1020)))
        return Bookable(service, "普通护照", (hall,), self.rules)

    async def check_answers(
        self, service: str, answers: Answers, consents: Collection[str]
    ) -> Answers:
        if self.trouble is not None:
            raise self.trouble
        return answers

    async def shown(self, service: str, answers: Answers) -> tuple[ShownAnswer, ...]:
        return ()


@dataclass
class Office:
    store: Store
    clock: MovedClock
    catalogue: OneService
    appointments: Appointments
    bookings: Bookings
    changes: Changes
    check_ins: CheckIns
    halls: Halls
    availability: Availability
    outbox: Outbox
    waiting: Waiting

    async def book(
        self, person: str, slot: str = MORNING, *, key: str = "", now: datetime | None = None
    ) -> Appointment:
        wanted = Wanted(key or f"{person} {slot}", slot, "GA-HZ-01", "center", slot, {})
        return await self.bookings.book(person, wanted, now or self.clock.now())

    async def held(self, slot: str = MORNING) -> set[str]:
        """The seats of a slot that are held, as the store has them."""
        return await self.appointments.seats(f"GA-HZ-01|center|{slot}", limit=1000)

    async def work(self) -> None:
        while await self.outbox.work():
            pass


def office(store: Store, *, windows: int = 50, **rules: Any) -> Office:
    clock, randomness, calendar = MovedClock(NOW), SystemRandomness(), ChineseWorkdays()
    catalogue = OneService(Rules(horizon_workdays=5, **rules), windows)
    appointments, closures = Appointments(store), Closures(store)
    claims = Claims(appointments, closures, calendar, randomness)
    vault = Vault({"1": b"k" * 32}, b"i" * 32, randomness)
    bookings = Bookings(
        appointments, claims, catalogue, vault=vault, randomness=randomness, grace=GRACE
    )
    changes = Changes(
        bookings,
        appointments,
        claims,
        catalogue,
        calendar=calendar,
        randomness=randomness,
        grace=GRACE,
    )
    wishes = Wishes(catalogue)
    waiting = Waiting(appointments)
    check_ins = CheckIns(
        bookings, appointments, waiting, wishes, vault=vault, randomness=randomness, grace=GRACE
    )
    reactions = Reactions(appointments)
    return Office(
        store,
        clock,
        catalogue,
        appointments,
        bookings,
        changes,
        check_ins,
        Halls(appointments, waiting, closures, wishes),
        Availability(appointments, closures, wishes, calendar),
        Outbox(store, reactions.rows(), clock, owner="worker-1"),
        waiting,
    )
