"""What does not agree by its numbers, case by case: a place of it. Pure over files."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import EntryState, Side
from payment.reconciliation.matching.case import MOVEMENTS, Case
from payment.reconciliation.matching.outcome import Question, Repeated, Sums
from payment.reconciliation.matching.rules import Verdict, judge
from payment.reconciliation.matching.taking import taken


@dataclass(slots=True)
class Found:
    """A place's outcomes."""

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
    found = Found()
    cases: dict[tuple[str, str], Case] = defaultdict(Case)
    for side in Side:
        for record in taken(folder, side, place, near=True):
            cases[record.key].near[side].append(record)
        times: Counter[tuple[str, str, int, str, str]] = Counter()
        for record in taken(folder, side, place, near=False):
            fact = record.fact
            times[fact] += 1
            if times[fact] == 1:
                cases[record.key].own[side].append(record)
        found.repeated += [
            Repeated(side, MOVEMENTS[letter], number, many, fen, transaction)
            for (number, letter, fen, _, transaction), many in times.items()
            if many > 1
        ]
    for case in cases.values():
        verdict, unit = judge(case, question), case.first("unit_code")
        lines = case.own[Side.CHANNEL]
        fees = sum(each.fee_e5 or 0 for each in lines)
        balanced = verdict is not None and verdict.kind is Kind.BALANCED
        found.by_unit[unit] += sums_of([each.moved for each in lines], fees, balanced=balanced)
        found.add(verdict, case)
    return found


def sums_of(moved: list[int], fees_e5: int, *, balanced: int) -> Sums:
    paid = [fen for fen in moved if fen > 0]
    back = [fen for fen in moved if fen < 0]
    return Sums(len(paid), len(back), sum(paid), -sum(back), fees_e5, balanced)
