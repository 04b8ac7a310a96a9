"""The matching itself: partition by partition, in one process or shared with a helper."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from payment.reconciliation.columns import CODING
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Movement, Side
from payment.reconciliation.matching.cancelling import UnitSums, cancel
from payment.reconciliation.matching.case import MOVEMENTS, Case
from payment.reconciliation.matching.outcome import Matched, Question, Repeated, Sums
from payment.reconciliation.matching.packs import append, read
from payment.reconciliation.matching.partition import Found, match_partition
from payment.reconciliation.matching.rules import MOVED, Verdict
from payment.reconciliation.matching.spool import Spool
from payment.reconciliation.matching.taking import (
    Stretch,
    entries_at,
    places_for,
    stretches,
    take,
)
from payment.reconciliation.matching.twice import Row, Suspect, paid_twice
from payment.reconciliation.matching.words import paid_by

Result = TypeVar("Result")


@contextmanager
def helper(start: str = "spawn") -> Iterator[Executor]:
    """A second process for reading and matching; it ends with the block.

    `fork` has it at once, all modules loaded, but is not safe where other threads run.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context(start)) as pool:
        yield pool


def match(spool: Spool, question: Question, *, helper: Executor | None = None) -> Matched:
    """Match what lies in the spool. Every number ends in exactly one outcome."""
    folder = spool.folder
    cancelled = _shared(helper, _cancel, range(spool.partitions), folder, question)
    agreed = [sums for some, _ in cancelled for sums in some]
    places = places_for(sum(left for _, left in cancelled))
    _shared(helper, _take, stretches(folder), folder, places)
    parts = _shared(helper, match_partitions, range(places), folder, question)
    by_unit = _named(folder, agreed)
    for sums, _, _ in parts:
        for unit, each in sums.items():
            by_unit[unit] = by_unit.get(unit, Sums()) + each
    suspected = sum(count for _, _, count in parts)
    _tell_twice_paid(folder, places, suspected, by_unit)
    return Matched(
        by_unit,
        sum(idle for _, idle, _ in parts),
        partial(_differences, folder, question),
        partial(_repeated, folder),
    )


def _shared(
    helper: Executor | None,
    work: Callable[..., list[Result]],
    parts: Sequence[Any],
    *given: Any,
) -> list[Result]:
    """Work on all parts, with the helper on every other one."""
    if helper is None or len(parts) < 2:
        return work(parts, *given)
    theirs = helper.submit(work, parts[1::2], *given)
    return work(parts[::2], *given) + theirs.result()


def _cancel(
    partitions: Iterable[int], folder: Path, question: Question
) -> list[tuple[list[UnitSums], int]]:
    return [cancel(folder, place, question) for place in partitions]


def _take(some: Sequence[Stretch], folder: Path, places: int) -> list[None]:
    take(folder, some, places)
    return []


def _named(folder: Path, agreed: Iterable[UnitSums]) -> dict[str, Sums]:
    """The sums of each unit; its name is looked up in one of its entries."""
    names: dict[int, str] = {}
    by_unit: dict[str, Sums] = {}
    for each in agreed:
        if each.fingerprint not in names:
            [piece] = entries_at(folder, each.book, np.array([each.where]))
            [names[each.fingerprint]] = (cell.decode(*CODING) for cell in piece.unit_codes)
        unit = names[each.fingerprint]
        by_unit[unit] = by_unit.get(unit, Sums()) + each.sums
    return by_unit


def match_partitions(
    places: Iterable[int], folder: Path, question: Question
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


def _tell_twice_paid(folder: Path, places: int, count: int, by_unit: dict[str, Sums]) -> None:
    """Settle the suspects; a stray whose notice was paid twice does not balance."""
    with open(folder / "found-asked", "wb") as file:
        for settling, suspect in paid_twice(folder, places, count):
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
