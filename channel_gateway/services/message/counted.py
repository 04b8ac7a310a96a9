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
    agreed_at: datetime | None = None  # the last yes anybody told us of, counted or not
    refused_at: datetime | None = None  # when the platform was asked, the last time it had none
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

    @property
    def is_refused(self) -> bool:
        """Whether the platform itself said no, and nobody has agreed since.

        That we count none is no knowledge: pushes are late, and get lost.
        """
        said_no = [at for at in (self.refused_at, self.taken_back_at) if at is not None]
        if self.any or not said_no:
            return False
        return self.agreed_at is None or self.agreed_at <= max(said_no)


def heard(counted: Counted, change: ConsentChange, id: str, at: datetime) -> Counted:
    """Once for an id. A no to one window takes nothing back; one in the settings takes back all
    that was given before it.
    """
    if id in counted.heard:
        return counted
    known = replace(counted, heard=_remembered(counted.heard, id), changed_at=at)
    known = agreed(known, at) if change.accepted else known
    if change.lasting:
        return _decided(known if change.accepted else _taken_back(known, at), change.accepted, at)
    return _given(known, at) if change.accepted else known


def agreed(counted: Counted, at: datetime) -> Counted:
    """Somebody says that the citizen agreed; how often, others count."""
    return replace(counted, agreed_at=max(at, counted.agreed_at or at))


def spent(counted: Counted, message: str, now: datetime) -> Counted:
    """One less for a message that was sent, once.

    The newest: if a taking back of a time before is heard later, the older ones were gone by now.
    """
    if message in counted.spent:
        return counted
    given = counted.given if counted.lasting else counted.given[:-1]
    return replace(counted, given=given, spent=_remembered(counted.spent, message), changed_at=now)


def none_left(counted: Counted, asked_at: datetime) -> Counted:
    """The platform says so of the moment it was asked: what was given since then stays."""
    decided_since = counted.lasting_at is not None and counted.lasting_at > asked_at
    return replace(
        counted,
        given=tuple(given for given in counted.given if given > asked_at),
        lasting=counted.lasting and decided_since,
        refused_at=max(asked_at, counted.refused_at or asked_at),
        changed_at=max(asked_at, counted.changed_at),
    )


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
