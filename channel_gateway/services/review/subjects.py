"""What a citizen may review: a case that has ended, or an appointment that was done without one."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import Cases, KnownCase, ServiceCatalogue, Visit, Visits
from channel_gateway.services.review.indicator_set import Scene
from channel_gateway.services.review.refusals import NotEndedYet, NothingToReview


@dataclass(frozen=True, slots=True)
class Subject:
    """A case and the appointment it came from are one, however they are named.

    Of several cases of one appointment each is one, and the first stands for the appointment too.
    """

    case: str | None
    visit: str | None  # the appointment, where this stands for it
    came_from: str | None  # the appointment, whichever case of it this is
    department: str
    service: str
    service_name: str  # as citizens call it, or called it
    hall: str | None
    until: datetime  # it may be reviewed before this moment

    @property
    def scene(self) -> Scene:
        return Scene.ONLINE if self.hall is None else Scene.OFFLINE


class Subjects:
    """`cases` and `visits`: None where no plug-in of the settings has any."""

    def __init__(
        self,
        catalogue: ServiceCatalogue,
        cases: Callable[[], Cases | None],
        visits: Callable[[], Visits | None],
        window: timedelta,
    ) -> None:
        self._catalogue = catalogue
        self._cases = cases
        self._visits = visits
        self._window = window

    async def of_case(self, person: str, id: str) -> Subject:
        """Raises `NothingToReview` also for somebody else's, `NotEndedYet`."""
        cases = self._cases()
        case = None if cases is None else await cases.case(id)
        if case is None or case.person != person:
            raise NothingToReview(field="case_id")
        return await self._case(case)

    async def of_visit(self, person: str, id: str) -> Subject:
        """The case, where one came from the appointment.

        Raises `NothingToReview` also for somebody else's, `NotEndedYet`.
        """
        visits, cases = self._visits(), self._cases()
        visit = None if visits is None else await visits.visit(id)
        if visit is None or visit.person != person:
            raise NothingToReview(field="appointment_id")
        case = None if cases is None else await cases.of_visit(id)
        return await self._visit(visit) if case is None else await self._case(case)

    async def invited(self, person: str, now: datetime) -> AsyncIterator[Subject]:
        """All whose time is not over, reviewed or not; nothing is pushed."""
        since = now - self._window
        visits, cases = self._visits(), self._cases()
        ended = [] if cases is None else await cases.ended_since(person, since)
        for case in ended:
            yield await self._case(case)
        found = [] if visits is None else await visits.since(person, beijing_day(since))
        for visit in found:
            if visit.done_at is None or visit.done_at <= since:
                continue
            if cases is None or await cases.of_visit(visit.id) is None:
                yield await self._visit(visit)

    async def _case(self, case: KnownCase) -> Subject:
        if case.ended_at is None:
            raise NotEndedYet
        hall = case.hall
        visits = self._visits()
        if hall is None and case.visit is not None and visits is not None:
            visit = await visits.visit(case.visit)
            hall = None if visit is None else visit.hall
        return Subject(
            case=case.id,
            visit=case.visit if case.first_of_visit else None,
            came_from=case.visit,
            department=case.department,
            service=case.service,
            service_name=await self._named(case.service, case.service_name),
            hall=hall,
            until=case.ended_at + self._window,
        )

    async def _visit(self, visit: Visit) -> Subject:
        if visit.done_at is None:
            raise NotEndedYet
        department = visit.department or await self._catalogue.department(visit.service)
        return Subject(
            case=None,
            visit=visit.id,
            came_from=visit.id,
            department=department or "",
            service=visit.service,
            service_name=await self._named(visit.service, visit.service_name),
            hall=visit.hall,
            until=visit.done_at + self._window,
        )

    async def _named(self, service: str, before: str) -> str:
        return await self._catalogue.name(service) or before or service
