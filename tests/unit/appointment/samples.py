"""A hall, rules and a calendar to start from; every test changes what it is about."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from channel_gateway.domain.booking import Hall, Hours, Rules
from channel_gateway.domain.days import at_minute
from channel_gateway.services.appointment.appointment import Appointment, State

MONDAY = date(2026, 3, 9)  # with no holiday near
HALL = Hall("center", "办事大厅", "人民路1号", (Hours(540, 720, 2), Hours(810, 1020, 2)))
RULES = Rules(horizon_workdays=5)


class Weekdays:
    """A calendar without holidays, save those it is given."""

    def __init__(self, closed: Collection[date] = ()) -> None:
        self._closed = closed

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self._closed


def rules(**changes: Any) -> Rules:
    return replace(RULES, **changes)


def hall(**changes: Any) -> Hall:
    return replace(HALL, **changes)


def at(day: date, time: str) -> datetime:
    """A moment of a Beijing day, like 09:30 or 23:59:59."""
    hours, minutes, *seconds = (int(part) for part in time.split(":"))
    moment = at_minute(day, hours * 60 + minutes)
    return moment.replace(second=seconds[0] if seconds else 0).astimezone(UTC)


def appointment(
    *,
    state: State = State.CONFIRMED,
    slot: str = f"{MONDAY}T10:00",
    starts: str = "10:00",
    ends: str = "10:30",
    seat: int = 0,
) -> Appointment:
    """Somebody's, with every key there is."""
    place = f"GA-HZ-01|center|{slot}"
    return Appointment(
        id="A1",
        request_key="request",
        asked="asked",
        person="who",
        service="GA-HZ-01",
        service_name="普通护照",
        hall="center",
        hall_name="办事大厅",
        hall_address="人民路1号",
        slot=slot,
        day=MONDAY,
        starts_at=at(MONDAY, starts),
        ends_at=at(MONDAY, ends),
        hall_day=f"GA-HZ-01|center|{MONDAY}",
        created_at=at(MONDAY, "07:00"),
        answers="sealed",
        state=state,
        place=place,
        seat_key=f"{place}|{seat}",
        quota_slot=f"who|{slot}|0",
        id_index="id",
        id_slot=f"id|{slot}|0",
        phone_index="phone",
        **_shares("quota", "who"),
        **_shares("id", "id"),
        **_shares("phone", "phone"),
    )


def _shares(prefix: str, who: str) -> dict[str, Any]:
    """A key of each limit of a period, by field: of all services together, and of this one."""
    periods = {"day": f"{MONDAY}", "week": f"week {MONDAY}", "month": "2026-03"}
    of_all = {f"{prefix}_{name}": f"{who}|{period}|0" for name, period in periods.items()}
    of_this = {
        f"{prefix}_service_{name}": f"{who}|GA-HZ-01|{period}|0" for name, period in periods.items()
    }
    return {**of_all, **of_this, f"{prefix}_service": f"{who}|GA-HZ-01|0"}
