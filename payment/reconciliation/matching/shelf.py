"""What one side has in a partition. Pure over files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import starmap
from pathlib import Path

from payment.reconciliation.entries import Side
from payment.reconciliation.matching.case import Record
from payment.reconciliation.matching.spool import Pack, packs


@dataclass(slots=True)
class Shelf:
    """Every fact once; the packs stay closed until something differs."""

    moved: dict[str, int] = field(default_factory=dict)  # fact → as `Pack` has it
    fees: dict[str, int | None] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
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
            shelf.moved.update(zip(pack.facts, pack.moved, strict=True))
            if side is not Side.FINANCE:
                shelf.fees.update(zip(pack.facts, pack.fees, strict=True))
            if side is Side.GATEWAY:
                shelf.units.update(zip(pack.facts, pack.units, strict=True))
            count += len(pack.facts)
        if count > len(shelf.moved):
            times = Counter(fact for pack in shelf._packs for fact in pack.facts)
            shelf.repeated = {fact: many for fact, many in times.items() if many > 1}
        return shelf

    def name_transactions(self, facts: Iterable[str]) -> None:
        """Name facts that leave the transaction out as the other sides name them."""
        silent = {fact for fact in self.moved if fact.endswith("\t")}
        if silent:
            for fact in facts:
                short = fact[: fact.rindex("\t") + 1]
                if short in silent and fact != short:
                    self.moved[fact] = self.moved.pop(short)
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
