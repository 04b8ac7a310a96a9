"""A folder in which `day_reconciled` finds a day: its bill and finance's statement, those of the
day before, which only explain, and the store. Finance's statement has what another payment method
took as well.

`python -m tests.benchmarks.day_files FOLDER LINES BEFORE ELSEWHERE` makes it, in minutes.
"""

import asyncio
import os
import re
import sys
from itertools import islice
from pathlib import Path

from channel_gateway.bootstrap import assemble
from tests.benchmarks.day_books import DAY, DAY_BEFORE, write
from tests.benchmarks.day_reconciled import Nowhere, Stopped, settings
from tests.benchmarks.day_stored import BEFORE, ELSEWHERE, fill

BOOKS = "books"  # the day's files alone, as `books_matched` matches them
_NUMBER = re.compile(rb"fee(?=[0-9]{10},)")  # before it may be the same letters of a hash
_PLANTED = re.compile(rb"fee[0-9]{7}500,")
_OTHERS = ((b"42000021", b"42000020"), (b"32068226", b"33068226"))  # transactions, pay codes


def make(folder: Path, lines: int, *, before: int, elsewhere: int) -> None:
    """`before`: lines of the day before; `elsewhere`: of another payment method, on the day."""
    bill, statement = folder / f"bill-{DAY}.csv", folder / f"statement-{DAY}.csv"
    (folder / BOOKS).mkdir()
    books = write(folder / BOOKS, lines)
    os.link(books.bill, bill)
    statement.write_bytes(books.statement.read_bytes())
    beside = folder / "beside"
    beside.mkdir()
    books = write(beside, before)
    _copy(books.bill, folder / f"bill-{DAY_BEFORE}.csv", BEFORE, DAY_BEFORE)
    _copy(books.statement, folder / f"statement-{DAY_BEFORE}.csv", BEFORE, DAY_BEFORE)
    books = write(beside, elsewhere)
    _copy(books.statement, statement, ELSEWHERE, DAY, more=True)
    asyncio.run(_fill(folder, lines, before=before, elsewhere=elsewhere))


def _copy(source: Path, into: Path, mark: str, day: str, *, more: bool = False) -> None:
    """The same lines under other numbers; `more`: what is fine, behind what is there."""
    with open(source, "rb") as file, open(into, "ab" if more else "wb") as copy:
        for line in islice(file, 1 if more else 0, None):
            if not (more and _PLANTED.search(line)):
                named = _NUMBER.sub(mark.encode(), line).replace(DAY.encode(), day.encode())
                for was, now in _OTHERS:
                    named = named.replace(was, now)
                copy.write(named)


async def _fill(folder: Path, lines: int, *, before: int, elsewhere: int) -> None:
    gateway = assemble(settings(folder), Nowhere(), clock=Stopped())
    await gateway.store.open()
    await fill(gateway.store, lines, before=before, elsewhere=elsewhere)
    await gateway.store.close()


if __name__ == "__main__":
    lines, before, elsewhere = map(int, sys.argv[2:])
    make(Path(sys.argv[1]), lines, before=before, elsewhere=elsewhere)
