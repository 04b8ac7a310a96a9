"""A partition: what agrees cancels out as sets of facts, the rest are cases. Pure over files."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import EntryState, Side
from payment.reconciliation.matching.case import MOVEMENTS, Case
from payment.reconciliation.matching.outcome import Question, Repeated, Sums
from payment.reconciliation.matching.rules import Verdict, judge
from payment.reconciliation.matching.shelf import Shelf

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
        lines = case.own[Side.CHANNEL]
        moved, fees = [each.moved for each in lines], [each.fee_e5 or 0 for each in lines]
        balanced = verdict is not None and verdict.kind is Kind.BALANCED
        found.by_unit[unit] += _sums(moved, sum(fees), balanced=balanced)
        found.add(verdict, case)
    _add_agreed(found, shelves, agreed)
    found.repeated = [
        Repeated(side, MOVEMENTS[letter], number, times)
        for side, shelf in shelves.items()
        for fact, times in shelf.repeated.items()
        for number, letter in [_key(fact).split("\t")]
    ]
    return found


def _agreed(shelves: Shelves, question: Question) -> set[str]:
    """The facts that all sides have, with the same fee where we know one."""
    channel, gateway, finance = shelves.values()
    agreed = channel.moved.keys() & gateway.moved.keys()
    if question.three_ways:
        finance.name_transactions(agreed)
        agreed &= finance.moved.keys()
    taken, known = map(channel.fees.get, agreed), map(gateway.fees.get, agreed)
    return agreed - {
        fact
        for fact, fee, ours in zip(agreed, taken, known, strict=True)
        if fee != ours and fee is not None and ours is not None
    }


def _add_agreed(found: Found, shelves: Shelves, agreed: set[str]) -> None:
    channel, gateway, _ = shelves.values()
    moved: dict[str, list[int]] = defaultdict(list)
    fees: dict[str, int] = defaultdict(int)
    for fact in agreed:
        unit = gateway.units[fact]
        moved[unit].append(channel.moved[fact])
        fees[unit] += channel.fees[fact] or 0
    for unit, some in moved.items():
        found.by_unit[unit] += _sums(some, fees[unit], balanced=len(some))


def _cases(shelves: Shelves, agreed: set[str]) -> list[Case]:
    """A case for each number of which not everything agrees: all of it leaves `agreed`."""
    left = {side: shelf.moved.keys() - agreed for side, shelf in shelves.items()}
    keys = {_key(fact) for facts in left.values() for fact in facts}
    near = {record.key for shelf in shelves.values() for record in shelf.near}
    numbers = {key[:-2] for key in keys | near}
    named = {fact for fact in agreed if fact.partition("\t")[0] in numbers}
    also = {fact for fact in named if _key(fact) in keys}
    near -= {_key(fact) for fact in named - also}
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


def _sums(moved: list[int], fees_e5: int, *, balanced: int) -> Sums:
    paid = [fen for fen in moved if fen > 0]
    back = [fen for fen in moved if fen < 0]
    return Sums(len(paid), len(back), sum(paid), -sum(back), fees_e5, balanced)
