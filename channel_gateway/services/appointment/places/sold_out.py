"""Which slots were full a moment ago, so that in a rush a refusal needs no look at the seats.

Each process remembers by itself, and for `REMEMBERED` alone: a seat that came back elsewhere is
refused no longer than that, one that came back here not at all. It only ever refuses; who gets a
seat is decided by the store's unique key.
"""

from datetime import datetime, timedelta

REMEMBERED = timedelta(seconds=1)
_MOST = 10_000  # slots; then all are forgotten, and looked at again


class SoldOut:
    def __init__(self) -> None:
        self._seen: dict[str, tuple[datetime, datetime]] = {}  # when, and until when at the most
        self._returns = 0

    @property
    def returns(self) -> int:
        """How many seats came back here: to be taken before the look that `remember` is told of."""
        return self._returns

    def remember(self, place: str, now: datetime, returns: int, until: datetime) -> None:
        """A look that began after `now` found the slot full; unless a seat came back meanwhile.

        `until`: from then on the slot cannot be booked for another reason.
        """
        if returns != self._returns:
            return
        if len(self._seen) >= _MOST:
            self._seen.clear()
        self._seen[place] = now, until

    def forget(self, place: str) -> None:
        """A seat of the slot came back."""
        self._returns += 1
        self._seen.pop(place, None)

    def knows(self, place: str, now: datetime) -> bool:
        found = self._seen.get(place)
        if found is None:
            return False
        seen, until = found
        return abs(now - seen) < REMEMBERED and now < until
