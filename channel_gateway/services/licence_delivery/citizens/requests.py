"""A citizen asks for a delivery: the service must send, the matter must be theirs, once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.parcels import Contact
from channel_gateway.ports import (
    Cases,
    Deliverable,
    Departments,
    DuplicateKey,
    Identities,
    KnownCase,
    Randomness,
    ServiceCatalogue,
    Visit,
    Visits,
)
from channel_gateway.service import KeyReused, Session
from channel_gateway.services.licence_delivery.citizens.consents import agreed_to, given
from channel_gateway.services.licence_delivery.couriers.carriers import Carriers
from channel_gateway.services.licence_delivery.deliveries import Deliveries
from channel_gateway.services.licence_delivery.delivery import (
    Delivery,
    Direction,
    may_be_asked_anew,
)
from channel_gateway.services.licence_delivery.life import issued
from channel_gateway.services.licence_delivery.refusals import (
    DeliveredAlready,
    NoSuchCourier,
    NoSuchMatter,
    NothingToDeliver,
)
from channel_gateway.services.licence_delivery.sealed import Sealed

_MATERIALS = "申请材料"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delivery as it is asked for; who asks again with the same key gets the first answer."""

    key: str
    digest: str
    service: str
    direction: Direction
    case_id: str | None
    appointment_id: str | None
    courier: str | None
    recipient: Contact
    consents: tuple[str, ...]
    policy_version: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What it is about: one open delivery for it in a direction."""

    case: KnownCase | None
    visit: Visit | None

    @property
    def key(self) -> str:
        """Of the appointment where it came from one, so that both names mean the same matter."""
        if self.case is not None and not (self.case.visit and self.case.first_of_visit):
            return f"case|{self.case.id}"
        return f"visit|{self.visit_id}"

    @property
    def visit_id(self) -> str | None:
        if self.visit is not None:
            return self.visit.id
        return None if self.case is None else self.case.visit


class Requests:
    def __init__(
        self,
        deliveries: Deliveries,
        catalogue: ServiceCatalogue,
        sealed: Sealed,
        *,
        cases: Callable[[], Cases | None],
        visits: Callable[[], Visits | None],
        departments: Callable[[], Departments | None],
        carriers: Carriers,
        identities: Identities,
        randomness: Randomness,
    ) -> None:
        """Who is there is asked for late: plug-ins offer themselves one after the other."""
        self._deliveries = deliveries
        self._catalogue = catalogue
        self._sealed = sealed
        self._cases = cases
        self._visits = visits
        self._departments = departments
        self._carriers = carriers
        self._identities = identities
        self._randomness = randomness

    async def begin(self, session: Session, wanted: Wanted, now: datetime) -> Delivery:
        """Raises `NothingToDeliver`, `NoSuchCourier`, `ConsentMissing`, `ConsentOutdated`,
        `NoSuchMatter`, `DeliveredAlready`, `KeyReused`.
        """
        request_key = self._sealed.request_key(session.citizen, wanted.key)
        before = await self._asked_before(request_key, wanted)
        if before is not None:
            return before
        deliverable = await self._deliverable(wanted)
        way = wanted.direction
        carrying = [each for each in deliverable.couriers if self._carriers.carry(each, way)]
        courier = wanted.courier or next(iter(carrying), "")
        if courier not in carrying:
            raise NoSuchCourier(field="courier")
        agreed_to(wanted.policy_version, wanted.consents, deliverable)
        person = await self._identities.person(session.citizen)
        matter = await self._matter(wanted, {person, session.citizen})
        matter_key = f"{matter.key}|{wanted.direction}"
        there = await self._deliveries.of_matter(matter_key)
        if not all(may_be_asked_anew(each) for each in there):
            return await self._asked_meanwhile(request_key, wanted)
        id = f"D{beijing_day(now):%Y%m%d}{self._randomness.token(16)}"
        case = matter.case
        begun = Delivery(
            id=id,
            service=wanted.service,
            service_name=deliverable.service_name,
            department=deliverable.department,
            direction=wanted.direction,
            payer=deliverable.payer,
            courier=courier,
            request_key=request_key,
            digest=wanted.digest,
            recipient=self._sealed.recipient(wanted.recipient),
            created_at=now,
            person=person,
            account=session.citizen,
            hears=self._hears(deliverable.department),
            case_id=None if case is None else case.id,
            case_no="" if case is None else case.case_no,
            appointment_id=matter.visit_id,
            goods=_MATERIALS if wanted.direction is Direction.IN else deliverable.service_name,
            consents=given(id, deliverable, channel=session.channel, now=now),
            matter_key=matter_key,
            open_key=matter_key,
        )
        try:
            added = await self._deliveries.add(_with_licence(begun, case, now), now)
        except DuplicateKey as taken:
            if taken.index not in ("request_key", "open_key"):
                raise
            return await self._asked_meanwhile(request_key, wanted)
        return await self._issued_meanwhile(added, now)

    async def case_of(self, delivery: Delivery) -> KnownCase | None:
        """Its case, also where it was begun for the appointment and the case came later."""
        cases = self._cases()
        if cases is None:
            return None
        if delivery.case_id is not None:
            return await cases.case(delivery.case_id)
        if delivery.appointment_id is None:
            return None
        return await cases.of_visit(delivery.appointment_id)

    async def _issued_meanwhile(self, there: Delivery, now: datetime) -> Delivery:
        """A licence issued between our look and our insert told nobody of this delivery."""
        case = await self.case_of(there)
        if case is None or _with_licence(there, case, now) == there:
            return there
        return await self._deliveries.change(
            there.id, lambda current: _with_licence(current, case, now), now
        )

    async def _asked_before(self, request_key: str, wanted: Wanted) -> Delivery | None:
        found = await self._deliveries.by("request_key", request_key)
        if found is not None and found.digest != wanted.digest:
            raise KeyReused
        return found

    async def _asked_meanwhile(self, request_key: str, wanted: Wanted) -> Delivery:
        """The same call's, made at the same time. Raises `DeliveredAlready`: it is another one."""
        twin = await self._asked_before(request_key, wanted)
        if twin is None:
            raise DeliveredAlready
        return twin

    async def _deliverable(self, wanted: Wanted) -> Deliverable:
        found = await self._catalogue.deliverable(wanted.service)
        if found is None or (wanted.direction is Direction.IN and not found.collects):
            raise NothingToDeliver(field="service")
        return found

    async def _matter(self, wanted: Wanted, own: set[str]) -> Matter:
        """Raises `NoSuchMatter`, also for somebody else's."""
        cases, visits = self._cases(), self._visits()
        case = visit = None
        if wanted.case_id is not None:
            case = None if cases is None else await cases.case(wanted.case_id)
            if case is None or case.person not in own or case.service != wanted.service:
                raise NoSuchMatter(field="case_id")
        if wanted.appointment_id is not None:
            visit = None if visits is None else await visits.visit(wanted.appointment_id)
            if visit is None or visit.person not in own or visit.service != wanted.service:
                raise NoSuchMatter(field="appointment_id")
            if case is None and cases is not None:
                case = await cases.of_visit(visit.id)
        if case is None and visit is None:
            raise NoSuchMatter(field="case_id")
        return Matter(case, visit)

    def _hears(self, department: str) -> bool:
        departments = self._departments()
        return departments is not None and departments.connected(department)


def _with_licence(delivery: Delivery, case: KnownCase | None, now: datetime) -> Delivery:
    """With what is to be sent, as far as it is there. Materials are with the citizen. Pure."""
    if delivery.direction is Direction.IN:
        return issued(delivery, now)
    return delivery if case is None else licensed(delivery, case, now)


def licensed(delivery: Delivery, case: KnownCase, now: datetime) -> Delivery:
    """With its case, and packed if a licence came out of that. Pure."""
    if delivery.direction is Direction.IN:
        return delivery
    known = replace(delivery, case_id=case.id, case_no=case.case_no)
    if not case.licences:
        return known
    return issued(known, now, goods="、".join(case.licences)[:60])
