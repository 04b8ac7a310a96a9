"""Reviews 好差评: citizens say how a service was, bad ones are put right, figures are published."""

from datetime import timedelta

from pydantic import Field

from channel_gateway.ports import (
    Cases,
    CaseWatcher,
    Departments,
    PersonalData,
    ServiceCatalogue,
    Tools,
    Visits,
    Workdays,
)
from channel_gateway.sections import Section
from channel_gateway.service import Job, Table
from channel_gateway.services.review.endpoints import Endpoints
from channel_gateway.services.review.figure_keeper import FIGURES, FigureKeeper
from channel_gateway.services.review.handling import Handling
from channel_gateway.services.review.handling_endpoints import HandlingEndpoints
from channel_gateway.services.review.indicator_set import national_set
from channel_gateway.services.review.joining import Joining
from channel_gateway.services.review.open_data import OpenData
from channel_gateway.services.review.personal_data import ReviewData
from channel_gateway.services.review.reactions import Reactions
from channel_gateway.services.review.rectification import Clocks
from channel_gateway.services.review.review import TRANSITIONS
from channel_gateway.services.review.reviewing import Reviewing
from channel_gateway.services.review.reviews import REVIEWS, Reviews
from channel_gateway.services.review.subjects import Subjects
from channel_gateway.services.review.views import Views

COLLECTIONS = (REVIEWS, FIGURES)
TAKES_OFFERS = True  # catalogue and calendar; cases, appointments, departments where there are any

_AN_HOUR_S = 3600  # so that yesterday is counted soon after midnight; the rest of the day is free


class Settings(Section):
    catalogue: str = Field("catalogue", description="the plug-in that knows the services")
    calendar: str = Field("calendar", description="the plug-in that knows the working days")
    case: str = Field("case", description="the plug-in whose cases are reviewed")
    appointment: str = Field("appointment", description="the plug-in whose visits are reviewed")
    window_days: int = Field(15, ge=1, le=90, description="how long something may be reviewed")
    verify_workdays: int = Field(1, ge=1, le=5, description="to verify a bad review")
    fix_workdays: int = Field(15, ge=1, le=15, description="to put right what it says")
    call_back_workdays: int = Field(3, ge=1, le=15, description="to tell the citizen, and to call")
    smallest_cell: int = Field(
        5, ge=1, le=100, description="what fewer people said is not published alone"
    )


def build(table: Table, tools: Tools) -> None:
    """Add the rows of reviews. Raises `ValueError` without catalogue or calendar."""
    settings = Settings.model_validate(tools.section)
    catalogue: ServiceCatalogue = table.need(
        ServiceCatalogue, settings.catalogue, "catalogue: names nobody who knows the services"
    )
    calendar: Workdays = table.need(
        Workdays, settings.calendar, "calendar: names nobody who knows the working days"
    )

    def cases() -> Cases | None:
        return table.offered(Cases).get(settings.case)

    def visits() -> Visits | None:
        return table.offered(Visits).get(settings.appointment)

    def departments() -> Departments | None:
        return next(iter(table.offered(Departments).values()), None)

    clocks = Clocks(
        calendar, settings.verify_workdays, settings.fix_workdays, settings.call_back_workdays
    )
    indicators = national_set()
    reviews = Reviews(tools.store)
    reviewing = Reviewing(
        reviews,
        Subjects(catalogue, cases, visits, timedelta(days=settings.window_days)),
        indicators,
        clocks,
        vault=tools.vault,
        randomness=tools.randomness,
    )
    views = Views(indicators, tools.vault)
    handling = HandlingEndpoints(Handling(reviews, clocks, tools.vault), catalogue, views)
    keeper = FigureKeeper(tools.store, reviews, settings.smallest_cell)
    table.routes += Endpoints(reviewing, catalogue, tools.identities, views).rows()
    table.routes += handling.rows()
    table.routes += OpenData(keeper, catalogue).rows()
    table.department_calls += handling.department_rows()
    table.reactions += Reactions(departments, cases, clocks, tools.vault).rows()
    table.jobs.append(
        Job("review-figures", _AN_HOUR_S, keeper.reckon, "Count the reviews up to yesterday, daily")
    )
    table.offer(CaseWatcher, tools.name, Joining(reviews, clocks))
    table.offer(PersonalData, tools.name, ReviewData(reviews, catalogue, views))
    table.states |= {"review": TRANSITIONS}
