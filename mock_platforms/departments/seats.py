"""Capacity that a department keeps itself: how many seats a slot has, and which key holds one."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from mock_platforms.departments.refusals import Refused


@dataclass(frozen=True)
class Place:
    service: str
    hall: str
    slot: str  # 2026-03-10T09:30, Beijing time


TAKEN = {"taken": True}
FULL = {"taken": False, "reason": "full"}
CLOSED = {"taken": False, "reason": "closed"}


@dataclass
class Seats:
    """A slot nobody gave seats to is closed."""

    capacity: dict[Place, int] = field(default_factory=dict)
    held: dict[str, Place] = field(default_factory=dict)  # by key
    lost: Counter[Place] = field(default_factory=Counter)  # taken, and by whom is forgotten
    _answers: dict[str, tuple[Place, dict[str, Any]]] = field(default_factory=dict)
    _released: set[str] = field(default_factory=set)

    def take(self, key: str, place: Place, *, oversell: bool = False) -> dict[str, Any]:
        """Give a seat, once for each key: the same key again gets the same answer."""
        if key in self._released:
            return CLOSED  # the take came after its release: nobody would give that seat back
        if key in self._answers:
            asked, answer = self._answers[key]
            if asked != place:
                raise Refused(409, "key_reused", "this key is of another slot", field="data.key")
            return answer
        answer = TAKEN if oversell else self._judge(place)
        self._answers[key] = (place, answer)
        if answer is TAKEN:
            self.held[key] = place
        return answer

    def release(self, key: str) -> dict[str, Any]:
        self.held.pop(key, None)
        self._released.add(key)
        return {"released": True}

    def left(self, service: str, hall: str, day: str) -> dict[str, Any]:
        mine = (
            place
            for place in self.capacity
            if (place.service, place.hall) == (service, hall) and place.slot.startswith(f"{day}T")
        )
        return {"slots": {place.slot: self.free(place) for place in sorted(mine, key=_slot)}}

    def free(self, place: Place) -> int:
        used = sum(each == place for each in self.held.values()) + self.lost[place]
        return max(0, self.capacity.get(place, 0) - used)

    def forget(self, key: str) -> None:
        """Lose what is known of a key; its seat stays taken."""
        self._answers.pop(key, None)
        if place := self.held.pop(key, None):
            self.lost[place] += 1

    def _judge(self, place: Place) -> dict[str, Any]:
        if place not in self.capacity:
            return CLOSED
        return TAKEN if self.free(place) else FULL


def _slot(place: Place) -> str:
    return place.slot
