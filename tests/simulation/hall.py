"""Two gateways that give appointments whose fee is paid beforehand, in a hall of two windows."""

from collections.abc import Collection as Some
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from channel_gateway.domain.booking import Bookable, Hall, Hours, Rules
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem
from channel_gateway.domain.people import IdNumber, Person, PersonName
from channel_gateway.ports import Answers, ChargingUnit, FeeWatcher, ShownAnswer, Terms
from channel_gateway.service import Reaction
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments
from channel_gateway.services.appointment.appointments import read as read_appointment
from channel_gateway.services.appointment.bookings import Bookings, Wanted
from channel_gateway.services.appointment.changes import Changes
from channel_gateway.services.appointment.hall.closures import CLOSURES, Closures
from channel_gateway.services.appointment.hall.resting import Resting
from channel_gateway.services.appointment.places.asked_capacity import AskedCapacity
from channel_gateway.services.appointment.places.capacity import Capacities, OwnCapacity
from channel_gateway.services.appointment.places.claims import Claims
from channel_gateway.services.appointment.places.leaving import Leaving
from channel_gateway.services.appointment.prepaid.fee_reactions import FeeReactions
from channel_gateway.services.appointment.prepaid.fees import Fees
from channel_gateway.services.appointment.reactions import Reactions
from channel_gateway.services.appointment.rules.seats import hall_day_of
from channel_gateway.services.calendar.chinese_workdays import ChineseWorkdays
from channel_gateway.vault import Vault
from payment.order import Order
from tests.simulation.finance import Finance
from tests.simulation.hall_finance import CHECK_CODE, HallFinance
from tests.simulation.world import Gateway, World, refusable, session_in
from tests.unit.payment.fakes import KnownIdentities

SERVICE, HALL = "GA-KS-07", "kaochang"
DAYS = tuple(date(2026, 3, day) for day in (2, 3, 4, 9))  # a Monday at noon is the first
SLOTS = tuple(f"{day}T14:00" for day in DAYS)
WINDOWS = 2
FEE = Fen(6000)
HOLD_MINUTES = 15
_GRACE = timedelta(minutes=15)
_PERSON = Person(PersonName("林示例"), IdNumber("110101199003074135"))


class Service:
    """A `ServiceCatalogue` of the one prepaid service, and `People` who are all known."""

    async def bookable(self, service: str) -> Bookable | None:
        hall = Hall(HALL, "考试场", "环城北路", (Hours(14 * 60, 16 * 60, WINDOWS),))
        rules = Rules(horizon_workdays=10, slot_minutes=120, cancel_before_minutes=60)
        return Bookable(service, "驾驶人考试", (hall,), rules, hold_minutes=HOLD_MINUTES)

    async def bookables(self) -> tuple[Bookable, ...]:
        bookable = await self.bookable(SERVICE)
        return () if bookable is None else (bookable,)

    async def charging_unit(self, service: str) -> ChargingUnit | None:
        return ChargingUnit("330199012", "车辆管理所", "vehicle_administration")

    async def department(self, service: str) -> str | None:
        return "vehicle_administration"

    async def terms(self, service: str) -> Terms | None:
        return Terms(service, "1", {}, {}, None)

    async def fee_of(self, service: str, answers: Answers) -> tuple[FeeItem, ...]:
        return (FeeItem("1030403021", "科目一考试费", "人次", 1, FEE),)

    async def check_answers(self, service: str, answers: Answers, consents: Some[str]) -> Answers:
        return answers

    async def shown(self, service: str, answers: Answers) -> tuple[ShownAnswer, ...]:
        return ()

    async def of(self, citizen: str) -> Person:
        return _PERSON

    async def proven(self, citizen: str) -> Person | None:
        return None

    async def answered(self, citizen: str, person: Person) -> None:
        return None


