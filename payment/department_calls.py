"""What departments may ask of fees: a notice to be issued, one of their own withdrawn."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Invalid, NotFound
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, NoticeDraft
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.domain.readable import readable
from channel_gateway.ports import (
    ChargingUnit,
    FeeDesk,
    FeeEnding,
    FeeMatter,
    NoSuchVisit,
    NoticePaidAlready,
    NotYourService,
    ServiceCatalogue,
    Visits,
)
from channel_gateway.service import DepartmentAsk, DepartmentCall
from payment.issued import OF_DEPARTMENTS, IssuedNotices
from payment.messages import FenAmount, PayCode, Reason

Code = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z_-]{1,32}$")]
Number = Annotated[str, StringConstraints(min_length=1, max_length=64)]
# The department's own number: it need not have told of the case yet.
CaseNo = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[\w./()（）〔〕\[\]-]+$"),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(readable),
]
_FARTHEST = timedelta(days=3653)
Short = Annotated[str, StringConstraints(min_length=1, max_length=20)]


class Said(BaseModel):
    """What a department says; members we do not know are borne."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Payer(Said):
    name: Name
    id_number: str


class Item(Said):
    code: Annotated[str, StringConstraints(pattern="^[0-9]{4,20}$")]
    name: Name
    unit: Short = "次"
    quantity: int = Field(1, strict=True, ge=1, le=100_000)
    amount_fen: FenAmount


class NewNotice(Said):
    service: Code
    payer: Payer
    items: Annotated[list[Item], Field(min_length=1, max_length=20)]
    due_on: date
    appointment_id: Number | None = None
    case_no: CaseNo | None = None


class MadeNotice(BaseModel):
    pay_code: str
    check_code: str
    total_fen: int


class VoidNotice(Said):
    pay_code: PayCode
    reason: Reason


class Voided(BaseModel):
    voided: bool = True


class DepartmentCalls:
    def __init__(
        self,
        desk: FeeDesk,
        issued: IssuedNotices,
        catalogues: Iterable[ServiceCatalogue],
        visits: Callable[[], Iterable[Visits]],
    ) -> None:
        """Whose visits there are is asked for late: plug-ins offer one after the other."""
        self._visits = visits
        self._desk = desk
        self._issued = issued
        self._catalogues = catalogues

    def rows(self) -> list[DepartmentCall]:
        return [
            DepartmentCall(
                "notice.create",
                NewNotice,
                self.create,
                "Have finance issue a notice for one of your services",
                answer=MadeNotice,
                errors=("invalid", "not_your_service", "no_such_visit", "refused", "unavailable"),
            ),
            DepartmentCall(
                "notice.void",
                VoidNotice,
                self.void,
                "Withdraw a notice you had issued: nobody can pay it any more",
                answer=Voided,
                errors=("not_found", "notice_paid_already", "unavailable"),
            ),
        ]

    async def create(self, ask: DepartmentAsk) -> MadeNotice:
        """The same call again gives the same notice."""
        body: NewNotice = ask.body
        if body.due_on - beijing_day(ask.now) > _FARTHEST:
            raise Invalid("a due day more than ten years ahead", field="due_on")
        unit = await self._unit(body.service, ask.department)
        if body.appointment_id is not None:
            await self._own_visit(body.appointment_id, ask.department)
        made = await self._desk.issue(
            number_of_call(ask),
            _draft(body, unit),
            FeeMatter(
                department=ask.department,
                service=body.service,
                appointment_id=body.appointment_id,
                case_no=body.case_no,
            ),
        )
        notice = made.notice
        return MadeNotice(
            pay_code=notice.pay_code, check_code=made.check_code, total_fen=notice.total_fen
        )

    async def void(self, ask: DepartmentAsk) -> Voided:
        """Orders that are open are closed first; what is paid stays. Again changes nothing.

        Raises `NotFound` also for another's notice, and for an appointment's fee, which ends with
        its appointment.
        """
        body: VoidNotice = ask.body
        issued = await self._issued.of(body.pay_code)
        if issued is None or not issued.by_department or issued.matter.department != ask.department:
            raise NotFound("you had no such notice issued", field="pay_code")
        end = await self._desk.end(body.pay_code, body.reason)
        if end.how is not FeeEnding.VOID:
            raise NoticePaidAlready(field="pay_code")
        return Voided()

    async def _own_visit(self, id: str, department: str) -> None:
        """Raises `NoSuchVisit`, also for another department's."""
        for visits in self._visits():
            visit = await visits.visit(id)
            if visit is None:
                continue
            for catalogue in self._catalogues:
                if await catalogue.department(visit.service) == department:
                    return
        raise NoSuchVisit(field="appointment_id")

    async def _unit(self, service: str, department: str) -> ChargingUnit:
        """Raises `NotYourService`, also where nobody charges for it."""
        for catalogue in self._catalogues:
            unit = await catalogue.charging_unit(service)
            if unit is not None and unit.department == department:
                return unit
        raise NotYourService(field="service")


def number_of_call(ask: DepartmentAsk) -> str:
    """Under which finance is asked: one for each call, whoever else uses the same id."""
    digest = sha256(f"{ask.department}\n{ask.id}".encode()).hexdigest()
    return f"{OF_DEPARTMENTS}{digest[:31]}"


def _draft(body: NewNotice, unit: ChargingUnit) -> NoticeDraft:
    return NoticeDraft(
        unit_code=unit.code,
        unit_name=unit.name,
        payer_name=PersonName(body.payer.name),
        id_number=_id_number(body.payer.id_number),
        items=tuple(
            FeeItem(item.code, item.name, item.unit, item.quantity, Fen(item.amount_fen))
            for item in body.items
        ),
        due_on=body.due_on,
    )


def _id_number(text: str) -> IdNumber:
    """Raises `Invalid`, naming the member."""
    try:
        return IdNumber(text)
    except Invalid as wrong:
        raise Invalid(str(wrong), field="payer.id_number") from None
