"""Ours: three books of a day spooled and matched, in a process of its own.

`python -m tests.benchmarks.books_matched FOLDER LINES PROCESSES` ends with 1, and says so, unless
every planted difference is found and classified, and none invented.
"""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from payment.connectors.bill_table import Layout
from payment.connectors.regular_lines import Lines, numbers
from payment.connectors.wechat_pay.bill_columns import columns
from payment.reconciliation.cells import Text
from payment.reconciliation.columns import SILENT, Columns
from payment.reconciliation.entries import Movement, Side
from payment.reconciliation.matching import (
    Filled,
    Matched,
    Question,
    Spool,
    fill,
    helper,
    match,
    partitions_for,
)
from tests.benchmarks.day_books import DAY, ROWS, planted

ASKED = Question(date.fromisoformat(DAY), "wechat_pay")


_LAYOUT = Layout(
    {name: place for place, name in enumerate(ROWS.strip().split(","))},
    b"",
    b",",
    b"",
    b"\n",
    "ascii",
)
_AT_ONCE = 2**20  # bytes


def rows(path: Path) -> Iterator[Columns]:
    """The lines of a journal or a statement, as exported."""
    with open(path, "rb") as file:
        begin = len(file.readline())
        while text := file.read(_AT_ONCE) + file.readline():
            yield from _columns(Lines(Text.of(text, path=str(path), begin=begin), _LAYOUT))
            begin += len(text)


def _columns(lines: Lines) -> Iterator[Columns]:
    fens, are_fens = numbers(lines.cells("amount_fen"))
    fees, are_fees = numbers(lines.cells("fee_e5"))
    fees[lines.cells("fee_e5").lengths == 0] = SILENT
    if not (lines.whole.all() and are_fens.all() and (are_fees | (fees == SILENT)).all()):
        raise ValueError("not lines as they are exported")
    orders, refunds = lines.cells("order_id"), lines.cells("refund_no")
    paid = refunds.lengths == 0
    for movement, of, those in (
        (Movement.PAYMENT, orders, paid),
        (Movement.REFUND, refunds, ~paid),
    ):
        piece = Columns(
            movement,
            of,
            lines.cells("transaction"),
            fens,
            lines.cells("state"),
            lines.cells("at"),
            fees,
            orders,
            lines.cells("pay_code"),
            lines.cells("unit_code"),
        )
        yield piece if those.all() else piece.taken(np.flatnonzero(those))


def alone(folder: Path, spool: Spool) -> Matched:
    fill(spool.folder, spool.partitions, "", [_bill(folder), *_ours(folder)])
    _put_near(folder, spool)
    return match(spool, ASKED)


def with_a_helper(folder: Path, spool: Spool) -> Matched:
    """The helper reads journal and statement: half of the work, as the bill has lines of twice
    their length.
    """
    with helper("fork") as other:
        filling = other.submit(fill, spool.folder, spool.partitions, "ours", _ours(folder))
        fill(spool.folder, spool.partitions, "bill", [_bill(folder)])
        _put_near(folder, spool)
        filling.result()
        return match(spool, ASKED, helper=other)


def _bill(folder: Path) -> Filled:
    return Side.CHANNEL, columns, folder / "bill.csv"


def _ours(folder: Path) -> tuple[Filled, Filled]:
    return (
        (Side.GATEWAY, rows, folder / "journal.csv"),
        (Side.FINANCE, rows, folder / "statement.csv"),
    )


def _put_near(folder: Path, spool: Spool) -> None:
    spool.lay(Side.GATEWAY, rows(folder / "near.csv"), near=True)


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