class HallGateway(Gateway):
    def beside_payment(self) -> list[Reaction]:
        world, service = self._world, Service()
        appointments, self.closures = Appointments(world.store), Closures(world.store)
        calendar, names, clock = ChineseWorkdays(), world.names, world.clock
        vault = Vault({"1": b"k" * 32}, b"i" * 32, names)
        claims = Claims(appointments, self.closures, calendar, names)
        own = OwnCapacity(appointments)
        capacities = Capacities(own, own)  # no department keeps its own numbers here
        self.fees = Fees(
            appointments,
            service,
            desk=lambda: self.desk,
            people=service,
            vault=vault,
            clock=clock,
            grace=_GRACE,
        )
        leaving = Leaving(service, calendar, names)
        asked = AskedCapacity(appointments, None, service)
        capacities = Capacities(OwnCapacity(appointments), asked)
        self.bookings = Bookings(
            appointments,
            claims,
            capacities,
            service,
            self.fees,
            identities=KnownIdentities(),
            vault=vault,
            randomness=names,
            grace=_GRACE,
        )
        self.changes = Changes(
            self.bookings, appointments, claims, capacities, service, leaving, grace=_GRACE
        )
        fee_reactions = FeeReactions(appointments, self.fees, leaving, grace=_GRACE)
        resting = Resting(appointments, self.closures, service, calendar)
        return [*Reactions(appointments, self.closures, resting).rows(), *fee_reactions.rows()]

    def watchers(self) -> Iterable[FeeWatcher]:
        return (self.fees,)


class HallWorld(World):
    collections = (*World.collections, APPOINTMENTS, CLOSURES)
    kinds = (*World.kinds, APPOINTMENTS.name, CLOSURES.name)
    finance: HallFinance
    gateways: list[HallGateway]  # type: ignore[assignment]

    def _finance(self) -> Finance:
        return HallFinance(self.clock)

    def _born(self) -> Gateway:
        self._lives += 1
        return HallGateway(self, f"gateway-{self._lives}")

    # -- what people do --------------------------------------------------------------------------

    async def book(self, gateway: HallGateway, citizen: str, slot: str, key: str) -> None:
        wanted = Wanted(key, slot, SERVICE, HALL, slot, {})
        await refusable(gateway.bookings.book(citizen, wanted, self.clock.now()))

    async def cancel(self, gateway: HallGateway, which: Appointment) -> None:
        await refusable(gateway.changes.cancel(which.person, which.id, self.clock.now()))

    async def move(self, gateway: HallGateway, which: Appointment, slot: str) -> None:
        moving = gateway.changes.reschedule(
            which.person, which.id, hall=None, slot=slot, now=self.clock.now()
        )
        await refusable(moving)

    async def close_day(self, gateway: HallGateway, day: date) -> None:
        hall_day = hall_day_of(SERVICE, HALL, day)
        await refusable(gateway.closures.close(hall_day, day, "停电", self.clock.now()))

    async def order_fee(
        self, gateway: HallGateway, citizen: str, channel: str, pay_code: str
    ) -> None:
        """At the total the notice has; whoever knows its check code may pay it."""

        async def order() -> None:
            ordered = await gateway.payments.order(
                session_in(channel, citizen),
                pay_code=pay_code,
                check_code=CHECK_CODE,
                total_fen=FEE,
                method_name=None,
            )
            if ordered.pay is not None:
                self.handed.add(ordered.order.id)

        await refusable(order())

    async def resend_of(self, gateway: Gateway, which: Appointment, task_id: str) -> None:
        letters = gateway.dead_letters
        await refusable(letters.resend(APPOINTMENTS.name, which.id, task_id, self.clock.now()))

    # -- what stands written ---------------------------------------------------------------------

    def appointments(self) -> list[Appointment]:
        return [read_appointment(each) for each in self._documents(APPOINTMENTS.name)]

    def appointment_of(self, order: Order) -> Appointment | None:
        codes = {code: number for number, code in self.finance.codes.items()}
        wanted = codes.get(order.pay_code)
        return next((each for each in self.appointments() if each.id == wanted), None)

    def now(self) -> datetime:
        return self.clock.now()
