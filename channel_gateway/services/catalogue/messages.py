"""What the catalogue tells a mini-program: lists to choose from, and a service to render."""

from pydantic import BaseModel

from channel_gateway.services.catalogue.booking_words import in_words, prepayment_in_words
from channel_gateway.services.catalogue.service_file import Appointment, ServiceFile


class ServiceLine(BaseModel):
    code: str
    name: str
    summary: str
    category: str
    department_name: str
    needs: tuple[str, ...]


class ServiceList(BaseModel):
    services: list[ServiceLine]
    categories: list[str]


class FieldView(BaseModel):
    name: str
    label: str
    kind: str
    required: bool
    hint: str
    pattern: str
    longest: int
    options: tuple[str, ...]
    masked: bool
    purpose: str


class ConsentView(BaseModel):
    """A purpose the citizen is asked about; fields of the form name it."""

    purpose: str
    sentence: str


class HoursView(BaseModel):
    opens: str
    closes: str
    weekdays: tuple[int, ...]  # Monday is 1; working days alone


class HallView(BaseModel):
    code: str
    name: str
    address: str
    hours: list[HoursView]
    released_at: str


class AppointmentView(BaseModel):
    halls: list[HallView]
    rules: tuple[str, ...]  # sentences
    prepaid: bool  # the fee is paid while the place is held, before the visit


class FeeView(BaseModel):
    code: str
    name: str
    unit: str
    standard_fen: int | None  # None: the department reckons it
    when: dict[str, tuple[str, ...]]  # field → options with which it is charged; none: always


class DeliveryView(BaseModel):
    couriers: tuple[str, ...]
    payer: str
    collects: bool


class ServiceView(ServiceLine):
    department: str
    regions: tuple[str, ...]
    form: list[FieldView]
    consents: list[ConsentView]
    policy_version: str
    appointment: AppointmentView | None
    fees: list[FeeView]
    delivery: DeliveryView | None


def line(service: ServiceFile) -> ServiceLine:
    return ServiceLine.model_validate(_line(service))


_SHOWN = {"department", "regions", "fees", "delivery", "policy_version"}


def view(service: ServiceFile) -> ServiceView:
    """All that a page needs to show the service and ask for what it wants to know."""
    return ServiceView.model_validate(
        {
            **_line(service),
            **service.model_dump(
                include={"department", "regions", "fees", "delivery", "policy_version"}
            ),
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
