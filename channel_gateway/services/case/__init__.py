"""Cases 办件: what departments work on for citizens, as the departments tell it."""

from pydantic import Field

from channel_gateway.ports import Cases as CasesPort
from channel_gateway.ports import (
    CaseWatcher,
    LicenceWatcher,
    Messenger,
    PersonalData,
    ServiceCatalogue,
    Tools,
    Visits,
)
from channel_gateway.sections import Section
from channel_gateway.service import Table
from channel_gateway.services.case.case import TRANSITIONS
from channel_gateway.services.case.cases import CASES, Cases
from channel_gateway.services.case.citizens import CitizenNews
from channel_gateway.services.case.department_calls import DepartmentCalls
from channel_gateway.services.case.endpoints import Endpoints
from channel_gateway.services.case.offer import OfferedCases
from channel_gateway.services.case.personal_data import CaseData
from channel_gateway.services.case.reactions import Reactions
from channel_gateway.services.case.views import Views

COLLECTIONS = (CASES,)
TAKES_OFFERS = True  # the catalogue; appointments, where there are any


class Settings(Section):
    catalogue: str = Field("catalogue", description="the plug-in that knows the services")
    appointment: str = Field("appointment", description="the plug-in whose visits cases come from")
    page: str = Field(
        "",
        description="of the mini-program, that shows a case; {id} stands for its id; "
        "empty: messages open none",
    )


def build(table: Table, tools: Tools) -> None:
    """Add the rows of cases. Raises `ValueError` without a catalogue."""
    settings = Settings.model_validate(tools.section)
    catalogue: ServiceCatalogue = table.need(
        ServiceCatalogue, settings.catalogue, "catalogue: names nobody who knows the services"
    )

    def visits() -> Visits | None:
        return table.offered(Visits).get(settings.appointment)

    news = CitizenNews(
        lambda: next(iter(table.offered(Messenger).values()), None), visits, page=settings.page
    )
    cases, views = Cases(tools.store, news.beside), Views(tools.vault)
    table.routes += Endpoints(cases, catalogue, tools.identities, views).rows()
    table.department_calls += DepartmentCalls(
        cases, catalogue, visits, vault=tools.vault, randomness=tools.randomness
    ).rows()
    table.reactions += Reactions(
        lambda: table.offered(CaseWatcher).values(),
        lambda: table.offered(LicenceWatcher).values(),
    ).rows()
    table.reactions += news.rows()
    table.offer(CasesPort, tools.name, OfferedCases(cases))
    table.offer(PersonalData, tools.name, CaseData(cases, catalogue, views, tools.vault))
    table.states |= {"case": TRANSITIONS}
