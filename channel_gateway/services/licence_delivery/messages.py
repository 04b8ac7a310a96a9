"""What citizens, operators and departments send us and see of deliveries."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from channel_gateway.domain.errors import Invalid
from channel_gateway.domain.people import PersonName
from channel_gateway.domain.readable import readable
from channel_gateway.services.licence_delivery.delivery import Direction, State

Code = Annotated[str, Field(min_length=1, max_length=32)]
Id = Annotated[str, Field(min_length=1, max_length=64)]
CourierCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", examples=["ems"])]
Waybill = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{6,40}$")]
CaseNo = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w./()（）〔〕\[\]-]+$")]


def _text(least: int, most: int) -> tuple[StringConstraints, AfterValidator]:
    length = StringConstraints(strip_whitespace=True, min_length=least, max_length=most)
    return length, AfterValidator(readable)


def _named(text: str) -> str:
    try:
        return PersonName.written(text).reveal()
    except Invalid:
        raise ValueError("a name is wanted") from None


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Recipient(Message):
    """Who gets it; of materials, who gives them."""

    name: Annotated[str, Field(max_length=50), AfterValidator(_named)]
    phone: Annotated[str, Field(pattern=r"^(1[3-9][0-9]{9}|0[1-9][0-9]{1,2}-?[2-9][0-9]{6,7})$")]
    province: Annotated[str, *_text(2, 20)] = Field(examples=["浙江省"])
    city: Annotated[str, *_text(2, 30)] = Field(examples=["杭州市"])
    district: Annotated[str, *_text(1, 30)] = Field(examples=["西湖区"])
    street: Annotated[str, *_text(2, 100)] = Field(description="and all that is smaller")
    postcode: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = ""


class DeliveryRequest(Message):
    service: Code = Field(examples=["ZR-BD-09"])
    direction: Direction = Field(
        Direction.OUT, description="`out`: the licence to you; `in`: materials to the hall"
    )
    case_id: Id | None = Field(None, description="your case; this or an appointment is wanted")
    appointment_id: Id | None = None
    courier: CourierCode | None = Field(None, description="else the service's first")
    recipient: Recipient
    consents: list[Code] = Field(
        max_length=10, description="both are wanted: `address` and, separately, `courier`"
    )
    policy_version: Annotated[str, Field(max_length=32)] = Field(
        description="of the sentences shown, as the service tells it"
    )


class AddressRequest(Message):
    recipient: Recipient


class Confirmation(Message):
    received: bool = Field(description="whether it is in your hands")


class SendAgain(Message):
    courier: CourierCode | None = Field(None, description="else the same as before")


class KnownBy(Message):
    """How we know where it is."""

    how: str = Field(
        description="`asked`: the courier answered; `pushed`: it told us, signed; else who did it",
        examples=["asked", "pushed", "department", "gateway", "citizen", "operator"],
    )
    at: datetime = Field(description="when we came to know it, or asked last")


class CourierView(Message):
    code: str
    name: str
    hotline: str


class CouriersView(Message):
    couriers: list[CourierView] = Field(description="in the order they are offered")


class HistoryLine(Message):
    at: datetime = Field(description="when it happened")
    says: str
    place: str = ""
    waybill: str = Field(default="", description="of which parcel a courier says it")
    how: str = Field(
        description="as `known_by`; `unconfirmed`, to operators alone: nobody vouches for it, or an"
        " end that the courier was not found to say when asked, or a moment that is yet to come"
    )
    put_right: bool = Field(description="the courier said so once, and says so no more")


class DeliveryView(Message):
    delivery_id: str
    service: str
    service_name: str
    direction: Direction
    goods: str
    case_id: str | None
    case_no: str
    appointment_id: str | None
    state: State
    says: str = Field(description="the state in a sentence for the citizen, and what to do next")
    since: datetime = Field(description="when that began, by the courier's own time")
    known_by: KnownBy
    courier: CourierView
    waybill: str
    created_at: datetime


class DeliveryDetail(DeliveryView):
    place: str = Field(description="where the courier saw it last")
    next: str = Field(description="what the citizen can do now")
    recipient: str = Field(description="masked")
    history: list[HistoryLine] = Field(description="in order of what happened; names nobody")
    may_change_address: bool
    may_cancel: bool
    to_confirm: bool = Field(description="whether the citizen is asked if it is in their hands")


class DeliveriesView(Message):
    deliveries: list[DeliveryView]
    next: str | None = Field(description="pass as `after` for the next page")


class ParcelCardView(Message):
    channel: str
    token: str = Field(description="what the platform's own component is opened with")


class AttemptView(Message):
    number: str
    courier: str
    waybill: str
    refused: str
    asked_at: datetime | None
    scans: int


class TaskView(Message):
    kind: str
    due_at: datetime | None = Field(description="null: given up")
    tries: int
    note: str


class OperatedDelivery(DeliveryDetail):
    department: str
    attention: str = Field(description="why a person must look: as in the list of these")
    attempts: list[AttemptView]
    tasks: list[TaskView]
    unlinked: bool = Field(description="the citizen had their data erased")


class WantingLine(Message):
    delivery_id: str
    service: str
    department: str
    state: State
    why: str = Field(description="exception, returned, stalled, not_sent, dead_letter")
    since: datetime | None
    note: str


class WantingView(Message):
    deliveries: list[WantingLine] = Field(description="the longest first")
    next: str | None = Field(description="pass as `after` for the next page")


class Heard(BaseModel):
    """From a department: members we do not know are passed over, and no error repeats a value."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class HandedOver(Heard):
    """The department gave it to a courier itself."""

    delivery_id: Id | None = None
    case_no: CaseNo | None = Field(None, description="instead of `delivery_id`")
    courier: CourierCode
    waybill: Waybill

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if self.delivery_id is None and self.case_no is None:
            raise ValueError("delivery_id or case_no is wanted")
        return self


class Received(Heard):
    delivery_id: Id


class DeliveryKept(BaseModel):
    delivery_id: str
    state: State
