"""How long the event loop was held up."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

TICK_S = 0.01


@dataclass
class Lag:
    longest_s: float = 0.0


@asynccontextmanager
async def longest_lag() -> AsyncIterator[Lag]:
    lag = Lag()

    async def tick() -> None:
        while True:
            started = time.monotonic()
            await asyncio.sleep(TICK_S)
            lag.longest_s = max(lag.longest_s, time.monotonic() - started - TICK_S)

    ticking = asyncio.create_task(tick())
    yield lag
    ticking.cancel()
