"""Who keeps traces, as whoever leaves them sees it."""

from typing import Protocol

from payment.traces.trace import Trace


class Notes(Protocol):
    """Who keeps traces."""

    async def note(self, trace: Trace) -> None:
        """Never raises, and never waits."""
        ...
