"""Cases 办件 as other services need to know them: whose, of what, and since when they are over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KnownCase:
    """What a department works on for a person."""

    id: str  # ours, unguessable
    case_no: str  # the department's
    department: str
    service: str
    hall: str | None
    person: str | None
    visit: str | None  # the appointment it came from
    ended_at: datetime | None  # when we heard of the end
    first_of_visit: bool = True  # no other case came from that appointment before
    service_name: str = ""  # as citizens called it then
    licences: tuple[str, ...] = ()  # what came out of it, by name: 不动产权证书


class Cases(Protocol):
    async def case(self, id: str) -> KnownCase | None: ...

    async def of_visit(self, id: str) -> KnownCase | None:
        """The first case that came from this appointment."""
        ...

    async def ended_since(self, person: str, since: datetime) -> list[KnownCase]:
        """A person's cases that have ended since, the first to end first."""
        ...

    async def of_number(self, department: str, case_no: str) -> KnownCase | None:
        """By the number its department gave it."""
        ...

    async def delivered(self, id: str, at: datetime) -> None:
        """Its result is in the citizen's hands 送达; told twice changes nothing."""
        ...


class CaseWatcher(Protocol):
    """Somebody who must know. Bears being told twice."""

    async def joined(self, case: KnownCase, now: datetime) -> None:
        """It was known before, and only now that it came from its appointment."""
        ...


class LicenceWatcher(Protocol):
    """Somebody who waits for licences. Bears being told twice."""

    async def issued(self, case: KnownCase, now: datetime) -> None:
        """A licence came out of it, or only now it is known what had licences before."""
        ...
