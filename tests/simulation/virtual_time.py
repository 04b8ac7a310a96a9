"""Time that passes only when nothing else can happen: an hour is over once all wait for it."""

import asyncio
import selectors
from datetime import datetime, timedelta
from typing import Any

from tests.unit.payment.samples import NOW


class _NeverSlept(selectors.SelectSelector):
    """Instead of sleeping until the next timer, tells the loop that the time has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.slept_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, Any]]:
        if timeout is None:
            raise AssertionError("everybody waits for something that never comes")
        self.slept_s += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds are counted, not waited for; the same play runs the same way."""

    def __init__(self) -> None:
        self._virtual = _NeverSlept()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.slept_s


class VirtualClock:
    """The loop's time as moments, plus what was jumped over while nobody looked."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._jumped = timedelta()

    def now(self) -> datetime:
        return NOW + timedelta(milliseconds=round(self._loop.time() * 1000)) + self._jumped

    def jump(self, by: timedelta) -> None:
        self._jumped += by
