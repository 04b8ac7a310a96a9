"""Checks of how long the back end took, over all that it was sent before."""

from channel_gateway.conformance.bench import Answered, Bench, Failed


async def events_in_time(bench: Bench) -> None:
    _in_time(bench.slowest_event, bench.patience.event_s)


async def answers_in_time(bench: Bench) -> None:
    _in_time(bench.slowest_question, bench.patience.question_s)


def _in_time(slowest: Answered | None, allowed_s: float) -> None:
    if slowest is not None and slowest.taken_s > allowed_s:
        late = f"{slowest.type} was answered after {slowest.taken_s:.1f} s"
        raise Failed(f"{late}; {allowed_s:g} s are allowed")
