"""A partition: what agrees cancels out, the rest are cases. Pure over files."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from payment.reconciliation.columns import CODING
from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import EntryState, Side
from payment.reconciliation.matching.cancelling import (
    Cancelled,
    Shelves,
    cancel,
    named,
    put_back,
    sums_by_unit,
    sums_of,
)
from payment.reconciliation.matching.case import MOVEMENTS, Case
from payment.reconciliation.matching.outcome import Question, Repeated, Sums
from payment.reconciliation.matching.rules import Verdict, judge
from payment.reconciliation.matching.shelf import Shelf


@dataclass(slots=True)
class Found:
    """A partition's outcomes."""

    by_unit: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    idle: int = 0
    differences: list[tuple[Verdict, Case]] = field(default_factory=list)
    strays: list[Case] = field(default_factory=list)  # they balance, unless it was paid twice
    repeated: list[Repeated] = field(default_factory=list)

    def add(self, verdict: Verdict | None, case: Case) -> None:
        if verdict is None:
            self.idle += any(case.own.values())
        elif verdict.kind is not Kind.BALANCED:
            self.differences.append((verdict, case))
        elif case.own[Side.GATEWAY][0].state == EntryState.STRAY:
            self.strays.append(case)


def match_partition(folder: Path, place: int, question: Question) -> Found:
    shelves = {side: Shelf.of(folder, side, place) for side in Side}
    if not question.three_ways:
        shelves[Side.FINANCE] = Shelf()
    found, cancelled = Found(), cancel(shelves, question)
    for case in _cases(shelves, cancelled):
        verdict, unit = judge(case, question), case.first("unit_code")
        lines = case.own[Side.CHANNEL]
        moved, fees = [each.moved for each in lines], [each.fee_e5 or 0 for each in lines]
        balanced = verdict is not None and verdict.kind is Kind.BALANCED
        found.by_unit[unit] += sums_of(moved, sum(fees), balanced=balanced)
        found.add(verdict, case)
    for unit, sums in sums_by_unit(cancelled).items():
        found.by_unit[unit] += sums
    found.repeated = [
        Repeated(side, MOVEMENTS[letter], number, times, int(fen), transaction)
        for side, shelf in shelves.items()
        for fact, times in shelf.repeated.items()
        for number, letter, fen, _, transaction in [fact.decode(*CODING).split("\t")]
    ]
    return found


def _cases(shelves: Shelves, cancelled: list[Cancelled]) -> list[Case]:
    """A case for each number of which not everything agrees: all of it is put back."""
    keys = {_key(fact) for shelf in shelves.values() for fact in shelf.fees}
    near = {record.key for shelf in shelves.values() for record in shelf.near}
    numbers = {key[:-2].encode(*CODING) for key in keys | near}
    agreed = named(cancelled, numbers) if numbers else []
    also = {fact for fact in agreed if _key(fact) in keys}
    near -= {_key(fact) for fact in agreed if fact not in also}
    put_back(cancelled, also)
    cases: dict[str, Case] = defaultdict(Case)
    for side, shelf in shelves.items():
        for record in shelf.records(also.union(shelf.fees)):
            cases[record.key].own[side].append(record)
        for record in shelf.near:
            if record.key in near or record.key in keys:
                cases[record.key].near[side].append(record)
    return list(cases.values())


def _key(fact: bytes) -> str:
    """A fact's number and movement."""
    return fact[: fact.index(b"\t") + 2].decode(*CODING)
