"""Cases measured side by side, so that what disturbs the machine disturbs them alike."""

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SLICES = 15  # of each case in a round


@dataclass(frozen=True)
class Case:
    """An operation and the inputs it is measured over, each of them used once a slice."""

    name: str
    run: Callable[[Any], object]
    inputs: Sequence[Any]


Round = dict[str, float]  # case → operations in a second of CPU time


def in_rounds(
    cases: Sequence[Case], rounds: int, reference: Callable[[], Round] = dict
) -> list[Round]:
    """Measure `rounds` times, slices shuffled.

    `reference` is what another program measures of itself: asked before and after, and averaged.
    """
    gc.collect()
    gc.freeze()  # as a running gateway does; what waits here to be used is no garbage
    measured = []
    for _ in range(rounds):
        before = reference()
        ours = _one_round(cases)
        after = reference()
        measured.append(ours | {name: (before[name] + after[name]) / 2 for name in before})
    return measured


def ratios(rounds: Iterable[Round], case: str, reference: str) -> list[float]:
    """How many times as fast as the reference, in each round."""
    return [each[case] / each[reference] for each in rounds]


def microseconds(rounds: Iterable[Round], case: str) -> float:
    """CPU time of one operation: the best round's."""
    return 1e6 / max(each[case] for each in rounds)


def _one_round(cases: Sequence[Case]) -> Round:
    slices = [case for case in cases for _ in range(SLICES)]
    random.shuffle(slices)
    seconds: dict[str, list[float]] = {case.name: [] for case in cases}
    for case in slices:
        run = case.run
        started = time.thread_time()
        for each in case.inputs:
            run(each)
        seconds[case.name].append((time.thread_time() - started) / len(case.inputs))
    return {name: 1 / statistics.median(times) for name, times in seconds.items()}
