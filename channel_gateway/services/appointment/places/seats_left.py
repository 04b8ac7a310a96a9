"""How many places a department has left, asked once for all who look in the same moment."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta

Found = Mapping[str, int] | None
Day = tuple[str, str, date]  # service, hall, day

_TRUE_FOR = timedelta(seconds=2)
_WAIT_S = 2.0
_MOST = 500  # days remembered


class SeatsLeft:
    """Remembers for two seconds, what is not known too: whoever looks does not tire the silent."""

    def __init__(self) -> None:
        self._looks: dict[Day, tuple[datetime, asyncio.Task[Found]]] = {}

    async def of(self, day: Day, now: datetime, look: Callable[[], Awaitable[Found]]) -> Found:
        """None: it is not known now, or not within two seconds."""
        known = self._looks.get(day)
        if known is None or (now - known[0] >= _TRUE_FOR and known[1].done()):
            if len(self._looks) >= _MOST:
                self._looks.clear()
            known = now, asyncio.ensure_future(look())
            self._looks[day] = known
        with suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(known[1]), _WAIT_S)
        return None
