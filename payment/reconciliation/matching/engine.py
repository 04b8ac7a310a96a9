"""The matching itself: partition by partition, in one process or shared with a helper."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Movement, Side
from payment.reconciliation.matching.case import MOVEMENTS, Case
from payment.reconciliation.matching.outcome import Matched, Question, Repeated, Sums
from payment.reconciliation.matching.partition import Found, match_partition
from payment.reconciliation.matching.rules import MOVED, Verdict
from payment.reconciliation.matching.spool import Spool, append, read
from payment.reconciliation.matching.twice import Row, Suspect, paid_twice
from payment.reconciliation.matching.words import paid_by


@contextmanager
def helper(start: str = "spawn") -> Iterator[Executor]:
    """A second process for reading and matching; it ends with the block.

    `fork` has it at once, all modules loaded, but is not safe where other threads run.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context(start)) as pool:
        yield pool


def match(spool: Spool, question: Question, *, helper: Executor | None = None) -> Matched:
    """Match what lies in the spool. Every number ends in exactly one outcome."""
    places = range(spool.partitions)
    if helper is None:
        parts = match_partitions(spool.folder, places, question)
    else:
        theirs = helper.submit(match_partitions, spool.folder, places[1::2], question)
        parts = match_partitions(spool.folder, places[::2], question) + theirs.result()
    by_unit: dict[str, Sums] = {}
    for sums, _, _ in parts:
        for unit, each in sums.items():
            by_unit[unit] = by_unit.get(unit, Sums()) + each
    suspected = sum(count for _, _, count in parts)
    _tell_twice_paid(spool, suspected, by_unit)
    return Matched(
        by_unit,
        sum(idle for _, idle, _ in parts),
        partial(_differences, spool.folder, question),
        partial(_repeated, spool.folder),
    )


def match_partitions(
    folder: Path, places: Iterable[int], question: Question
) -> list[tuple[dict[str, Sums], int, int]]:
    """Write what is found beside the spool; returns sums, idle numbers, and suspects."""
    parts = []
    for place in places:
        found = match_partition(folder, place, question)
        kept, asked = _rows(found)
        with open(folder / f"found-{place}", "wb") as file:
            append(file, kept)
        with open(folder / f"suspects-{place}", "wb") as file:
            for suspect in asked:
                append(file, tuple(suspect))
        with open(folder / f"repeated-{place}", "wb") as file:
            append(
                file, [(r.side.value, r.movement.value, *astuple(r)[2:]) for r in found.repeated]
            )
        parts.append((dict(found.by_unit), found.idle, len(asked)))
    return parts


def _rows(found: Found) -> tuple[list[Row], list[Suspect]]:
    """The differences that stand, and the payments of which more must be known."""
    kept, asked = [], []
    for verdict, case in found.differences:
        row = _row(verdict, case)
        if verdict.kind is Kind.CALLBACK_LOST and case.first("pay_code"):
            asked.append(_suspect(case, row, stray=False))
        else:
            kept.append(row)
    for case in found.strays:
        if case.first("pay_code") and case.anyone().letter == "P":
            row = _row(Verdict(Kind.PAID_TWICE), case)
            asked.append(_suspect(case, row, stray=True))
    return kept, asked


def _suspect(case: Case, row: Row, *, stray: bool) -> Suspect:
    paid = case.own[Side.CHANNEL] or case.near[Side.CHANNEL]
    order_id = case.anyone().order_id
    return Suspect(
        case.first("pay_code"), order_id, paid[0].at, stray, case.first("unit_code"), row
    )


def _row(verdict: Verdict, case: Case) -> Row:
    told = case.anyone()
    refund_no = told.number if told.letter == "R" else ""
    movement = MOVEMENTS[told.letter].value
    return (
        verdict.kind.value,
        movement,
        case.first("order_id"),
        refund_no,
        case.first("transaction"),
        case.first("pay_code"),
        case.first("unit_code"),
        *map(case.amount_fen, Side),
        _apart(case),
        verdict.detail,
    )


def _apart(case: Case) -> int:
    """What the channel's books of this very day have more of it than ours."""
    channel = sum(record.moved for record in case.own[Side.CHANNEL])
    return channel - sum(r.moved for r in case.own[Side.GATEWAY] if r.state in MOVED)


def _tell_twice_paid(spool: Spool, count: int, by_unit: dict[str, Sums]) -> None:
    """Settle the suspects; a stray whose notice was paid twice does not balance."""
    with open(spool.folder / "found-asked", "wb") as file:
        for settling, suspect in paid_twice(spool.folder, spool.partitions, count):
            if settling:
                append(file, [(Kind.PAID_TWICE.value, *suspect.row[1:-1], paid_by(settling))])
            elif not suspect.stray:
                append(file, [suspect.row])
            if settling and suspect.stray:
                sums = by_unit[suspect.unit_code]
                by_unit[suspect.unit_code] = replace(sums, balanced=sums.balanced - 1)


def _differences(folder: Path, question: Question) -> Iterator[Difference]:
    for path in sorted(folder.glob("found-*")):
        for rows in read(path):
            for kind, movement, *rest in rows:
                yield Difference(
                    Kind(kind), question.day, question.method, Movement(movement), *rest
                )


def _repeated(folder: Path) -> Iterator[Repeated]:
    for path in sorted(folder.glob("repeated-*")):
        for rows in read(path):
            for side, movement, *rest in rows:
                yield Repeated(Side(side), Movement(movement), *rest)
