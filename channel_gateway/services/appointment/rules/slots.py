"""The slots of a hall's day: opening hours cut into equal parts, what is left over unused. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from channel_gateway.domain.booking import Hall, Rules
from channel_gateway.domain.days import at_minute


@dataclass(frozen=True, slots=True)
class Slot:
    """From `start` to `end`, minutes of a Beijing day; as many citizens as there are windows."""

    day: date
    start: int
    end: int
    windows: int

    @property
    def id(self) -> str:
        """2026-01-05T09:30, Beijing time"""
        return f"{self.day}T{self.start // 60:02}:{self.start % 60:02}"

    @property
    def starts_at(self) -> datetime:
        return at_minute(self.day, self.start)

    @property
    def ends_at(self) -> datetime:
        return at_minute(self.day, self.end)


def slots_of(hall: Hall, rules: Rules, day: date) -> tuple[Slot, ...]:
    """Whether it is a working day is another question: see `release`."""
    return tuple(_slots(hall, rules, day))


def slot_named(hall: Hall, rules: Rules, id: str) -> Slot | None:
    """The slot of this id, if the hall has it."""
    day_text, _, time = id.partition("T")
    hours, _, minutes = time.partition(":")
    try:
        day, start = date.fromisoformat(day_text), int(hours) * 60 + int(minutes)
    except ValueError:
        return None
    there = (slot for slot in _slots(hall, rules, day, start) if slot.id == id)
    return next(there, None)


def _slots(hall: Hall, rules: Rules, day: date, at: int | None = None) -> Iterator[Slot]:
    """All of a day; with `at`, the one that starts then, if there is one."""
    length = rules.slot_minutes
    for hours in hall.hours_on(day):
        starts = range(hours.opens, hours.closes - length + 1, length)
        for start in starts if at is None else [at] if at in starts else []:
            yield Slot(day, start, start + length, hours.windows)
