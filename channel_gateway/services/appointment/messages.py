"""What citizens and halls send us and see of appointments."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from channel_gateway.domain.readable import readable
from channel_gateway.services.appointment.appointment import State
from channel_gateway.services.appointment.hall.check_in_code import LONGEST

Text = Annotated[str, Field(max_length=500)]
Code = Annotated[str, Field(min_length=1, max_length=32)]
SlotId = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$",
        description="as the hall's slots name it, Beijing time",
        examples=["2026-03-10T09:30"],
    ),
]


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WhyNot(Message):
    """Why something cannot be booked now: a code for programs, a sentence for the citizen."""

    code: str
    words: str
    opens_at: datetime | None = Field(None, description="when it can be, as far as that is known")


class DayView(Message):
    day: date
    why_not: WhyNot | None = Field(description="null: it can be booked")


class SlotView(Message):
    slot: SlotId
    starts_at: datetime
    ends_at: datetime
    left: int | None = Field(description="null: the department does not say now; who books asks it")
    why_not: WhyNot | None = Field(description="null: it can be booked")


class AvailabilityView(Message):
    """The days ahead of a hall, and the slots of one of them."""

    service: str
    hall: str
    days: list[DayView]
    day: date | None = Field(description="whose slots these are: the one asked for, or the first")
    slots: list[SlotView]
    says: str | None = Field(None, description="for the citizen, where places left are not known")


class BookingRequest(Message):
    service: Code = Field(examples=["GA-HZ-01"])
    hall: Code = Field(examples=["crj_center"])
    slot: SlotId
    answers: dict[Code, Text | Annotated[list[Text], Field(max_length=20)]] = Field(
        default_factory=dict,
        max_length=40,
        description="by field of the service's form; sealed at rest, shown masked",
    )
    consents: list[Code] = Field(
        default_factory=list, max_length=20, description="the purposes the citizen agreed to"
    )
    policy_version: Annotated[str, Field(max_length=32)] | None = Field(
        None, description="of the sentences shown, as the service tells it; wanted with `consents`"
    )


class RescheduleRequest(Message):
    slot: SlotId
    hall: Code | None = Field(None, description="another hall of the service; else the same")


class AnswerView(Message):
    field: str
    label: str
    text: str


class FeeView(Message):
    """What is to be paid before the visit, by an order for this 缴款码."""

    pay_code: str
    total_fen: int
    pay_before: datetime | None = Field(
        description="the place is let go then; null: there is nothing to pay any more"
    )


class AppointmentView(Message):
    appointment_id: str
    service: str
    service_name: str
    hall: str
    hall_name: str
    hall_address: str
    slot: str
    starts_at: datetime
    ends_at: datetime
    state: State
    ticket: str | None = Field(None, description="the number that is called, since check-in")
    window: str | None = Field(None, description="to come to, while it is called")
    fee: FeeView | None = Field(
        None, description="null: nothing is paid beforehand, or finance is still making the notice"
    )
    says: str = Field(description="the state in a sentence for the citizen, and what to do next")


class OfferView(Message):
    """A slot of the same hall that could be had when this was asked; nothing is held."""

    slot: SlotId
    starts_at: datetime
    ends_at: datetime


class AnsweredAppointment(AppointmentView):
    answers: list[AnswerView] = Field(description="personal ones masked")
    consents: list[str]
    waiting_before: int | None = Field(
        None, description="how many are called before, while it waits"
    )


class AppointmentDetail(AnsweredAppointment):
    offers: list[OfferView] = Field(
        description="where the hall has cancelled: up to three slots to move to instead"
    )


class CheckInCodeView(Message):
    """What the citizen's QR code shows. Ask for another shortly before `expires_at`."""

    code: str = Field(description="names the appointment and nothing of the person")
    expires_at: datetime
    opens_at: datetime = Field(description="from when the scanner takes a code")
    closes_at: datetime


class CheckInRequest(Message):
    code: Annotated[str, Field(min_length=1, max_length=LONGEST, description="as scanned")]
    hall: Code = Field(description="whose scanner it is", examples=["crj_center"])


class AppointmentsView(Message):
    appointments: list[AppointmentView]
    next: str | None = Field(description="pass as `after` for the next page")


class EventView(Message):
    at: datetime
    what: str
    note: str


class AppointmentHistory(AnsweredAppointment):
    events: list[EventView]


class HallDayView(Message):
    """A hall's day, in order of the slots."""

    appointments: list[AppointmentView]


ClosingReason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(readable),
    Field(description="the citizens read it", examples=["停电"]),
]


class ClosureRequest(Message):
    reason: ClosingReason


class ClosureView(Message):
    day: date
    reason: str
    closed_at: datetime
    first_reason_stays: bool = Field(
        description="the day was cancelled before, for this other reason: nobody reads the new one"
    )


class ServiceClosureView(ClosureView):
    service: str


class ClosuresView(Message):
    """One for each service of the hall."""

    closures: list[ServiceClosureView]


class ReopenedView(Message):
    day: date
    closed_at: datetime
    reopened_at: datetime
