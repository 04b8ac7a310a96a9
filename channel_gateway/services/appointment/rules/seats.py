"""The places of a slot, numbered below the hall's windows. Pure."""

from collections.abc import Collection
from datetime import date

from channel_gateway.services.appointment.rules.slots import Slot


def place_of(service: str, hall: str, slot: Slot) -> str:
    return place_named(service, hall, slot.id)


def place_named(service: str, hall: str, slot: str) -> str:
    return f"{service}|{hall}|{slot}"


def hall_day_of(service: str, hall: str, day: date) -> str:
    return f"{service}|{hall}|{day}"


def seat_of(place: str, number: int) -> str:
    return f"{place}|{number}"


def free_seat(place: str, windows: int, taken: Collection[str], draw: int) -> str | None:
    """A seat nobody has, not always the first: who comes at once should not want the same one."""
    free = [seat for n in range(windows) if (seat := seat_of(place, n)) not in taken]
    return free[draw % len(free)] if free else None
