"""Every benchmark runs, briefly. Nothing here looks at how fast it was."""

import os
from collections.abc import Iterator

import pytest

pytest.importorskip("wechatpayv3")
pytest.importorskip("uvloop")

from tests.benchmarks.__main__ import BENCHMARKS, benchmark
from tests.benchmarks.report import Figure, Ratio

NEEDS = {
    "rush": ("aiosqlite",),
    "end_to_end": ("gunicorn", "fastapi", "aiosqlite", "flask", "uvicorn"),
}
FEW = 64  # one for each connection


@pytest.fixture(autouse=True)
def own_cores() -> Iterator[None]:
    """A benchmark moves to a core of its own; the tests after it shall not stay there."""
    cores = os.sched_getaffinity(0)
    yield
    os.sched_setaffinity(0, cores)


@pytest.mark.processes
@pytest.mark.parametrize("name", sorted(set(BENCHMARKS) - {"stores"}))
def test_a_benchmark_runs_and_finds_something(name: str) -> None:
    for needed in NEEDS.get(name, ()):
        pytest.importorskip(needed)

    findings = list(benchmark(name)(1, FEW))

    assert findings
    assert all(number > 0 for f in findings if isinstance(f, Ratio) for number in f.seen)
    assert all(f.value >= 0 for f in findings if isinstance(f, Figure))
