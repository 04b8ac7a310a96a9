"""Calls of one kind that are being worked on, and how many there may be at once."""

from typing import Self

from channel_gateway.web.refusals import Busy


class Lane:
    """A context: inside it a call has its place. Citizens' rush takes none from the platforms."""

    def __init__(self, places: int) -> None:
        self._free = places

    def __enter__(self) -> Self:
        if not self._free:
            raise Busy
        self._free -= 1
        return self

    def __exit__(self, *_: object) -> None:
        self._free += 1
