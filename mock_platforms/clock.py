"""The moved clock: wall time plus an offset, with timers that run in order when it passes them."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

Action = Callable[[], Awaitable[None] | None]


def wall_clock() -> datetime:
    """Return the wall's moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(order=True, slots=True)
class Timer:
    """Something that falls due; equal moments run in the order they were set."""

    due: datetime
    number: int
    action: Action = field(compare=False)
    name: str = field(compare=False, default="")
    cancelled: bool = field(compare=False, default=False)

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """What time the platforms think it is. It moves with the wall, and jumps when told to."""

    def __init__(
        self, wall: Callable[[], datetime] = wall_clock, begin: datetime | None = None
    ) -> None:
        self.wall = wall
        self._first = timedelta() if begin is None else begin - wall()
        self._offset = self._first
        self._timers: list[Timer] = []
        self._number = 0
        self._running: set[asyncio.Task[None]] = set()
        self._advancing = asyncio.Lock()
        self._changed = asyncio.Event()
        self._followers: list[Callable[[float], None]] = []

    def now(self) -> datetime:
        return self.wall() + self._offset

    def at(self, due: datetime, action: Action, name: str = "") -> Timer:
        """Run `action` once the clock reaches `due`."""
        self._number += 1
        timer = Timer(due, self._number, action, name)
        heapq.heappush(self._timers, timer)
        self._changed.set()
        return timer

    def after(self, seconds: float, action: Action, name: str = "") -> Timer:
        return self.at(self.now() + timedelta(seconds=seconds), action, name)

    @property
    def offset_s(self) -> float:
        return self._offset.total_seconds()

    def tell(self, follower: Callable[[float], None]) -> None:
        """Tell a follower the offset in seconds, now and whenever it changes."""
        self._followers.append(follower)
        follower(self.offset_s)

    def pending(self) -> list[Timer]:
        """Return the timers that are still to run, soonest first."""
        return sorted(timer for timer in self._timers if not timer.cancelled)

    def next_due(self) -> datetime | None:
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0].due if self._timers else None

    async def advance(self, seconds: float) -> None:
        """Move the clock, running all that falls due on the way, each at its own moment."""
        async with self._advancing:
            await asyncio.gather(*self._running)
            goal = self._offset + timedelta(seconds=seconds)
            while (due := self.next_due()) is not None and due <= self.wall() + goal:
                self._move(max(self._offset, due - self.wall()))
                await _run(heapq.heappop(self._timers))
            self._move(max(self._offset, goal))
            self._changed.set()  # whoever waits for the next timer has less to wait now

    async def run_due(self) -> None:
        """Run what is due now, in order, without moving the clock."""
        await self.advance(0)

    async def run_for_ever(self) -> None:
        """Let wall time drive the timers too, in tasks so that none waits for another."""
        while True:
            self._changed.clear()
            async with self._advancing:
                while (due := self.next_due()) is not None and due <= self.now():
                    self._spawn(heapq.heappop(self._timers))
            wait_s = None if due is None else max(0.0, (due - self.now()).total_seconds())
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                continue  # the next timer is due

    def reset(self) -> None:
        """Forget every timer and go back to the first offset."""
        self._timers.clear()
        self._move(self._first)
        self._changed.set()

    def _move(self, offset: timedelta) -> None:
        self._offset = offset
        for follower in self._followers:
            follower(self.offset_s)

    def _spawn(self, timer: Timer) -> None:
        task = asyncio.ensure_future(_run(timer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)


async def _run(timer: Timer) -> None:
    if timer.cancelled:
        return
    result = timer.action()
    if result is not None:
        await result
