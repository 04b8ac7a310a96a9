"""A door: the keys that open it and the networks it is open to. Pure.

Several keys open it at once, so that a platform can be given a new one while the old one is in use.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from channel_gateway.domain.errors import NotFound
from channel_gateway.web.doors.refusals import LastKey, TooManyKeys

MOST_KEYS = 5


@dataclass(frozen=True)
class DoorKey:
    id: str
    sealed: str = field(repr=False)
    made_at: datetime


@dataclass(frozen=True)
class Door:
    """`id`: the name of its callback."""

    id: str
    keys: tuple[DoorKey, ...]  # the newest last
    networks: tuple[str, ...] | None = None  # None: nobody has said yet
    version: int = 0

    def with_key(self, key: DoorKey) -> "Door":
        """Raises `TooManyKeys`."""
        if len(self.keys) >= MOST_KEYS:
            raise TooManyKeys
        return replace(self, keys=(*self.keys, key))

    def without_key(self, id: str) -> "Door":
        """Raises `NotFound`, and `LastKey`: without one nobody could ever come in."""
        left = tuple(key for key in self.keys if key.id != id)
        if len(left) == len(self.keys):
            raise NotFound("this door has no such key", field="id")
        if not left:
            raise LastKey(field="id")
        return replace(self, keys=left)

    def open_to(self, networks: tuple[str, ...]) -> "Door":
        """None at all: nobody comes in."""
        return replace(self, networks=networks)
