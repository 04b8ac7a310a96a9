"""Appointments: places in halls given out by rules, never twice; capacity is the gateway's own."""

import logging
from datetime import date, datetime, timedelta

from pydantic import Field

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import (
    FeeDesk,
    FeeWatcher,
    People,
    PersonalData,
    ServiceCatalogue,
    Tools,
)
from channel_gateway.sections import Section
from channel_gateway.service import Job, Table
from channel_gateway.services.appointment.appointment import TRANSITIONS
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments
from channel_gateway.services.appointment.availability import Availability
from channel_gateway.services.appointment.bookings import Bookings
from channel_gateway.services.appointment.calendar import ChineseWorkdays, known_until
from channel_gateway.services.appointment.changes import Changes
from channel_gateway.services.appointment.check_in_endpoints import CheckInEndpoints
from channel_gateway.services.appointment.check_ins import CheckIns
from channel_gateway.services.appointment.claims import Claims
from channel_gateway.services.appointment.closures import CLOSURES, Closures
from channel_gateway.services.appointment.endpoints import Endpoints
from channel_gateway.services.appointment.fee_reactions import FeeReactions
from channel_gateway.services.appointment.fees import Fees
from channel_gateway.services.appointment.hall_endpoints import HallEndpoints
from channel_gateway.services.appointment.halls import Halls
from channel_gateway.services.appointment.leaving import Leaving
from channel_gateway.services.appointment.offers import Offers
from channel_gateway.services.appointment.person import Persons
from channel_gateway.services.appointment.personal_data import KeptAppointments
from channel_gateway.services.appointment.queue_endpoints import QueueEndpoints
from channel_gateway.services.appointment.reactions import Reactions
from channel_gateway.services.appointment.waiting import Waiting
from channel_gateway.services.appointment.wishes import Wishes

log = logging.getLogger(__name__)

COLLECTIONS = (APPOINTMENTS, CLOSURES)
TAKES_OFFERS = True  # the catalogue; later, who collects fees and knows the citizens

_A_DAY_S = 86_400
_WARN_BEFORE = timedelta(days=90)  # no service gives out appointments further ahead


class Settings(Section):
    catalogue: str = Field("catalogue", description="the plug-in that knows the services")
    people: str = Field(
        "citizen",
        description="the plug-in that knows the citizens, for services that want real names",
    )
    grace_minutes: int = Field(15, ge=0, le=480, description="after a slot, until nobody came")
    closed_days: tuple[date, ...] = Field((), description="workdays on which no hall works")
    open_days: tuple[date, ...] = Field((), description="days off on which halls work")


def build(table: Table, tools: Tools) -> None:
    """Add the rows of appointments. Raises `ValueError` without a catalogue."""
    settings = Settings.model_validate(tools.section)
    catalogues: dict[str, ServiceCatalogue] = table.offered(ServiceCatalogue)
    if settings.catalogue not in catalogues:
        there = ", ".join(catalogues) or "no plug-in that does"
        raise ValueError(f"catalogue: names nobody who knows the services; there is {there}")
    catalogue = catalogues[settings.catalogue]
    calendar = ChineseWorkdays(settings.closed_days, settings.open_days)
    grace = timedelta(minutes=settings.grace_minutes)
    appointments, closures = Appointments(tools.store), Closures(tools.store)
    wishes = Wishes(catalogue)
    claims = Claims(appointments, closures, calendar, tools.randomness)
    fees = Fees(
        appointments,
        catalogue,
        desk=lambda: next(iter(table.offered(FeeDesk).values()), None),
        people=lambda: next(iter(table.offered(People).values()), None),
        vault=tools.vault,
        clock=tools.clock,
        grace=grace,
    )
    table.offer(FeeWatcher, tools.name, fees)
    leaving = Leaving(catalogue, calendar, tools.randomness)
    bookings = Bookings(
        appointments,
        claims,
        catalogue,
        fees,
        vault=tools.vault,
        randomness=tools.randomness,
        grace=grace,
        people=table.offered(People).get(settings.people),
    )
    changes = Changes(
        bookings,
        appointments,
        claims,
        catalogue,
        leaving,
        grace=grace,
    )
    waiting = Waiting(appointments)
    check_ins = CheckIns(
        bookings,
        appointments,
        waiting,
        wishes,
        vault=tools.vault,
        randomness=tools.randomness,
        grace=grace,
    )
    availability = Availability(appointments, closures, wishes, calendar)
    halls = Halls(appointments, waiting, closures, wishes)
    persons = Persons(tools.identities, appointments)
    offers = Offers(appointments, availability, claims, wishes)
    table.routes += Endpoints(bookings, changes, availability, waiting, offers, persons).rows()
    table.routes += HallEndpoints(halls, bookings, waiting).rows()
    table.routes += QueueEndpoints(halls).rows()
    table.routes += CheckInEndpoints(check_ins, persons).rows()
    table.offer(
        PersonalData, tools.name, KeptAppointments(appointments, catalogue, tools.vault, table)
    )
    table.reactions += Reactions(appointments).rows()
    table.reactions += FeeReactions(appointments, fees, leaving, grace=grace).rows()
    table.states |= {"appointment": TRANSITIONS}
    table.jobs.append(
        Job("calendar-known", _A_DAY_S, _warn, "Warn before the known public holidays end")
    )
    table.remarks.append(f"{tools.name}: {_known()}")


async def _warn(now: datetime) -> None:
    if beijing_day(now) + _WARN_BEFORE > known_until():
        log.warning(_known(), extra={"action": "calendar_ends", "until": str(known_until())})


def _known() -> str:
    return (
        f"public holidays are known until {known_until()}, after that weekdays count: "
        "update chinesecalendar, or give closed_days and open_days"
    )
