"""Where platforms that do not sign reach us: behind a path nobody can guess."""

from typing import Protocol


class Doors(Protocol):
    """Offered by the web edge as `web`, before any plug-in is built."""

    async def address(self, callback: str) -> str:
        """The whole address of a callback whose row says `unsigned`, with its newest key.

        It is a secret between the platform and us. Raises `LookupError` for any other callback.
        """
        ...
