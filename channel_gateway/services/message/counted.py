"""How often a citizen may still be written to through one template. Pure.

Platforms push late and out of order, so a yes and a taking back are compared by their own moments;
of two of one second, the one that is heard later counts as the later.
"""

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
    given: tuple[datetime, ...] = ()  # when each that is left was given, the oldest first
    taken_back_at: datetime | None = None  # the last time; what was given before is gone
    lasting: bool = False
    lasting_at: datetime | None = None  # when that was decided
    heard: tuple[str, ...] = ()
    spent: tuple[str, ...] = ()  # messages

    @property
    def left(self) -> int:
        return len(self.given)

    @property
    def any(self) -> bool:
        return self.lasting or self.left > 0


def heard(counted: Counted, change: ConsentChange, id: str, at: datetime) -> Counted:
    """Once for an id. A no to one window takes nothing back; one in the settings takes back all
    that was given before it.
    """
    if id in counted.heard:
        return counted
    known = replace(counted, heard=_remembered(counted.heard, id), changed_at=at)
    if change.lasting:
        return _decided(known if change.accepted else _taken_back(known, at), change.accepted, at)
    return _given(known, at) if change.accepted else known


def spent(counted: Counted, message: str, now: datetime) -> Counted:
    """One less for a message that was sent, once.

    The newest: if a taking back of a time before is heard later, the older ones were gone by now.
    """
    if message in counted.spent:
        return counted
    given = counted.given if counted.lasting else counted.given[:-1]
    return replace(counted, given=given, spent=_remembered(counted.spent, message), changed_at=now)


def none_left(counted: Counted, now: datetime) -> Counted:
    """The platform says so."""
    return replace(counted, given=(), lasting=False, changed_at=now)


def _given(counted: Counted, at: datetime) -> Counted:
    if counted.taken_back_at is not None and at < counted.taken_back_at:
        return counted
    return replace(counted, given=tuple(sorted((*counted.given, at)))[-_MOST:])


def _taken_back(counted: Counted, at: datetime) -> Counted:
    left = tuple(given for given in counted.given if given > at)
    return replace(counted, given=left, taken_back_at=max(at, counted.taken_back_at or at))


def _decided(counted: Counted, lasting: bool, at: datetime) -> Counted:
    if counted.lasting_at is not None and at < counted.lasting_at:
        return counted
    return replace(counted, lasting=lasting, lasting_at=at)


def _remembered(known: Iterable[str], id: str) -> tuple[str, ...]:
    return (*known, id)[-_REMEMBERED:]
