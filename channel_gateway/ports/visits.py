"""Appointments as other services need to know them: whose, where, and whether it was done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from channel_gateway.domain.errors import NotFound


class NoSuchVisit(NotFound):
    """No appointment of this department's services has this id."""

    code = "no_such_visit"
    zh = "没有找到这个预约。"


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment at a hall."""

    id: str
    person: str | None  # None: had their data erased
    service: str
    hall: str
    day: date
    done_at: datetime | None = None  # None: not yet, or it came to nothing
    service_name: str = ""  # as citizens called it then
    department: str | None = None  # which hears of it
    account: str | None = None  # through which it was booked


class Visits(Protocol):
    async def visit(self, id: str) -> Visit | None:
        """None: there is no such appointment."""
        ...

    async def since(self, person: str, day: date) -> list[Visit]:
        """A person's appointments from this day on, whatever became of them."""
        ...
