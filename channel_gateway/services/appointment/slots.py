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
    length = rules.slot_minutes
    return tuple(Slot(day, start, start + length) for start in _starts(hall, length))


def slot_named(hall: Hall, rules: Rules, id: str) -> Slot | None:
    """The slot of this id, if the hall has it."""
    day_text, _, time = id.partition("T")
    hours, _, minutes = time.partition(":")
    try:
        day, start = date.fromisoformat(day_text), int(hours) * 60 + int(minutes)
    except ValueError:
        return None
    slot = Slot(day, start, start + rules.slot_minutes)
    there = start in _starts(hall, rules.slot_minutes)
    return slot if there and slot.id == id else None


def _starts(hall: Hall, length: int) -> Iterator[int]:
    for opens, closes in hall.opens:
        yield from range(opens, closes - length + 1, length)
