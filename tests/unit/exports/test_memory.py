"""However many rows there are, the memory of a few is enough."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_PROGRAM = """
import asyncio, resource, sys
from pathlib import Path
from payment.exports.what import FileFormat
from tests.unit.exports.samples import row, written

class Many:
    def __init__(self, count):
        self.count = count
    def __iter__(self):
        return (row(f"G20260302{n:020d}", n) for n in range(self.count))

folder, form, count = Path(sys.argv[1]), FileFormat(sys.argv[2]), int(sys.argv[3])
_, told = asyncio.run(written(folder, form, Many(count)))
assert told.rows == count
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_kib(folder: Path, form: str, count: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder), form, str(count)],
        cwd=_ROOT, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    return int(done.stdout)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_hundred_thousand_rows_take_no_more_memory_than_a_thousand(tmp_path, form):
    few, many = (peak_kib(tmp_path, form, count) for count in (1_000, 100_000))
    assert many - few < 8 * 1024
