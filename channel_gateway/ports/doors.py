"""Where platforms that do not sign reach us: behind a path nobody can guess."""

from typing import Protocol


class Doors(Protocol):
    async def address(self, callback: str) -> str:
        """The whole address of a callback whose row says `unsigned`, with its newest key."""
        ...
