"""What a benchmark says: ratios beside their aims, and figures that only give the size."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """A ratio to a reference, one number per round; the aim is on the median."""

    goal: str  # its number in docs/reference/benchmarks.md
    what: str
    seen: Sequence[float]
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_met(self) -> bool:
        middle = statistics.median(self.seen)
        return (self.at_least is None or middle >= self.at_least) and (
            self.at_most is None or middle <= self.at_most
        )

    def __str__(self) -> str:
        low, middle, high = min(self.seen), statistics.median(self.seen), max(self.seen)
        figures = f"{low:7.3g} {middle:7.3g} {high:7.3g}"
        if self.at_least is None and self.at_most is None:
            return f"{self.goal:4}{self.what:62}{figures}"
        aim = f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"
        return (
            f"{self.goal:4}{self.what:62}{figures}   {aim:7} {'met' if self.is_met else 'MISSED'}"
        )


@dataclass(frozen=True)
class Figure:
    """A number for the size of things; it depends on the machine and has no aim."""

    what: str
    value: float
    unit: str

    def __str__(self) -> str:
        return f"    {self.what:62}{self.value:,.1f} {self.unit}"


@dataclass(frozen=True)
class Fact:
    """Something that holds or does not, whatever the machine."""

    goal: str
    what: str
    is_met: bool

    def __str__(self) -> str:
        return f"{self.goal:4}{self.what:62}{'met' if self.is_met else 'MISSED'}"


Finding = Ratio | Figure | Fact

HEADING = f"{'':66}{'min':>7} {'median':>7} {'max':>7}   aim"


def print_findings(name: str, findings: Iterable[Finding]) -> bool:
    """Print a benchmark's findings; returns whether every aim is met."""
    print(f"\n{name}\n{HEADING}")
    met = True
    for finding in findings:
        print(finding, flush=True)
        met &= isinstance(finding, Figure) or finding.is_met
    return met
