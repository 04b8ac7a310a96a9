"""How a call to somebody else can go wrong, and the line it travels on."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import TypeVar

from channel_gateway.domain.errors import GatewayError, TooMany, Unavailable

Answer = TypeVar("Answer")

HOP_S = 0.1  # one way
PATIENCE_S = 10.0  # then the caller gives up


class Fault(StrEnum):
    FAILED = "failed"  # it never arrived
    LOST = "lost"  # it was done; the answer never came
    LATE = "late"  # the caller gave up; it arrives a good while later
    SLOW = "slow"  # it is done at once; the answer comes a good while later
    BUSY = "busy"  # ask less often


class Line:
    """Carries calls to one other side, with the faults that were put on it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.down = False
        self._faults: dict[str, deque[tuple[Fault, float]]] = defaultdict(deque)

    def put(self, call: str, fault: Fault, delay_s: float) -> None:
        """The next such call goes wrong."""
        self._faults[call].append((fault, delay_s))

    def heal(self) -> None:
        self.down = False
        self._faults.clear()

    async def carry(self, call: str, act: Callable[[], Answer]) -> Answer:
        await asyncio.sleep(HOP_S)
        waiting = self._faults[call]
        fault, delay_s = waiting.popleft() if waiting else (None, 0.0)
        if fault is Fault.BUSY:
            raise TooMany(retry_after_s=60)
        if self.down or fault is Fault.FAILED:
            raise Unavailable(f"{self.name} did not hear of {call}")
        if fault is Fault.LATE:
            asyncio.get_running_loop().call_later(PATIENCE_S + delay_s, _unheard, act)
            await asyncio.sleep(PATIENCE_S)
            raise Unavailable(f"{self.name} took too long for {call}")
        answer = act()
        await asyncio.sleep(HOP_S + (min(delay_s, PATIENCE_S) if fault is Fault.SLOW else 0))
        if fault is Fault.LOST:
            raise Unavailable(f"the answer to {call} was lost")
        return answer


def _unheard(act: Callable[[], object]) -> None:
    """What a late call brings about is told to nobody, a refusal neither."""
    with suppress(GatewayError):
        act()
