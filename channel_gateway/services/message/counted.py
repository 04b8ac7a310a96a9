"""How often a citizen may still be written to through one template. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from channel_gateway.ports import ConsentChange

_REMEMBERED = 50  # ids of what was counted last; a platform repeats what is new
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Counted:
    """The consents of one account to one template."""

    id: str  # account|template
    account: str
    template: str
    changed_at: datetime
    left: int = 0
    lasting: bool = False
    lasting_at: datetime | None = None  # when that was decided
    heard: tuple[str, ...] = ()
    spent: tuple[str, ...] = ()  # messages

    @property
    def any(self) -> bool:
        return self.lasting or self.left > 0


def heard(counted: Counted, change: ConsentChange, id: str, at: datetime) -> Counted:
    """Once for an id. A no to one window takes nothing back; one in the settings takes all."""
    if id in counted.heard:
        return counted
    known = replace(counted, heard=_remembered(counted.heard, id), changed_at=at)
    if change.lasting:
        if counted.lasting_at is not None and at < counted.lasting_at:
            return known
        left = counted.left if change.accepted else 0
        return replace(known, left=left, lasting=change.accepted, lasting_at=at)
    return replace(known, left=min(_MOST, known.left + 1)) if change.accepted else known


def spent(counted: Counted, message: str, now: datetime) -> Counted:
    """One less for a message that was sent, once."""
    if message in counted.spent:
        return counted
    left = counted.left if counted.lasting else max(0, counted.left - 1)
    return replace(counted, left=left, spent=_remembered(counted.spent, message), changed_at=now)


def none_left(counted: Counted, now: datetime) -> Counted:
    """The platform says so."""
    return replace(counted, left=0, lasting=False, changed_at=now)


def _remembered(known: Iterable[str], id: str) -> tuple[str, ...]:
    return (*known, id)[-_REMEMBERED:]
