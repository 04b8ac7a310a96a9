"""What one side has in a partition. Pure over files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from payment.reconciliation.entries import Side
from payment.reconciliation.matching.case import Record
from payment.reconciliation.matching.spool import Pack, packs


class Page(NamedTuple):
    """A pack, and its facts cut."""

    facts: list[bytes]
    pack: Pack


@dataclass(slots=True)
class Shelf:
    """Every fact once; the rest of an entry stays uncut until something differs."""

    pages: list[Page] = field(default_factory=list)
    fees: dict[bytes, bytes] = field(default_factory=dict)  # fact → in 10⁻⁵ yuan; empty: silent
    repeated: dict[bytes, int] = field(default_factory=dict)  # fact → how often
    near: list[Record] = field(default_factory=list)
    _silent: dict[bytes, bytes] = field(default_factory=dict)  # a fact as named here → as put

    @classmethod
    def of(cls, folder: Path, side: Side, place: int) -> "Shelf":
        shelf, count = cls(), 0
        for pack in packs(folder, side, place):
            if pack.near:
                shelf.near += map(Record.of, pack.opened())
                continue
            facts = pack.facts.split(b"\n")
            shelf.pages.append(Page(facts, pack))
            shelf.fees.update(zip(facts, pack.fees.split(b"\n"), strict=True))
            count += len(facts)
        if count > len(shelf.fees):
            times = Counter(chain.from_iterable(page.facts for page in shelf.pages))
            shelf.repeated = {fact: many for fact, many in times.items() if many > 1}
            shelf.pages = list(_once(shelf.pages, shelf.repeated.keys()))
        return shelf

    def name_transactions(self, named: Iterable[bytes]) -> None:
        """Name facts that leave the transaction out as another side names them."""
        if not any(b"\t\n" in page.pack.facts + b"\n" for page in self.pages):
            return
        silent = {fact for fact in self.fees if fact.endswith(b"\t")}
        for fact in named:
            short = fact[: fact.rindex(b"\t") + 1]
            if short in silent and fact != short and short in self.fees:
                self.fees[fact] = self.fees.pop(short)
                self._silent[fact] = short

    def records(self, facts: Iterable[bytes]) -> Iterator[Record]:
        """The entries behind some facts, each once."""
        left = {self._silent.get(fact, fact) for fact in facts}
        for page in self.pages if left else ():
            if not left.isdisjoint(page.facts):
                for cells in page.pack.opened():
                    if cells[0] in left:
                        left.discard(cells[0])
                        yield Record.of(cells)


def _once(pages: Iterable[Page], repeated: Set[bytes]) -> Iterator[Page]:
    """The same pages, and every fact in but one of them."""
    seen: set[bytes] = set()
    for page in pages:
        if repeated.isdisjoint(page.facts):
            yield page
            continue
        entries = []
        for cells in page.pack.opened():
            if cells[0] not in seen:
                entries.append(cells)
                if cells[0] in repeated:
                    seen.add(cells[0])
        if entries:
            columns = [b"\n".join(column) for column in zip(*entries, strict=True)]
            yield Page([cells[0] for cells in entries], Pack(False, *columns))
