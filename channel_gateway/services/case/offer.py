"""Cases as other services are offered them, by their port."""

from datetime import datetime

from channel_gateway.ports import KnownCase
from channel_gateway.services.case.case import Case, id_of
from channel_gateway.services.case.cases import Cases
from channel_gateway.services.case.refusals import NoSuchCase
from channel_gateway.services.case.telling import handed_over


class OfferedCases:
    """The port `Cases` over the cases that are kept."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def case(self, id: str) -> KnownCase | None:
        try:
            return known(await self._cases.named(id))
        except NoSuchCase:
            return None

    async def of_visit(self, id: str) -> KnownCase | None:
        found = await self._cases.of_visit(id)
        return None if found is None else known(found)

    async def ended_since(self, person: str, since: datetime) -> list[KnownCase]:
        return [known(each) for each in await self._cases.ended_since(person, since)]

    async def of_number(self, department: str, case_no: str) -> KnownCase | None:
        found = await self._cases.find(id_of(department, case_no))
        return None if found is None else known(found)

    async def delivered(self, id: str, at: datetime) -> None:
        case = await self._cases.named(id)
        await self._cases.change(case.id, lambda current: handed_over(current, at, at))


def known(case: Case) -> KnownCase:
    """A case in everybody's words. Pure."""
    return KnownCase(
        id=case.case_id,
        case_no=case.case_no,
        department=case.department,
        service=case.service,
        hall=case.hall,
        person=case.person,
        visit=case.visit,
        ended_at=case.ended_at,
        service_name=case.service_name,
        first_of_visit=case.visit_key == case.visit,
        licences=tuple(each.name for each in case.licences),
    )
