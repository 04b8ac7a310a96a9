"""Seats dealt in turn within one process: who comes first has one first, and no two want the same.

Other processes deal by themselves, each from a seat of its own, and the store's unique key decides.
Who finds every seat in somebody's hand waits for a moment: one may be handed back.
"""

import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

from channel_gateway.services.appointment.rules.seats import seat_of

LONGEST_WAIT_S = 1.0
_MOST = 10_000  # slots; then those with nothing in hand are dealt anew


@dataclass(slots=True)
class _Slot:
    first: int  # the seat it begins with
    dealt: int = 0
    back: deque[str] = field(default_factory=deque)
    in_hand: set[str] = field(default_factory=set)
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Dealing:
    def __init__(self) -> None:
        self._slots: dict[str, _Slot] = {}

    def next_seat(
        self, place: str, windows: int, draw: int, besides: Collection[str] = ()
    ) -> str | None:
        """A seat to hold until it is settled; None: each was dealt once.

        `besides`: seats that nobody may have.
        """
        slot = self._slot(place, draw % windows)
        while slot.back or slot.dealt < windows:
            if slot.back:
                seat = slot.back.popleft()
            else:
                seat = seat_of(place, (slot.first + slot.dealt) % windows)
                slot.dealt += 1
            if seat not in besides:
                slot.in_hand.add(seat)
                return seat
        return None

    def hold(self, place: str, seat: str) -> None:
        """A seat that was found, not dealt; to be settled like one."""
        self._slot(place, 0).in_hand.add(seat)

    def in_hand(self, place: str) -> Collection[str]:
        """Seats of which it is not known yet whether they are taken."""
        slot = self._slots.get(place)
        return () if slot is None else slot.in_hand

    def settle(self, place: str, seat: str, *, taken: bool) -> None:
        """The seat is somebody's now, or free again: then who waits longest may have it."""
        slot = self._slot(place, 0)
        slot.in_hand.discard(seat)
        if not taken:
            slot.back.append(seat)
        while slot.waiting and (slot.back or not slot.in_hand):
            waiter = slot.waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                if slot.in_hand or not taken:
                    return  # one seat, one who waited

    async def somebody_settled(self, place: str) -> None:
        """Wait until a seat is free again or none is in hand, but not long."""
        waiter = asyncio.get_running_loop().create_future()
        self._slots[place].waiting.append(waiter)
        try:
            await asyncio.wait([waiter], timeout=LONGEST_WAIT_S)
        finally:
            waiter.cancel()

    def _slot(self, place: str, first: int) -> _Slot:
        slot = self._slots.get(place)
        if slot is None:
            if len(self._slots) >= _MOST:
                self._slots = {p: s for p, s in self._slots.items() if s.in_hand}
            slot = self._slots[place] = _Slot(first)
        return slot
