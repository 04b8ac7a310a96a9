"""The endpoints of cases: the citizen's own, and the operators' look at one."""

from channel_gateway.domain.days import milliseconds
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor, Identities, ServiceCatalogue
from channel_gateway.service import Call, Route, Who
from channel_gateway.services.case.case import Case
from channel_gateway.services.case.cases import Cases
from channel_gateway.services.case.messages import CaseDetail, CasesView, OperatedCase
from channel_gateway.services.case.refusals import NoSuchCase
from channel_gateway.services.case.views import Views

PAGE = 20


class Endpoints:
    def __init__(
        self, cases: Cases, catalogue: ServiceCatalogue, identities: Identities, views: Views
    ) -> None:
        self._cases = cases
        self._catalogue = catalogue
        self._identities = identities
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/cases",
                self.list,
                "List what departments work on for you (我的办件), the newest first",
                answer=CasesView,
                query=("after",),
            ),
            Route(
                "GET",
                "/cases/{case_id}",
                self.get,
                "See a case: what has happened, what to do next, licences issued",
                answer=CaseDetail,
                errors=("no_such_case",),
            ),
            Route(
                "GET",
                "/operator/cases/{case_id}",
                self.operated,
                "See a case, the person's name and licence numbers masked",
                answer=OperatedCase,
                who=Who.OPERATOR,
                errors=("no_such_case",),
            ),
        ]

    async def list(self, call: Call) -> CasesView:
        after = read_cursor(call.query["after"]) if "after" in call.query else None
        person = await self._identities.person(call.session.citizen)
        page = await self._cases.of_person(person, limit=PAGE, after=after)
        return CasesView(
            cases=[self._views.line(each, await self._name(each)) for each in page],
            next=_next(page[-1]) if len(page) == PAGE else None,
        )

    async def get(self, call: Call) -> CaseDetail:
        case = await self._cases.named(call.path["case_id"])
        if case.person != await self._identities.person(call.session.citizen):
            raise NoSuchCase(field="case_id")
        return self._views.detail(case, await self._name(case))

    async def operated(self, call: Call) -> OperatedCase:
        case = await self._cases.named(call.path["case_id"])
        return self._views.operated(case, await self._name(case))

    async def _name(self, case: Case) -> str:
        return await self._catalogue.name(case.service) or case.service_name or case.service


def _next(last: Case) -> str:
    return write_cursor(Cursor(milliseconds(last.opened_at), last.id))
