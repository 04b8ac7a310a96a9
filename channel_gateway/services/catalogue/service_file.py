"""A government service as one declarative file: the shape of it, checked whole. Pure.

What a service needs is what its file has: an `[appointment]`, a `[delivery]`, `[[fees]]`.
"""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from channel_gateway.domain.booking import Capacity
from channel_gateway.domain.parcels import Payer
from channel_gateway.services.catalogue.booking_rules import BookingRules, TimeOfDay, minutes_of
from channel_gateway.services.catalogue.fee_items import (
    FeeItem,
    wrong_conditions,
    wrong_prepayment,
)
from channel_gateway.services.catalogue.form import FormField, Kind
from channel_gateway.services.catalogue.part import (
    Line,
    Name,
    Part,
    Readable,
    Region,
    Sentence,
    Some,
)
from channel_gateway.services.catalogue.templates import Messages, wrong_words


class Need(StrEnum):
    APPOINTMENT = "appointment"
    DELIVERY = "delivery"
    FEE = "fee"


Windows = Annotated[int, Field(ge=1, le=200)]  # each serves one citizen a slot


class Hours(Part):
    opens: TimeOfDay
    closes: TimeOfDay
    windows: Windows | None = None  # none: the hall's
    weekdays: Some[Annotated[int, Field(ge=1, le=7)]] = (1, 2, 3, 4, 5, 6, 7)  # Monday is 1

    @model_validator(mode="after")
    def _closes_later(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("closes: not later than it opens")
        return self


class Hall(Part):
    code: Name
    name: Line
    address: Annotated[str, StringConstraints(min_length=1, max_length=80), Readable]
    windows: Windows = 1
    opens: tuple[TimeOfDay, ...] = ()  # pairs: from, to, from, to; the same every working day
    hours: tuple[Hours, ...] = ()  # instead: templates by day of the week
    released_at: TimeOfDay | None = None  # instead of the rules'

    @property
    def all_hours(self) -> tuple[Hours, ...]:
        pairs = zip(self.opens[::2], self.opens[1::2], strict=True)
        return self.hours or tuple(Hours(opens=opens, closes=closes) for opens, closes in pairs)

    @model_validator(mode="after")
    def _opens_and_closes(self) -> Self:
        if bool(self.opens) == bool(self.hours):
            raise ValueError("opens: give opens, or else hours")
        if len(self.opens) % 2 or list(self.opens) != sorted(set(self.opens)):
            raise ValueError("opens: pairs of times, one after the other, such as 09:00, 12:00")
        for weekday in range(1, 8):
            of_day = sorted(
                (each.opens, each.closes) for each in self.hours if weekday in each.weekdays
            )
            if any(later[0] < earlier[1] for earlier, later in pairwise(of_day)):
                raise ValueError(f"hours: on weekday {weekday} two overlap")
        return self


class Appointment(Part):
    rules: BookingRules
    halls: Some[Hall]
    capacity: Capacity = Field(Capacity.GATEWAY, strict=False)
    prepaid: bool = False  # the place is held until the fee is paid, and let go if it is not
    # Never under five minutes: elderly people need their time (MIIT, rules for apps, 2021).
    hold_minutes: int = Field(15, ge=5, le=60)

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        rules = self.rules
        for hall in self.halls:
            for hours in hall.all_hours:
                if minutes_of(hours.closes) - minutes_of(hours.opens) < rules.slot_minutes:
                    raise ValueError(
                        f"halls: {hall.code}: {hours.opens} to {hours.closes} is shorter"
                        f" than one slot of {rules.slot_minutes} minutes"
                    )
        if rules.lead_until is None or rules.lead_workdays < rules.horizon_workdays:
            return self
        for hall in self.halls:
            if (hall.released_at or rules.released_at) >= rules.lead_until:
                raise ValueError(f"halls: {hall.code} releases when lead_until is over")
        return self


class Sender(Part):
    """The hall that sends, and gets what comes back."""

    name: Line
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9-]{4,19}$")]
    province: Line
    city: Line
    district: Line
    street: Annotated[str, StringConstraints(min_length=1, max_length=80), Readable]
    postcode: Annotated[str, StringConstraints(pattern=r"^([0-9]{6})?$")] = ""


