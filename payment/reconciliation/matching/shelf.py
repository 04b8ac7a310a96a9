"""What one side has in a partition. Pure over files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import starmap
from pathlib import Path

from payment.reconciliation.entries import Side
from payment.reconciliation.matching.case import Record
from payment.reconciliation.matching.spool import Pack, packs

# Fen moved, refunds negative and failed ones nought; the fee in 10⁻⁵ yuan; the unit.
Line = tuple[int, int | None, str]


@dataclass(slots=True)
class Shelf:
    """Every fact once, with its line; the packs stay closed until something differs."""

    lines: dict[str, Line] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)  # fact → how often
    near: list[Record] = field(default_factory=list)
    _packs: list[Pack] = field(default_factory=list)
    _silent: dict[str, str] = field(default_factory=dict)  # a fact as named here → as it was put

    @classmethod
    def of(cls, folder: Path, side: Side, place: int) -> "Shelf":
        shelf, count = cls(), 0
        for pack in packs(folder, side, place):
            if pack.near:
                shelf.near += _records(pack)
                continue
            shelf._packs.append(pack)
            shelf.lines.update(zip(pack.facts, zip(pack.moved, pack.fees, pack.units)))  # noqa: B905
            count += len(pack.facts)
        if count > len(shelf.lines):
            times = Counter(fact for pack in shelf._packs for fact in pack.facts)
            shelf.repeated = {fact: many for fact, many in times.items() if many > 1}
        return shelf

    def name_transactions(self, facts: Iterable[str]) -> None:
        """Name facts that leave the transaction out as the other sides name them."""
        silent = {fact for fact in self.lines if fact.endswith("\t")}
        if silent:
            for fact in facts:
                short = fact[: fact.rindex("\t") + 1]
                if short in silent and fact != short:
                    self.lines[fact] = self.lines.pop(short)
                    self._silent[fact] = short

    def records(self, facts: Iterable[str]) -> Iterator[Record]:
        """The entries behind some facts, each once."""
        left = {self._silent.get(fact, fact) for fact in facts}
        for pack in self._packs:
            if not left.isdisjoint(pack.facts):
                for fact, record in zip(pack.facts, _records(pack), strict=True):
                    if fact in left:
                        left.discard(fact)
                        yield record


def _records(pack: Pack) -> Iterator[Record]:
    return starmap(
        Record.of, zip(pack.facts, pack.moved, pack.fees, pack.units, *pack.opened(), strict=True)
    )
