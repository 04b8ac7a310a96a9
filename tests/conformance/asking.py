"""The kit against an address, in this process: which checks failed, and why."""

from __future__ import annotations

from channel_gateway.conformance.bench import BackEnd, Bench, Patience
from channel_gateway.conformance.line import SocketLine
from channel_gateway.conformance.running import Outcome, Result, outcomes
from channel_gateway.ports import Clock
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.world import SystemRandomness, WallClock


async def ask(
    back_end: BackEnd, *, clock: Clock | None = None, patience: Patience
) -> tuple[list[Outcome], list[str]]:
    """Every outcome, and what the kit would have somebody look at."""
    async with AiohttpSender() as http:
        bench = Bench(
            back_end, SocketLine(http), clock or WallClock(), SystemRandomness(), patience
        )
        return [outcome async for outcome in outcomes(bench)], bench.to_look_at


def failed(found: list[Outcome]) -> dict[str, str]:
    return {each.check.name: each.why for each in found if each.result is Result.FAILED}
