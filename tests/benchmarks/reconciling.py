"""A day's three books matched: ours against the bare join of DuckDB, Polars and pandas, same files.

Each runs in a process of its own, one after the other in shuffled order, on whatever cores there
are. By itself, for other sizes: `python -m tests.benchmarks.reconciling --lines 10000000`.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.benchmarks.day_books import planted, write
from tests.benchmarks.report import Fact, Figure, Finding, Ratio, print_findings

PEERS = ("duckdb", "polars", "pandas")
ALONE, SHARED = "ours, one process", "ours, two processes"
MOST_MIB = 150


@dataclass(frozen=True)
class Ran:
    seconds: float
    cpu_seconds: float  # of all its threads and children
    peak_mib: float  # of the largest process
    answer: str


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: orders of the day."""
    yield from compare(rounds, operations, PEERS)


def compare(rounds: int, lines: int, peers: tuple[str, ...]) -> Iterator[Finding]:
    there = [peer for peer in peers if find_spec(peer)]
    for peer in set(peers) - set(there):
        yield Figure(f"{peer} is not installed: `pip install .[bench]`", 0, "")
    with TemporaryDirectory(prefix="benchmark-") as folder:
        write(Path(folder), lines)
        commands = _commands(Path(folder), lines, there)
        ran: dict[str, list[Ran]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name in random.sample(list(commands), len(commands)):
                ran[name].append(timed(commands[name]))
    yield from _findings(ran, lines, there)


def _commands(folder: Path, lines: int, peers: list[str]) -> Mapping[str, list[str]]:
    ours = [sys.executable, "-m", "tests.benchmarks.books_matched", str(folder), str(lines)]
    joins = [sys.executable, "-m", "tests.benchmarks.bare_joins"]
    return {
        ALONE: [*ours, "1"],
        SHARED: [*ours, "2"],
        **{peer: [*joins, peer, str(folder)] for peer in peers},
    }


def timed(command: list[str]) -> Ran:
    """Run a command to its end; `wait4` tells the most memory that it, or a child of it, had."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    with process.stdout as printed:
        said = printed.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[2:])} failed:\n{said}")
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return Ran(seconds, cpu_seconds, usage.ru_maxrss / 1024, said.split()[-1])


def _findings(ran: Mapping[str, list[Ran]], lines: int, peers: list[str]) -> Iterator[Finding]:
    told = set(planted(lines))
    differ = {number for kind, number in told if kind != "repeated"}
    yield Fact("G9", f"all {len(told):,} planted differences, each of its kind, and no other", True)
    for peer in peers:
        same = {each.answer for each in ran[peer]} == {str(len(differ))}
        yield Fact("G9", f"{peer} finds the same numbers to differ", same)
    yield from _ratios(ran, peers)
    for name, each in ran.items():
        yield Figure(f"{name}: wall", min(one.seconds for one in each), "s")
        yield Figure(f"{name}: CPU", min(one.cpu_seconds for one in each), "s")
        yield Figure(f"{name}: peak", max(one.peak_mib for one in each), "MiB")
    peak = max(one.peak_mib for name in (ALONE, SHARED) for one in ran[name])
    yield Fact("G9", f"a process of ours peaks at {MOST_MIB} MiB at most", peak <= MOST_MIB)


def _ratios(ran: Mapping[str, list[Ran]], peers: list[str]) -> Iterator[Finding]:
    """By the clock, and by CPU too: that is what tells on a machine where others work."""

    def times(slower: str, faster: str) -> list[float]:
        pairs = zip(ran[slower], ran[faster], strict=True)
        return [one.seconds / other.seconds for one, other in pairs]

    def cpu_times(slower: str, faster: str) -> list[float]:
        pairs = zip(ran[slower], ran[faster], strict=True)
        return [one.cpu_seconds / other.cpu_seconds for one, other in pairs]

    aims: Mapping[str, Mapping[str, float]] = {"pandas": {"at_least": 1.4}}
    for peer in sorted(set(peers) - {"duckdb"}):
        what = f"{ALONE}: times as fast as {peer}"
        yield Ratio("G9", what, times(peer, ALONE), **aims.get(peer, {}))
        yield Ratio("G9", f"{what}, by CPU", cpu_times(peer, ALONE))
    if "duckdb" in peers:
        yield Ratio("G9", f"{SHARED}: time / DuckDB's", times(SHARED, "duckdb"), at_most=2.5)
        yield Ratio("G9", f"{SHARED}: CPU / DuckDB's", cpu_times(SHARED, "duckdb"))
        yield Ratio("G9", f"{ALONE}: time / DuckDB's", times(ALONE, "duckdb"))
    yield Ratio("G9", f"{ALONE}: time / in two processes", times(ALONE, SHARED))


@click.command()
@click.option("--lines", default=1_000_000, show_default=True, help="Orders of the day.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--peer", "peers", multiple=True, type=click.Choice(PEERS), default=PEERS)
def main(lines: int, rounds: int, peers: tuple[str, ...]) -> None:
    """Match a day of any size; ten million need 15 GB of disk, and of memory for some peers."""
    sys.exit(0 if print_findings("reconciling", compare(rounds, lines, peers)) else 1)


if __name__ == "__main__":
    main()
