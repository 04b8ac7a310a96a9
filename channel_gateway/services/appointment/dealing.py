"""Seats dealt in turn within one process, so that who comes at once there does not want the same.

Others deal by themselves, each from a seat of its own, and the store's unique key decides: dealing
only spares races that would be lost.
"""

from channel_gateway.services.appointment.seats import seat_of

_MOST = 10_000  # slots; then all are dealt anew


class Dealing:
    def __init__(self) -> None:
        self._dealt: dict[str, tuple[int, int]] = {}  # by slot: the first seat, and how many

    def next_seat(self, place: str, windows: int, draw: int) -> str | None:
        """A seat; None: each was dealt once, so somebody must look which one is free."""
        first, dealt = self._dealt.get(place, (draw % windows, 0))
        if dealt >= windows:
            return None
        if len(self._dealt) >= _MOST:
            self._dealt.clear()
        self._dealt[place] = first, dealt + 1
        return seat_of(place, (first + dealt) % windows)
