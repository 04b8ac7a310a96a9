"""A partition: what agrees cancels out as sets of facts, the rest are cases. Pure over files."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import EntryState, Side
from payment.reconciliation.matching.case import MOVEMENTS, Case
from payment.reconciliation.matching.outcome import Question, Repeated, Sums
from payment.reconciliation.matching.rules import Verdict, judge
from payment.reconciliation.matching.shelf import Line, Shelf

Shelves = Mapping[Side, Shelf]


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
    found, agreed = Found(), _agreed(shelves, question)
    for case in _cases(shelves, agreed):
        verdict, unit = judge(case, question), case.first("unit_code")
        lines = ((each.moved, each.fee_e5, unit) for each in case.own[Side.CHANNEL])
        balanced = verdict is not None and verdict.kind is Kind.BALANCED
        found.by_unit[unit] += _sums(lines, balanced=balanced)
        found.add(verdict, case)
    channel, gateway = shelves[Side.CHANNEL].lines, shelves[Side.GATEWAY].lines
    by_unit: dict[str, list[Line]] = defaultdict(list)
    for fact in agreed:
        by_unit[gateway[fact][2]].append(channel[fact])
    for unit, some in by_unit.items():
        found.by_unit[unit] += _sums(some, balanced=len(some))
    found.repeated = [
        Repeated(side, MOVEMENTS[letter], number, times)
        for side, shelf in shelves.items()
        for fact, times in shelf.repeated.items()
        for number, letter in [_key(fact).split("\t")]
    ]
    return found


def _agreed(shelves: Shelves, question: Question) -> set[str]:
    """The facts that all sides have, with the same fee where we know one."""
    channel, gateway = shelves[Side.CHANNEL].lines, shelves[Side.GATEWAY].lines
    agreed = channel.keys() & gateway.keys()
    if question.three_ways:
        shelves[Side.FINANCE].name_transactions(agreed)
        agreed &= shelves[Side.FINANCE].lines.keys()
    fees = ((fact, channel[fact][1], gateway[fact][1]) for fact in agreed)
    return agreed - {fact for fact, taken, known in fees if taken != known is not None is not taken}


def _cases(shelves: Shelves, agreed: set[str]) -> list[Case]:
    """A case for each number of which not everything agrees: all of it leaves `agreed`."""
    left = {side: shelf.lines.keys() - agreed for side, shelf in shelves.items()}
    keys = {_key(fact) for facts in left.values() for fact in facts}
    near = {record.key for shelf in shelves.values() for record in shelf.near}
    also = {fact for fact in agreed if _key(fact) in keys}
    near -= {_key(fact) for fact in agreed - also} if near else set()
    agreed -= also
    cases: dict[str, Case] = defaultdict(Case)
    for side, shelf in shelves.items():
        for record in shelf.records(left[side] | also):
            cases[record.key].own[side].append(record)
        for record in shelf.near:
            if record.key in near or record.key in keys:
                cases[record.key].near[side].append(record)
    return list(cases.values())


def _key(fact: str) -> str:
    """A fact's number and movement."""
    return fact[: fact.index("\t") + 2]


def _sums(lines: Iterable[Line], *, balanced: int) -> Sums:
    lines = list(lines)
    moved = [fen for fen, _, _ in lines]
    return Sums(
        payments=sum(fen > 0 for fen in moved),
        refunds=sum(fen < 0 for fen in moved),
        gross_fen=sum(fen for fen in moved if fen > 0),
        refunded_fen=-sum(fen for fen in moved if fen < 0),
        fees_e5=sum(fee or 0 for _, fee, _ in lines),
        balanced=balanced,
    )
