"""Calls of one kind that are being worked on, and how many there may be at once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from channel_gateway.web.refusals import Busy


class Lane:
    """A context: inside it a call has its place. One kind's rush takes none from the others."""

    def __init__(self, places: int, of_one: int | None = None) -> None:
        """`of_one`: how many of them one caller may have."""
        self._free = places
        self._of_one = places if of_one is None else of_one
        self._taken: Counter[str] = Counter()

    def __enter__(self) -> Self:
        if not self._free:
            raise Busy
        self._free -= 1
        return self

    def __exit__(self, *_: object) -> None:
        self._free += 1

    @contextmanager
    def of(self, caller: str) -> Iterator[None]:
        """The same for one caller, by a name that is nobody else's. Raises `Busy`."""
        if self._taken[caller] >= self._of_one:
            raise Busy("you have more calls in flight than one caller may")
        self._taken[caller] += 1
        try:
            yield
        finally:
            self._taken[caller] -= 1
            if not self._taken[caller]:
                del self._taken[caller]
