"""What the catalogue tells a mini-program: lists to choose from, and a service to render."""

from pydantic import BaseModel, Field

from channel_gateway.domain.parcels import Payer
from channel_gateway.services.catalogue.booking_words import in_words, prepayment_in_words
from channel_gateway.services.catalogue.form import Kind
from channel_gateway.services.catalogue.service_file import Appointment, Delivery, Need, ServiceFile


class ServiceLine(BaseModel):
    code: str
    name: str
    summary: str
    category: str
    department_name: str
    needs: tuple[Need, ...] = Field(description="what the service is made of, and a page shows")


class ServiceList(BaseModel):
    services: list[ServiceLine]
    categories: list[str] = Field(description="every one there is, whatever was asked for")


class FieldView(BaseModel):
    name: str = Field(description="under which its answer is sent")
    label: str = Field(description="what the citizen reads")
    kind: Kind = Field(description="how it is asked, and what an answer looks like")
    required: bool
    hint: str = Field(description="where to find it, say; may be empty")
    pattern: str = Field(description="regular expression of the whole answer; empty: none")
    longest: int = Field(description="characters of an answer")
    options: tuple[str, ...] = Field(description="of `choice` and `choices`; else none")
    masked: bool = Field(description="whether the answer is masked where it is shown again")
    purpose: str = Field(
        description="the consent it falls under; `service`: none is asked for, by statute"
    )


class ConsentView(BaseModel):
    """A purpose the citizen is asked about; fields of the form name it."""

    purpose: str = Field(description="what `consents` of a booking names")
    sentence: str = Field(description="to be shown as it is")


class HoursView(BaseModel):
    opens: str = Field(description="Beijing time", examples=["09:00"])
    closes: str = Field(description="Beijing time", examples=["12:00"])
    weekdays: tuple[int, ...] = Field(description="Monday is 1; working days alone")


class HallView(BaseModel):
    code: str
    name: str
    address: str
    hours: list[HoursView]
    released_at: str = Field(
        description="when a new day can be booked, Beijing time", examples=["00:00"]
    )


class AppointmentView(BaseModel):
    halls: list[HallView]
    rules: tuple[str, ...] = Field(description="sentences to be shown to citizens")
    prepaid: bool = Field(description="the fee is paid while the place is held, before the visit")


class FeeView(BaseModel):
    code: str = Field(description="of the item at finance")
    name: str
    unit: str
    standard_fen: int | None = Field(description="null: the department reckons it, case by case")
    when: dict[str, tuple[str, ...]] = Field(
        description="field of the form → options with which it is charged; none: always"
    )


class DeliveryView(BaseModel):
    couriers: tuple[str, ...] = Field(description="in the order they are offered")
    payer: Payer = Field(description="who pays the courier")
    collects: bool = Field(description="whether materials are fetched too")
    consents: list[ConsentView] = Field(
        description="all of these are wanted of who has something sent"
    )


class ServiceView(ServiceLine):
    department: str = Field(description="the department's code")
    regions: tuple[str, ...] = Field(
        description="six digits each (GB/T 2260); 00 at the end: all of it", examples=[["330100"]]
    )
    form: list[FieldView]
    consents: list[ConsentView]
    policy_version: str = Field(
        description="of these sentences: goes with the `consents` of a booking"
    )
    appointment: AppointmentView | None = Field(description="null: nothing is to be booked")
    fees: list[FeeView]
    delivery: DeliveryView | None = Field(description="null: nothing is sent")


def line(service: ServiceFile) -> ServiceLine:
    return ServiceLine.model_validate(_line(service))


def view(service: ServiceFile) -> ServiceView:
    """All that a page needs to show the service and ask for what it wants to know."""
    return ServiceView.model_validate(
        {
            **_line(service),
            **service.model_dump(include={"department", "regions", "fees", "policy_version"}),
            "delivery": service.delivery and _delivery(service.delivery),
            "form": [field.model_dump() | {"masked": field.is_masked} for field in service.form],
            "consents": [
                {"purpose": purpose, "sentence": sentence}
                for purpose, sentence in service.purposes.items()
            ],
            "appointment": service.appointment and _appointment(service.appointment),
        }
    )


def _line(service: ServiceFile) -> dict[str, object]:
    shown = {"code", "name", "summary", "category", "department_name"}
    return service.model_dump(include=shown) | {"needs": service.needs}


def _delivery(delivery: Delivery) -> dict[str, object]:
    return delivery.model_dump(include={"couriers", "payer", "collects"}) | {
        "consents": [
            {"purpose": purpose, "sentence": sentence}
            for purpose, sentence in delivery.consents.model_dump().items()
        ]
    }


def _appointment(appointment: Appointment) -> dict[str, object]:
    rules = appointment.rules
    halls = [
        hall.model_dump()
        | {
            "hours": [hours.model_dump() for hours in hall.all_hours],
            "released_at": hall.released_at or rules.released_at,
        }
        for hall in appointment.halls
    ]
    words = in_words(rules)
    if appointment.prepaid:
        words += prepayment_in_words(appointment.hold_minutes)
    return {"halls": halls, "rules": words, "prepaid": appointment.prepaid}
