"""Callbacks: attempts on the platform's own retry ladder, each freshly composed, all recorded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from mock_platforms.clock import Clock
from mock_platforms.faults import Fault, Faults
from mock_platforms.wire import Outgoing, Response, Unreachable

Send = Callable[[Outgoing], Awaitable[Response]]

# Compose an attempt now: sign it with this moment, and spoil it as the fault says, if one strikes.
Compose = Callable[[Fault | None], Outgoing]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a platform has to tell, until it is told or the ladder ends."""

    platform: str
    kind: str  # one of the stand-in's `notices`
    orders: Collection[str]  # all numbers by which a fault may mean this notice
    compose: Compose
    accepted: Callable[[Response], bool]  # the platform's own rule
    ladder_s: Sequence[int]  # pauses between attempts
    spoils: Sequence[str] = ()  # fault kinds that `compose` understands


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a notice: what left, what came back, what follows."""

    notice: str
    platform: str
    kind: str
    orders: list[str]
    number: int
    at: datetime  # on the moved clock
    url: str
    headers: dict[str, str]
    body: str
    outcome: str  # accepted · refused · unreachable · lost
    status: int | None = None
    answer: str = ""
    fault: str | None = None
    next_at: datetime | None = None


class Deliveries:
    """All callbacks of a stage."""

    def __init__(self, clock: Clock, faults: Faults, send: Send, *, kept: int = 5000) -> None:
        self._clock, self._faults, self._send = clock, faults, send
        self._attempts: deque[Attempt] = deque(maxlen=kept)
        self._held: dict[str, list[tuple[Notice, str]]] = {}
        self._number = 0

    def post(self, notice: Notice, after_s: float = 0) -> str:
        """Send a notice as soon as the clock runs, and return its id."""
        notice_id = self._named()
        if fault := self._fault("notify_delayed", notice):
            after_s += fault.parameters["seconds"]
        if fault := self._fault("notify_reordered", notice):
            self._held.setdefault(notice.platform, []).append((notice, notice_id))
            release = partial(self._release, notice.platform)
            self._clock.after(fault.parameters["seconds"], release, f"{notice.kind} released")
            return notice_id
        self._plan(notice, notice_id, 0, after_s)
        if self._fault("notify_doubled", notice):
            self._clock.after(after_s, lambda: self._once_more(notice, notice_id), notice.kind)
        return notice_id

    async def send_now(self, notice: Notice) -> None:
        """Send a notice before going on; a refusal goes to the ladder as always."""
        await self._attempt(notice, self._named(), 0)

    async def ask(self, outgoing: Outgoing) -> Response:
        """Send one call outside every ladder. Raises Unreachable."""
        return await self._send(outgoing)

    async def try_once(self, outgoing: Outgoing) -> dict[str, Any]:
        """Send one call outside every ladder and tell what came back."""
        try:
            response = await self.ask(outgoing)
        except Unreachable as error:
            return {"status": None, "answer": str(error)}
        return {"status": response.status, "answer": response.body.decode(errors="replace")}

    def attempts(self) -> list[Attempt]:
        return list(self._attempts)

    def clear(self) -> None:
        self._attempts.clear()
        self._held.clear()

    def _named(self) -> str:
        self._number += 1
        return f"notice-{self._number}"

    def _fault(self, kind: str, notice: Notice) -> Fault | None:
        return self._faults.take(notice.platform, kind, notice.kind, notice.orders)

    def _plan(self, notice: Notice, notice_id: str, number: int, after_s: float) -> datetime:
        timer = self._clock.after(
            after_s,
            lambda: self._attempt(notice, notice_id, number),
            f"{notice.platform} {notice.kind} {notice_id} attempt {number + 1}",
        )
        return timer.due

    async def _attempt(self, notice: Notice, notice_id: str, number: int) -> None:
        spoiled = next((f for kind in notice.spoils if (f := self._fault(kind, notice))), None)
        outgoing = notice.compose(spoiled)
        lost = self._fault("notify_lost", notice)
        fault = lost or spoiled
        record = Attempt(
            notice=notice_id,
            platform=notice.platform,
            kind=notice.kind,
            orders=sorted(notice.orders),
            number=number + 1,
            at=self._clock.now(),
            url=outgoing.url,
            headers=dict(outgoing.headers),
            body=outgoing.body.decode(errors="replace"),
            outcome="lost",
            fault=fault.kind if fault else None,
        )
        if not lost:
            record = await self._exchange(record, outgoing, notice)
        if record.outcome != "accepted" and number < len(notice.ladder_s):
            due = self._plan(notice, notice_id, number + 1, notice.ladder_s[number])
            record = replace(record, next_at=due)
        self._attempts.append(record)
        self._release(notice.platform)

    async def _exchange(self, record: Attempt, outgoing: Outgoing, notice: Notice) -> Attempt:
        try:
            async with asyncio.timeout(outgoing.timeout_s):
                response = await self._send(outgoing)
        except (Unreachable, TimeoutError) as error:
            return replace(record, outcome="unreachable", answer=str(error) or "timed out")
        return replace(
            record,
            outcome="accepted" if notice.accepted(response) else "refused",
            status=response.status,
            answer=response.body.decode(errors="replace"),
        )

    async def _once_more(self, notice: Notice, notice_id: str) -> None:
        """Send a double: it has no ladder of its own."""
        await self._attempt(replace(notice, ladder_s=()), notice_id, 0)

    def _release(self, platform: str) -> None:
        for notice, notice_id in self._held.pop(platform, []):
            self._plan(notice, notice_id, 0, 0)


def attempt_json(attempt: Attempt) -> dict[str, Any]:
    """Return an attempt as JSON says it, moments in RFC 3339."""
    value = asdict(attempt)
    for name in ("at", "next_at"):
        value[name] = value[name].isoformat() if value[name] else None
    return value
