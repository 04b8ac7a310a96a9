"""An office that gives appointments, on any store, behind a catalogue of one service."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from channel_gateway.domain.booking import Bookable, Capacity, Hall, Hours, Rules
from channel_gateway.domain.days import at_minute
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem
from channel_gateway.ports import (
    Answers,
    ChargingUnit,
    Departments,
    FeeDesk,
    People,
    ShownAnswer,
    Store,
    Terms,
    Workdays,
)
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments
from channel_gateway.services.appointment.availability import Availability
from channel_gateway.services.appointment.bookings import Bookings, Wanted
from channel_gateway.services.appointment.changes import Changes
from channel_gateway.services.appointment.hall.check_ins import CheckIns
from channel_gateway.services.appointment.hall.closures import CLOSURES, Closures
from channel_gateway.services.appointment.hall.halls import Halls
from channel_gateway.services.appointment.hall.resting import Resting
from channel_gateway.services.appointment.hall.waiting import Waiting
from channel_gateway.services.appointment.places.asked_capacity import AskedCapacity
from channel_gateway.services.appointment.places.asked_seat import released
from channel_gateway.services.appointment.places.capacity import Capacities, OwnCapacity
from channel_gateway.services.appointment.places.claims import Claims
from channel_gateway.services.appointment.places.leaving import Leaving
from channel_gateway.services.appointment.prepaid.fee_reactions import FeeReactions
from channel_gateway.services.appointment.prepaid.fees import Fees
from channel_gateway.services.appointment.reactions import Reactions
from channel_gateway.services.appointment.wishes import Wishes
from channel_gateway.services.calendar.chinese_workdays import ChineseWorkdays
from channel_gateway.vault import Vault
from channel_gateway.worker.outbox import Outbox
from channel_gateway.world import SystemRandomness
from tests.unit.payment.fakes import KnownIdentities, MovedClock

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
    hold_minutes: int | None = None
    capacity: Capacity = Capacity.GATEWAY
    trouble: Exception | None = None  # with whatever is answered
    given_up: bool = False

    def departments(self) -> frozenset[str]:
        return frozenset({"hall"})

    async def department(self, service: str) -> str | None:
        return "hall"

    async def bookable(self, service: str) -> Bookable | None:
        if self.given_up:
            return None
        hall = Hall(
            "center",
            "办事大厅",
            "人民路1号",
            (Hours(540, 720, self.windows), Hours(810, 1020, self.windows)),
        )
        return Bookable(service, "普通护照", (hall,), self.rules, self.capacity, self.hold_minutes)

    async def bookables(self) -> tuple[Bookable, ...]:
        bookable = await self.bookable("GA-HZ-01")
        return () if bookable is None else (bookable,)

    async def charging_unit(self, service: str) -> ChargingUnit | None:
        return ChargingUnit("330199012", "车辆管理所", "vehicle_administration")

    async def fee_of(self, service: str, answers: Answers) -> tuple[FeeItem, ...]:
        return (FeeItem("1030403021", "考试费", "人次", 1, Fen(6000)),) if self.hold_minutes else ()

    async def check_answers(
        self, service: str, answers: Answers, consents: Collection[str]
    ) -> Answers:
        if self.trouble is not None:
            raise self.trouble
        return answers

    async def terms(self, service: str) -> Terms | None:
        return Terms(service, "1", {}, {}, "id_number", "phone")

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
    fees: Fees
    resting: Resting

    async def book(
        self,
        person: str,
        slot: str = MORNING,
        *,
        key: str = "",
        now: datetime | None = None,
        phone: str = "",
        id_number: str = "",
    ) -> Appointment:
        given = {"phone": phone, "id_number": id_number}
        answers = {name: answer for name, answer in given.items() if answer}
        wanted = Wanted(key or f"{person} {slot}", slot, "GA-HZ-01", "center", slot, answers)
        return await self.bookings.book(person, wanted, now or self.clock.now())

    async def held(self, slot: str = MORNING) -> set[str]:
        """The seats of a slot that are held, as the store has them."""
        return await self.appointments.seats(f"GA-HZ-01|center|{slot}", limit=1000)

    async def work(self) -> None:
        while await self.outbox.work():
            pass


def office(
    store: Store,
    *,
    windows: int = 50,
    hold_minutes: int | None = None,
    desk: FeeDesk | None = None,
    people: People | None = None,
    departments: Departments | None = None,
    identities: KnownIdentities | None = None,
    calendar: Workdays | None = None,
    **rules: Any,
) -> Office:
    """With `hold_minutes`, a fee is paid while a place is held, at this desk; with `departments`,
    places are theirs to give.
    """
    clock, randomness, calendar = (
        MovedClock(NOW),
        SystemRandomness(),
        calendar or ChineseWorkdays(),
    )
    capacity = Capacity.GATEWAY if departments is None else Capacity.DEPARTMENT
    catalogue = OneService(Rules(horizon_workdays=5, **rules), windows, hold_minutes, capacity)
    appointments, closures = Appointments(store, [released]), Closures(store)
    claims = Claims(appointments, closures, calendar, randomness)
    asked = AskedCapacity(appointments, departments, catalogue)
    capacities = Capacities(OwnCapacity(appointments), asked)
    vault = Vault({"1": b"k" * 32}, b"i" * 32, randomness)
    fees = Fees(
        appointments,
        catalogue,
        desk=lambda: desk,
        people=people,
        vault=vault,
        clock=clock,
        grace=GRACE,
    )
    leaving = Leaving(catalogue, calendar, randomness)
    bookings = Bookings(
        appointments,
        claims,
        capacities,
        catalogue,
        fees,
        identities=identities or KnownIdentities(),
        vault=vault,
        randomness=randomness,
        grace=GRACE,
    )
    changes = Changes(bookings, appointments, claims, capacities, catalogue, leaving, grace=GRACE)
    wishes = Wishes(catalogue)
    waiting = Waiting(appointments)
    check_ins = CheckIns(
        bookings, appointments, waiting, wishes, vault=vault, randomness=randomness, grace=GRACE
    )
    resting = Resting(appointments, closures, catalogue, calendar)
    rows = [
        *Reactions(appointments, closures, resting).rows(),
        *FeeReactions(appointments, fees, leaving, grace=GRACE).rows(),
        *asked.rows(),
    ]
    return Office(
        store,
        clock,
        catalogue,
        appointments,
        bookings,
        changes,
        check_ins,
        Halls(appointments, waiting, closures, wishes),
        Availability(capacities, closures, wishes, calendar),
        Outbox(store, rows, clock, owner="worker-1"),
        waiting,
        fees,
        resting,
    )