class DeliveryConsents(Part):
    """PIPL art. 23: handing a person's data to a third party wants a consent of its own."""

    address: Sentence = "同意提供收件人姓名、电话和地址，用于寄送办理结果或收取材料"
    courier: Sentence = "同意将收件人姓名、电话和地址提供给快递公司，用于寄送办理结果或收取材料"


class Delivery(Part):
    couriers: Some[Name]  # in the order they are offered
    payer: Payer = Field(strict=False)
    collects: bool = False  # 双向寄递: materials are fetched too
    sender: Sender
    consents: DeliveryConsents = DeliveryConsents()


class ServiceFile(Part):
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z]{2}-[0-9]{2}$")]
    name: Line
    summary: Sentence
    department: Name
    department_name: Line
    unit_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}$")] | None = None  # 执收单位
    regions: Some[Region]
    category: Line
    keywords: tuple[Line, ...] = ()
    # Consents, each with the sentence a citizen agrees to. `service` alone is not asked: it is the
    # department's statutory duty (PIPL art. 13, 34).
    purposes: dict[Name, Sentence] = Field(default_factory=dict)
    policy_version: Annotated[str, StringConstraints(min_length=1, max_length=32), Readable] = "1"
    # channel → the category its platform lists the service in
    categories: dict[Name, Line] = Field(default_factory=dict)
    form: tuple[FormField, ...] = ()
    appointment: Appointment | None = None
    fees: tuple[FeeItem, ...] = ()
    delivery: Delivery | None = None
    messages: Messages = Field(default_factory=dict)

    @property
    def needs(self) -> tuple[Need, ...]:
        have = (
            (Need.APPOINTMENT, self.appointment),
            (Need.DELIVERY, self.delivery),
            (Need.FEE, self.fees),
        )
        return tuple(need for need, part in have if part)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if not self.needs:
            raise ValueError("neither appointment, delivery nor fees: there is nothing to do")
        _once("regions", self.regions)
        _once("form", (field.name for field in self.form))
        _once("fees", (item.code for item in self.fees))
        if self.appointment is not None:
            _once("appointment.halls", (hall.code for hall in self.appointment.halls))
        known = {"service", *self.purposes}
        for number, field in enumerate(self.form):
            if field.purpose not in known:
                raise ValueError(f"form[{number}].purpose: {field.purpose} is not in purposes")
        used = {field.purpose for field in self.form}
        for purpose in self.purposes:
            if purpose not in used:
                raise ValueError(f"purposes.{purpose}: no field of the form falls under it")
        for wrong in (*wrong_conditions(self.fees, self.form), *wrong_words(self.messages)):
            raise ValueError(wrong)
        if self.appointment is not None:
            if self.appointment.rules.real_name:
                _has_an_own_number(self.form)
            _asks_what_counts(self.appointment.rules, self.form)
        if self.appointment is not None and self.appointment.prepaid:
            if self.unit_code is None:
                raise ValueError("unit_code: wanted where appointment.prepaid is true")
            for wrong in wrong_prepayment(self.fees, self.form):
                raise ValueError(f"appointment.prepaid: {wrong}")
        return self


def _has_an_own_number(form: Iterable[FormField]) -> None:
    """Whoever books for themselves alone writes whose number it is."""
    own = next((field for field in form if field.kind is Kind.ID_NUMBER), None)
    if own is None or not own.required:
        raise ValueError(
            "appointment.rules.real_name: the form's first id_number field is wanted, and required"
        )


def _asks_what_counts(rules: BookingRules, form: Iterable[FormField]) -> None:
    """Everybody must write what counts, and nobody can withdraw it."""
    for rule, counts, kind in (
        ("id_counts", rules.id_counts, Kind.ID_NUMBER),
        ("phone_counts", rules.phone_counts, Kind.PHONE),
    ):
        field = next((field for field in form if field.kind is kind), None)
        asked = field is not None and field.required and field.purpose == "service"
        if counts and not asked:
            raise ValueError(
                f"appointment.rules.{rule}: the form's first {kind} field is wanted,"
                " required and without a purpose of its own"
            )


def _once(where: str, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise ValueError(f"{where}: {name} comes {times} times")
