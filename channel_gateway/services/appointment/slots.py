"""The slots of a hall's day: opening hours cut into equal parts, what is left over unused. Pure."""

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
    return tuple(
        Slot(day, start, start + length)
        for opens, closes in hall.opens
        for start in range(opens, closes - length + 1, length)
    )


def slot_named(hall: Hall, rules: Rules, id: str) -> Slot | None:
    """The slot of this id, if the hall has it."""
    day_text, _, _ = id.partition("T")
    try:
        day = date.fromisoformat(day_text)
    except ValueError:
        return None
    return next((slot for slot in slots_of(hall, rules, day) if slot.id == id), None)
