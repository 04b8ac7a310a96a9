"""What a rush has shown: ratios to the others, seats and writes counted, and who came first."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.benchmarks.load import Outcome
from tests.benchmarks.processes import TICK_S
from tests.benchmarks.report import Fact, Figure, Finding, Ratio

OURS, BARE = "gateway", "bare aiohttp"
BOOKED, REFUSED = 201, 409


@dataclass
class Run:
    """What a server did with one rush."""

    outcome: Outcome
    cpu_s: float
    seats: int
    sold: int = 0  # as the store has it
    wrote: int = 0  # what the store counted meanwhile
    wrote_sold_out: int = 0  # and while more came afterwards

    @property
    def per_second(self) -> float:
        return len(self.outcome.answers) / self.outcome.seconds

    @property
    def per_cpu_second(self) -> float:
        return len(self.outcome.answers) / max(self.cpu_s, TICK_S)

    @property
    def winners(self) -> list[int]:
        """Who got a seat, by the order in which they came."""
        return sorted(each.number for each in self.outcome.answers if each.status == BOOKED)

    @property
    def overtaken(self) -> int:
        """How many of the first, one for each seat, went away without one."""
        return self.seats - sum(number < self.seats for number in self.winners)


Round = dict[str, Run]  # by server


def findings(engine: str, others: Sequence[str], rounds: Sequence[Round]) -> Iterator[Finding]:
    for other in others:
        seen = [each[OURS].per_second / each[other].per_second for each in rounds]
        yield Ratio("G8", f"{engine}: answers a second / {other}", seen, at_least=1.35)
        seen = [each[OURS].per_cpu_second / each[other].per_cpu_second for each in rounds]
        yield Ratio("", "the same by CPU", seen)
        seen = [
            each[OURS].outcome.latency(0.99) / each[other].outcome.latency(0.99) for each in rounds
        ]
        yield Ratio("G8", f"{engine}: p99 of all / {other}", seen, at_most=0.5)
    for name in (OURS, *others):
        seen = [each[name].per_second / each[BARE].per_second for each in rounds]
        yield Ratio("", f"{engine}: answers a second: {name} / {BARE}", seen)
    ours = [each[OURS] for each in rounds]
    seats = ours[0].seats
    exactly = all(run.sold == len(run.winners) == seats for run in ours)
    yield Fact("G8", f"{engine}: exactly {seats} acknowledged and in the store", exactly)
    silent = all(run.wrote_sold_out == 0 for run in ours)
    yield Fact("G8", f"{engine}: once sold out, nothing is written", silent)
    for name in (OURS, *others):
        yield from _figures(f"{engine}: {name}", [each[name] for each in rounds])
    rate = statistics.median(each[BARE].per_second for each in rounds)
    yield Figure(f"{engine}: {BARE}", rate, "a second")
    wrote = statistics.median(run.wrote for run in ours)
    if wrote >= seats:  # SQLite says that there were some, not how many
        yield Figure(f"{engine}: {OURS}: changes the store counted", wrote, "")


def _figures(who: str, runs: Sequence[Run]) -> Iterator[Finding]:
    yield Figure(who, statistics.median(run.per_second for run in runs), "a second")
    for what, status in (("with a seat", BOOKED), ("sold out", REFUSED)):
        told = [run.outcome for run in runs if status in run.outcome.statuses]
        for part in (0.5, 0.99) if told else ():
            times = [1000 * outcome.latency(part, status) for outcome in told]
            yield Figure(f"{who}: {what}, p{part * 100:.0f}", statistics.median(times), "ms")
    overtaken = statistics.median(run.overtaken for run in runs)
    yield Figure(f"{who}: of the first {runs[0].seats}, without a seat", overtaken, "citizens")
    last = statistics.median(run.winners[-1] + 1 for run in runs)
    yield Figure(f"{who}: the last seat went to arrival number", last, "")
