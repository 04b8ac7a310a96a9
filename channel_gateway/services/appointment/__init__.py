"""Appointments: places in halls given out by rules, never twice, by the gateway or a department."""

from datetime import timedelta

from pydantic import Field

from channel_gateway.ports import (
    Departments,
    FeeDesk,
    FeeWatcher,
    Messenger,
    People,
    PersonalData,
    ServiceCatalogue,
    Tools,
    Visits,
    Workdays,
)
from channel_gateway.sections import Section
from channel_gateway.service import Table
from channel_gateway.services.appointment.appointment import TRANSITIONS
from channel_gateway.services.appointment.appointments import APPOINTMENTS, Appointments
from channel_gateway.services.appointment.availability import Availability
from channel_gateway.services.appointment.bookings import Bookings
from channel_gateway.services.appointment.changes import Changes
from channel_gateway.services.appointment.citizens.news import CitizenNews
from channel_gateway.services.appointment.citizens.person import Persons
from channel_gateway.services.appointment.citizens.personal_data import KeptAppointments
from channel_gateway.services.appointment.departments.department import DepartmentCalls, News
from channel_gateway.services.appointment.departments.hearing import Hearing, not_connected
from channel_gateway.services.appointment.departments.telling import still_told, told
from channel_gateway.services.appointment.endpoints import Endpoints
from channel_gateway.services.appointment.hall.check_in_endpoints import CheckInEndpoints
from channel_gateway.services.appointment.hall.check_ins import CheckIns
from channel_gateway.services.appointment.hall.closures import CLOSURES, Closures
from channel_gateway.services.appointment.hall.hall_endpoints import HallEndpoints
from channel_gateway.services.appointment.hall.halls import Halls
from channel_gateway.services.appointment.hall.offers import Offers
from channel_gateway.services.appointment.hall.queue_endpoints import QueueEndpoints
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
from channel_gateway.services.appointment.visits import BookedVisits
from channel_gateway.services.appointment.wishes import Wishes

COLLECTIONS = (APPOINTMENTS, CLOSURES)
TAKES_OFFERS = (
    True  # catalogue, calendar, citizens, departments; later, who takes fees, who tells citizens
)


class Settings(Section):
    catalogue: str = Field("catalogue", description="the plug-in that knows the services")
    departments: str = Field("departments", description="the plug-in that tells them, if any")
    people: str = Field(
        "citizen",
        description="the plug-in that knows the citizens, for services that want real names",
    )
    calendar: str = Field("calendar", description="the plug-in that knows the working days")
    page: str = Field(
        "",
        description="of the mini-program, that shows an appointment; {id} stands for its id; "
        "empty: messages open none",
    )
    grace_minutes: int = Field(15, ge=0, le=480, description="after a slot, until nobody came")


def build(table: Table, tools: Tools) -> None:
    """Add the rows of appointments. Raises `ValueError` without catalogue or calendar."""
    settings = Settings.model_validate(tools.section)
    catalogue: ServiceCatalogue = table.need(
        ServiceCatalogue, settings.catalogue, "catalogue: names nobody who knows the services"
    )
    calendar: Workdays = table.need(
        Workdays, settings.calendar, "calendar: names nobody who knows the working days"
    )
    grace = timedelta(minutes=settings.grace_minutes)
    departments: Departments | None = table.offered(Departments).get(settings.departments)
    people: People | None = table.offered(People).get(settings.people)
    hearing = Hearing(departments, catalogue)
    news = CitizenNews(
        lambda: next(iter(table.offered(Messenger).values()), None), calendar, page=settings.page
    )
    beside = (still_told if departments is None else told, released, news.beside)
    appointments = Appointments(tools.store, beside)
    closures = Closures(tools.store)
    wishes = Wishes(catalogue)
    claims = Claims(appointments, closures, calendar, tools.randomness)
    asked = AskedCapacity(appointments, departments, catalogue)
    capacities = Capacities(OwnCapacity(appointments), asked)
    fees = Fees(
        appointments,
        catalogue,
        desk=lambda: next(iter(table.offered(FeeDesk).values()), None),
        people=people,
        vault=tools.vault,
        clock=tools.clock,
        grace=grace,
    )
    table.offer(FeeWatcher, tools.name, fees)
    leaving = Leaving(catalogue, calendar, tools.randomness)
    bookings = Bookings(
        appointments,
        claims,
        capacities,
        catalogue,
        fees,
        identities=tools.identities,
        vault=tools.vault,
        randomness=tools.randomness,
        grace=grace,
        people=people,
        departments=departments,
    )
    changes = Changes(
        bookings,
        appointments,
        claims,
        capacities,
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
    availability = Availability(capacities, closures, wishes, calendar)
    halls = Halls(appointments, waiting, closures, wishes)
    persons = Persons(tools.identities, appointments)
    offers = Offers(appointments, availability, wishes)
    resting = Resting(appointments, closures, catalogue, calendar)
    table.jobs += resting.rows()
    table.routes += Endpoints(bookings, changes, availability, waiting, offers, persons).rows()
    table.routes += HallEndpoints(halls, bookings, waiting).rows()
    table.routes += QueueEndpoints(halls).rows()
    table.routes += CheckInEndpoints(check_ins, persons).rows()
    kept = KeptAppointments(appointments, catalogue, tools.vault, departments)
    table.offer(PersonalData, tools.name, kept)
    table.reactions += Reactions(appointments, closures, resting).rows()
    table.reactions += FeeReactions(appointments, fees, leaving, grace=grace).rows()
    table.reactions += News(departments, hearing, bookings, people).rows()
    table.reactions += news.rows()
    table.reactions += asked.rows()
    table.department_calls += DepartmentCalls(halls, catalogue).rows()
    table.remarks += not_connected(departments, catalogue, tools.name)
    table.offer(Visits, tools.name, BookedVisits(appointments))
    table.states |= {"appointment": TRANSITIONS}
