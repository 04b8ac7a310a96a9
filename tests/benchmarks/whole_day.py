"""`reconcile DAY` end to end: a store, a bill and a statement of a day, reconciled by a gateway.

Each run is a process of its own, and so is the reference: the matching alone of the same books,
out of files. By itself: `python -m tests.benchmarks.whole_day --lines 1000000`; making the store
takes several times as long as reconciling it, `--folder` keeps it for the next time.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.benchmarks.day_files import BOOKS, make
from tests.benchmarks.day_reconciled import STORE
from tests.benchmarks.reconciling import MOST_MIB, Ran, timed
from tests.benchmarks.report import Fact, Figure, Finding, Ratio, print_findings

_BESIDE = 4  # the day before and another payment method have each a part of so many


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: orders of the day."""
    with TemporaryDirectory(prefix="benchmark-") as folder:
        make(
            Path(folder), operations, before=operations // _BESIDE, elsewhere=operations // _BESIDE
        )
        yield from measure(Path(folder), rounds, operations)


def measure(folder: Path, rounds: int, lines: int) -> Iterator[Finding]:
    """A day that was reconciled before is matched and found the same again."""
    python = [sys.executable, "-m"]
    whole = [*python, "tests.benchmarks.day_reconciled", str(folder), str(lines)]
    alone = [*python, "tests.benchmarks.books_matched", str(folder / BOOKS), str(lines), "1"]
    ran: list[tuple[Ran, Ran]] = [(timed(whole), timed(alone)) for _ in range(rounds)]
    yield from _findings([of_whole for of_whole, _ in ran], [of_alone for _, of_alone in ran])


def _findings(whole: Sequence[Ran], alone: Sequence[Ran]) -> Iterator[Finding]:
    told = json.loads(whole[0].answer)
    found = told["differences"]
    yield Fact("G9", f"a whole day: all {found:,} that can be found, and no other", True)
    both = list(zip(whole, alone, strict=True))
    yield Ratio(
        "G9", "a whole day: time / the matching alone", [a.seconds / b.seconds for a, b in both]
    )
    by_cpu = [a.cpu_seconds / b.cpu_seconds for a, b in both]
    yield Ratio("G9", "a whole day: CPU / the matching alone", by_cpu)
    for name, each in (("a whole day", whole), ("the matching alone", alone)):
        yield Figure(f"{name}: wall", min(one.seconds for one in each), "s")
        yield Figure(f"{name}: CPU", min(one.cpu_seconds for one in each), "s")
        yield Figure(f"{name}: peak", max(one.peak_mib for one in each), "MiB")
    yield Figure("a whole day: reads of the store", told["reads"], "")
    peak = max(one.peak_mib for one in whole)
    yield Fact("G9", f"a whole day peaks at {MOST_MIB} MiB at most", peak <= MOST_MIB)


@click.command()
@click.option("--lines", default=1_000_000, show_default=True, help="Orders of the day.")
@click.option("--rounds", default=1, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Kept, and taken when it is there.")
def main(lines: int, rounds: int, folder: Path | None) -> None:
    """Reconcile a day of any size; a million lines need 12 GB of disk."""
    if folder is None:
        sys.exit(0 if print_findings("whole_day", run(rounds, lines)) else 1)
    if not (folder / STORE).exists():
        folder.mkdir(parents=True, exist_ok=True)
        make(folder, lines, before=lines // _BESIDE, elsewhere=lines // _BESIDE)
    sys.exit(0 if print_findings("whole_day", measure(folder, rounds, lines)) else 1)


if __name__ == "__main__":
    main()
