"""The rules by which a service's appointments are given out, and five real sets of them. Pure data.

A file names a preset and changes what is different, or states every rule itself. None: no such
rule. Sources of the presets: published rules of the halls named beside each (read 2026).
"""

from functools import cache
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from channel_gateway.domain.booking import Returned
from channel_gateway.services.catalogue.part import Part

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


@cache  # of at most 1,440 texts
def minutes_of(time: TimeOfDay) -> int:
    """A time of day as minutes of a Beijing day."""
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)


class Ban(Part):
    """So many in so many days, and no appointment can be made for so many days, or months."""

    times: int = Field(ge=1)
    within_days: int = Field(ge=1, le=366)
    lasts_days: int | None = Field(None, ge=1, le=366)
    lasts_months: int | None = Field(None, ge=1, le=12)  # of the calendar

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if (self.lasts_days is None) == (self.lasts_months is None):
            raise ValueError("give lasts_days, or else lasts_months")
        return self


class BookingRules(Part):
    preset: str | None = None
    horizon_workdays: int = Field(ge=1, le=60)  # how far ahead
    lead_workdays: int = Field(0, ge=0, le=14)  # 0: also today
    lead_until: TimeOfDay | None = None  # from this time on the lead is a day longer
    slot_minutes: int = Field(30, ge=5, le=480)
    released_at: TimeOfDay = "00:00"  # when a new day can be booked; a hall may have its own
    most_a_day: int | None = Field(None, ge=1)  # of one person, whatever the service
    most_a_week: int | None = Field(None, ge=1)
    most_a_month: int | None = Field(None, ge=1)
    most_of_this_a_day: int | None = Field(None, ge=1)  # of one person and this service
    most_of_this_a_week: int | None = Field(None, ge=1)
    most_of_this_a_month: int | None = Field(None, ge=1)
    most_of_this: int | None = Field(None, ge=1)  # at any one time
    cancel_before_minutes: int = Field(0, ge=0, le=30 * 24 * 60)
    cancels_a_month: int | None = Field(None, ge=1)  # more are refused
    cancels: Ban | None = None  # more are not refused, but stop
    reschedules: int | None = Field(None, ge=0)  # of one appointment
    checkin_early_minutes: int = Field(30, ge=0, le=720)  # how long before the slot
    no_shows: Ban | None = None
    returned: Returned = Field(Returned.AT_ONCE, strict=False)
    real_name: bool = False  # whoever books has proven who they are, and books for themselves
    id_counts: bool = False  # what counts of one person counts of the identity number written, too
    phone_counts: bool = False  # what counts of one person counts of the phone they write, too

    @model_validator(mode="before")
    @classmethod
    def _on_top_of_its_preset(cls, given: Any) -> Any:
        name = given.get("preset") if isinstance(given, dict) else None
        if name is None:
            return given
        if name not in PRESETS:
            raise ValueError(f"preset: there is {', '.join(PRESETS)}")
        return PRESETS[name] | given

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.lead_workdays > self.horizon_workdays:
            raise ValueError("lead_workdays lie beyond horizon_workdays: nobody could book")
        if self.lead_until is not None and not self.lead_workdays:
            raise ValueError("lead_until without lead_workdays: there is no lead to lengthen")
        return self


PRESETS: dict[str, dict[str, Any]] = {
    # A city's service hall (site HZZK); how many missed ones are too many it does not say. It takes
    # proven names alone; `real_name` is left to the city: its channels must be able to prove them.
    "service_hall": {
        "horizon_workdays": 5,
        "lead_workdays": 1,
        "most_a_day": 1,
        "cancel_before_minutes": 120,
    },
    # Quanzhou, by identity number or phone; how far ahead is the hall's own.
    "quanzhou": {
        "horizon_workdays": 5,
        "most_of_this_a_day": 3,
        "cancels": {"times": 5, "within_days": 31, "lasts_days": 30},
        "no_shows": {"times": 2, "within_days": 31, "lasts_days": 30},
        "id_counts": True,
        "phone_counts": True,
    },
    # Renqiu, real estate, whose limits count its own appointments; by identity number or phone.
    "renqiu": {
        "horizon_workdays": 2,
        "lead_workdays": 1,
        "slot_minutes": 40,
        "most_of_this_a_day": 1,
        "most_of_this_a_week": 2,
        "most_of_this_a_month": 6,
        "no_shows": {"times": 2, "within_days": 366, "lasts_months": 3},
        "id_counts": True,
        "phone_counts": True,
    },
    # Nanjing, real estate: the next four working days (未来4个工作日), so not today.
    "nanjing": {
        "horizon_workdays": 4,
        "lead_workdays": 1,
        "most_of_this": 1,
        "no_shows": {"times": 4, "within_days": 31, "lasts_days": 30},
    },
    # Tianjin, real estate: districts release one after the other, see a hall's `released_at`.
    "tianjin": {
        "horizon_workdays": 7,
        "lead_workdays": 1,
        "lead_until": "16:00",
        "released_at": "13:00",
        "returned": "at_random",
    },
}
