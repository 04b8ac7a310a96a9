"""Ours: three books of a day spooled and matched, in a process of its own.

`python -m tests.benchmarks.books_matched FOLDER LINES PROCESSES` ends with 1, and says so, unless
every planted difference is found and classified, and none invented.
"""

import re
import sys
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from payment.connectors.bill_table import BLOCK_BYTES
from payment.connectors.wechat_pay.bill_columns import columns
from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.entries import Entry, Movement, Side
from payment.reconciliation.matching import (
    Book,
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


# A payment that is done, as nearly all lines are; the amounts have no noughts in front.
_PAID = re.compile(
    rb"(?m:^)payment,([!-+\--~]++),,([!-+\--~]++),([1-9]\d*+),"
    rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(done),(-?[1-9]\d*+)?+,([!-+\--~]*+),([!-+\--~]*+)\n"
)
_GROUPS = _PAID.groups


def rows(path: Path, quarters: range = range(4)) -> Iterator[Columns]:
    """The lines of a journal or a statement, as exported, or those that begin in a part of it."""
    first, last = (path.stat().st_size * each // 4 for each in (quarters.start, quarters.stop))
    with open(path, "rb") as file:
        file.seek(first)
        file.readline()
        while (left := last + 1 - file.tell()) > 0:
            text = file.read(min(left, BLOCK_BYTES)) + file.readline()
            if not text:
                return
            odd, *parts = _PAID.split(text)
            orders, transactions, fens, moments, states, fees, codes, units = (
                parts[place :: _GROUPS + 1] for place in range(_GROUPS)
            )
            if orders:
                fees = [fee or b"" for fee in fees]
                yield Columns(
                    Movement.PAYMENT,
                    *(orders, transactions, fens, states, moments, fees, orders, codes, units),
                )
            odd += b"".join(parts[_GROUPS :: _GROUPS + 1])
            yield from columns_of(map(_entry, odd.decode("ascii").splitlines()))


def _entry(line: str) -> Entry:
    movement, order_id, refund_no, transaction, fen, at, state, fee, code, unit = line.split(",")
    fee_e5 = int(fee) if fee else None
    return Entry(
        movement, order_id, refund_no, transaction, int(fen), at, state, fee_e5, code, unit
    )


def alone(folder: Path, spool: Spool) -> Matched:
    fill(spool.folder, spool.partitions, "", [_bill(folder), *_ours(folder)])
    _put_near(folder, spool)
    return match(spool, ASKED)


def with_a_helper(folder: Path, spool: Spool) -> Matched:
    """The helper reads journal and most of the statement, and takes half of the partitions."""
    journal, most, rest = _ours(folder)
    with helper("fork") as other:
        filling = other.submit(fill, spool.folder, spool.partitions, "ours", [journal, most])
        fill(spool.folder, spool.partitions, "bill", [_bill(folder), rest])
        _put_near(folder, spool)
        filling.result()
        return match(spool, ASKED, helper=other)


def _bill(folder: Path) -> Book:
    return Side.CHANNEL, columns, folder / "bill.csv"


def _ours(folder: Path) -> tuple[Book, Book, Book]:
    """The journal, and the statement in two parts: with the first of them, half of all the work."""
    statement = folder / "statement.csv"
    most, rest = partial(rows, quarters=range(3)), partial(rows, quarters=range(3, 4))
    return (
        (Side.GATEWAY, rows, folder / "journal.csv"),
        (Side.FINANCE, most, statement),
        (Side.FINANCE, rest, statement),
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
