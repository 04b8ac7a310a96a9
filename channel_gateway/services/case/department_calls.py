"""What departments tell of their cases, as rows: read, looked up, and kept by one change."""

from collections.abc import Callable
from datetime import datetime, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Invalid
from channel_gateway.domain.people import IdNumber
from channel_gateway.ports import (
    NoSuchHall,
    NoSuchVisit,
    NotYourService,
    Randomness,
    Sealing,
    ServiceCatalogue,
    Visit,
    Visits,
)
from channel_gateway.service import DepartmentAsk, DepartmentCall
from channel_gateway.services.case.case import Belonging, Case, Licence, Step, id_of
from channel_gateway.services.case.cases import Cases
from channel_gateway.services.case.messages import CaseKept, CaseProgress, LicenceIssued
from channel_gateway.services.case.places import LICENCE, NAME, NOTE, TOLD
from channel_gateway.services.case.telling import licensed, progressed

PERSON = "people.id_number"  # the place under which all plug-ins know a person's number
_AHEAD = timedelta(days=1)  # a clock may be wrong; what lies farther off would count for ever


class DepartmentCalls:
    def __init__(
        self,
        cases: Cases,
        catalogue: ServiceCatalogue,
        visits: Callable[[], Visits | None],
        *,
        vault: Sealing,
        randomness: Randomness,
    ) -> None:
        self._cases = cases
        self._catalogue = catalogue
        self._visits = visits
        self._vault = vault
        self._randomness = randomness

    def rows(self) -> list[DepartmentCall]:
        return [
            DepartmentCall(
                "case.progress",
                CaseProgress,
                self.progress,
                "A step of a case has happened; told twice or late, the case ends the same",
                answer=CaseKept,
                errors=("not_your_service", "no_such_hall", "no_such_visit", "case_too_long"),
            ),
            DepartmentCall(
                "licence.issued",
                LicenceIssued,
                self.issued,
                "A licence came out of a case",
                answer=CaseKept,
                errors=("case_too_long",),
            ),
        ]

    async def progress(self, ask: DepartmentAsk) -> CaseKept:
        """Raises `NotYourService`, `NoSuchHall`, `NoSuchVisit`, `CaseTooLong`, `Invalid` (number,
        moment).
        """
        body: CaseProgress = ask.body
        _not_ahead(body.at, ask.now)
        await self._own(ask.department, body.service)
        visit = await self._visit(ask.department, body.appointment_id)
        await self._hall(body.service, body.hall, visit)
        name = await self._catalogue.name(body.service) or ""
        step, belongs = self._step(body, name), self._belonging(body, visit)
        kept = await self._cases.keep(
            self._blank(ask.department, body.case_no, ask.now),
            lambda case: progressed(case, step, belongs, ask.now),
        )
        return CaseKept(case_id=kept.case_id, state=kept.state)

    async def issued(self, ask: DepartmentAsk) -> CaseKept:
        """Raises `Invalid` (moment), `CaseTooLong`."""
        body: LicenceIssued = ask.body
        _not_ahead(body.at, ask.now)
        licence = Licence(
            key=self._key(body),
            at=body.at,
            name=body.name,
            number=self._vault.seal(body.licence_no, LICENCE) if body.licence_no else "",
        )
        kept = await self._cases.keep(
            self._blank(ask.department, body.case_no, ask.now),
            lambda case: licensed(case, licence, ask.now),
        )
        return CaseKept(case_id=kept.case_id, state=kept.state)

    async def _own(self, department: str, service: str) -> None:
        if await self._catalogue.department(service) != department:
            raise NotYourService(field="service")

    async def _hall(self, service: str, hall: str | None, visit: Visit | None) -> None:
        """Of the service's file, or of the appointment: its code is published with the reviews."""
        if hall is None or (visit is not None and visit.hall == hall):
            return
        bookable = await self._catalogue.bookable(service)
        if bookable is None or bookable.hall(hall) is None:
            raise NoSuchHall(field="hall")

    async def _visit(self, department: str, id: str | None) -> Visit | None:
        """A department hears nothing of others' appointments, not even that there are any."""
        if id is None:
            return None
        visits = self._visits()
        visit = None if visits is None else await visits.visit(id)
        if visit is None or await self._catalogue.department(visit.service) != department:
            raise NoSuchVisit(field="appointment_id")
        return visit

    def _blank(self, department: str, case_no: str, now: datetime) -> Case:
        return Case(
            id=id_of(department, case_no),
            case_id=f"C{beijing_day(now):%Y%m%d}{self._randomness.token(16)}",
            department=department,
            case_no=case_no,
            opened_at=now,
        )

    def _step(self, body: CaseProgress, service_name: str) -> Step:
        return Step(
            key=self._key(body),
            at=body.at,
            told=body.state,
            service=body.service,
            service_name=service_name,
            hall=body.hall,
            visit=body.appointment_id,
            outcome=body.outcome,
            note=self._vault.seal(body.note, NOTE) if body.note else "",
        )

    def _belonging(self, body: CaseProgress, visit: Visit | None) -> Belonging:
        """The person of the number; of the appointment, where no number is told."""
        if body.citizen is not None:
            try:
                number = IdNumber(body.citizen.id_number).reveal()
            except Invalid as wrong:
                raise Invalid(str(wrong), field="citizen.id_number") from None
            person = self._vault.blind_index(number, PERSON)
            name = self._vault.seal(body.citizen.name, NAME)
            return Belonging(body.at, self._key(body), person, name)
        if visit is None:
            raise TypeError("the message names neither citizen nor appointment")
        return Belonging(body.at, self._key(body), visit.person)

    def _key(self, body: CaseProgress | LicenceIssued) -> str:
        return self._vault.blind_index(body.model_dump_json(), TOLD)


def _not_ahead(at: datetime, now: datetime) -> None:
    if at > now + _AHEAD:
        raise Invalid("a moment that has not come yet", field="at")
