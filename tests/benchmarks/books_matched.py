"""Ours: three books of a day spooled and matched, in a process of its own.

`python -m tests.benchmarks.books_matched FOLDER LINES PROCESSES` ends with 1, and says so, unless
every planted difference is found and classified, and none invented.
"""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from payment.connectors.wechat_pay.bill_lines import entries
from payment.reconciliation.entries import Entry, Side
from payment.reconciliation.matching import (
    Matched,
    Question,
    Spool,
    fill,
    helper,
    match,
    partitions_for,
)
from tests.benchmarks.day_books import DAY, planted

ASKED = Question(date.fromisoformat(DAY), "wechat_pay")


def rows(path: Path) -> Iterator[Entry]:
    """The lines of a journal or a statement, as exported."""
    with open(path, encoding="ascii") as file:
        file.readline()
        for line in file:
            cells = line[:-1].split(",")
            movement, order_id, refund_no, transaction, fen, at, state, fee, code, unit = cells
            fee_e5 = int(fee) if fee else None
            yield Entry(
                movement, order_id, refund_no, transaction, int(fen), at, state, fee_e5, code, unit
            )


def alone(folder: Path, spool: Spool) -> Matched:
    spool.put(Side.CHANNEL, entries(folder / "bill.csv"))
    _put_ours(folder, spool)
    return match(spool, ASKED)


def with_a_helper(folder: Path, spool: Spool) -> Matched:
    """The helper reads the bill meanwhile, and takes half of the partitions."""
    with helper() as other:
        bill = folder / "bill.csv"
        filling = other.submit(
            fill, spool.folder, spool.partitions, "bill", Side.CHANNEL, entries, bill
        )
        _put_ours(folder, spool)
        filling.result()
        return match(spool, ASKED, helper=other)


def _put_ours(folder: Path, spool: Spool) -> None:
    spool.put(Side.GATEWAY, rows(folder / "journal.csv"))
    spool.put(Side.GATEWAY, rows(folder / "near.csv"), near=True)
    spool.put(Side.FINANCE, rows(folder / "statement.csv"))


def wrong(matched: Matched, lines: int) -> list[tuple[str, str]]:
    """What was planted and not found, or found and not planted, as kind and number."""
    found = {(each.kind.value, each.refund_no or each.order_id) for each in matched.differences()}
    found |= {("repeated", each.number) for each in matched.repeated()}
    return sorted(found ^ set(planted(lines)))


def main(folder: Path, lines: int, processes: int) -> None:
    with TemporaryDirectory(dir=folder) as spooled:
        spool = Spool(Path(spooled), partitions_for(lines))
        matched = (with_a_helper if processes > 1 else alone)(folder, spool)
        mistakes = wrong(matched, lines)
    if mistakes:
        sys.exit(f"{len(mistakes)} mistakes, the first: {mistakes[0]}")
    print(len(set(planted(lines))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
