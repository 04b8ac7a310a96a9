"""Ask every check of a back end, one after the other, and keep what came of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum

from channel_gateway.conformance.bench import Bench, Failed
from channel_gateway.conformance.checks import Check, checks_for


class Result(StrEnum):
    HOLDS = "holds"
    FAILED = "failed"
    NOT_ASKED = "not asked"  # the back end cannot be reached at all


@dataclass(frozen=True, slots=True)
class Outcome:
    check: Check
    result: Result
    why: str = ""


async def outcomes(bench: Bench) -> AsyncIterator[Outcome]:
    """Every check's outcome, as it comes. When the first gets no answer, the others are not asked.

    Each is made of invented appointments and keys of its own.
    """
    unreachable = ""
    for check in checks_for(with_seats=bench.back_end.place is not None):
        if unreachable:
            yield Outcome(check, Result.NOT_ASKED, unreachable)
            continue
        try:
            await check.ask(bench)
        except Failed as failed:
            yield Outcome(check, Result.FAILED, str(failed))
            if not bench.has_answered:
                unreachable = "nothing has answered yet"
        else:
            yield Outcome(check, Result.HOLDS)
