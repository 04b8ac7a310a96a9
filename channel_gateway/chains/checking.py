"""Walking a chain from its first link: what was changed, taken away, moved, or cut off at the end.

The hashes alone say so while nobody reckons them anew; whoever does cannot sign a head, nor change
the heads that are kept elsewhere: anchors, closed days, exported reports, the file beside the keys.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from channel_gateway.chains.faults import Fault, FaultKind
from channel_gateway.chains.heads import (
    ANCHORS,
    HEADS,
    Head,
    is_our_anchor,
    is_our_head,
    read_head,
)
from channel_gateway.chains.links import FIRST_BEFORE, hash_of, number_of, read_link, write_link
from channel_gateway.chains.lookups import Place, misplaced, place_of
from channel_gateway.chains.stored import StoredChain, links_of
from channel_gateway.domain.days import moment_of, rfc3339
from channel_gateway.ports import ChainWitness, Document, KnownHead, Link, Sealing, Store
from channel_gateway.records import pages

MOST_FAULTS = 100
_MOVED_BY = 1_000  # how far from its place a link is looked for
_PAGE = 1000


@dataclass(slots=True)
class Checked:
    """What was found; `unsettled` entries are kept by the head alone, as after a crash."""

    chain: str
    entries: int = 0
    last_number: int = 0
    last_hash: str = FIRST_BEFORE
    faults: list[Fault] = field(default_factory=list)  # the first of them
    unsettled: list[int] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


async def check_chain(
    store: Store,
    chain: StoredChain,
    name: str,
    sealing: Sealing,
    *,
    elsewhere: Iterable[KnownHead] = (),
    witnesses: Iterable[ChainWitness] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Checked:
    """Walk it all, once. What is appended meanwhile is walked, and asked about next time."""
    written = await store.get(HEADS.name, name)
    head = read_head(written) if written else Head(name)
    anchors = await _anchors(store, name)
    walk = _Walk(name, [*elsewhere, *(_known(each) for each in anchors)])
    async for document in chain.documents():
        walk.on(document)
        if walk.checked.entries % _PAGE == 0:
            progress(walk.checked.entries, head.number)
    for link in head.pending:
        walk.kept_by_the_head(link)
    progress(head.number, head.number)
    checked = walk.ended(head)
    if written is not None and not is_our_head(written, sealing):
        walk.found(Fault(FaultKind.UNSIGNED, head.number))
    for anchor in anchors:
        if not is_our_anchor(anchor, sealing):
            walk.found(Fault(FaultKind.UNSIGNED, anchor["number"], detail="an anchor"))
    if written is None and checked.entries:
        walk.found(Fault(FaultKind.UNSIGNED, checked.last_number, detail="its head is gone"))
    async for fault in misplaced(store, links_of(name).name, walk.places, checked.last_number):
        walk.found(fault)
    if not checked.entries:
        for witness in witnesses:
            if words := await witness.entered(name):
                walk.found(Fault(FaultKind.ERASED, 0, detail=words))
    return checked


class _Walk:
    """Pure: what is learnt link by link."""

    def __init__(self, name: str, known: Iterable[KnownHead]) -> None:
        self.checked = Checked(name)
        self.places: Counter[Place] = Counter()  # how many entries are to be found where
        self._known: dict[int, list[KnownHead]] = {}
        for each in known:
            self._known.setdefault(each.number, []).append(each)
        self._last_known = max(self._known, default=0)
        self._before: Link | None = None
        self._before_is_whole = True  # its hash is that of its content

    def found(self, fault: Fault) -> None:
        if len(self.checked.faults) < MOST_FAULTS:
            self.checked.faults.append(fault)

    def on(self, document: Document) -> None:
        number = number_of(document)
        if number is None:
            last = self.checked.last_number
            self.found(Fault(FaultKind.CHANGED, last, detail="one without a number is behind it"))
            return
        self._gap(number)
        self.places[place_of(document)] += 1
        try:
            link = read_link(document)
        except (KeyError, TypeError, ValueError):
            self.found(Fault(FaultKind.CHANGED, number, detail="it cannot be read"))
            self._step(number, None, whole=False)
            return
        whole = hash_of(link) == link.hash
        if not whole and len(self.checked.faults) < MOST_FAULTS:
            self.found(_altered(link))
        elif whole and self._follows(number) and link.before != self._hash_before():
            self._unlinked(link)
        for head in self._known.get(number, ()):
            if head.hash != link.hash:
                where = f"kept by {head.where}"
                self.found(Fault(FaultKind.REWRITTEN, number, link.key, link.what, where))
        self._step(number, link, whole=whole)

    def kept_by_the_head(self, link: Link) -> None:
        """A link that is not in its place (yet)."""
        if link.number == self.checked.last_number + 1:
            self.checked.unsettled.append(link.number)
            self.on(write_link(link))
            self.places[link.group, link.day.isoformat()] -= 1

    def ended(self, head: Head) -> Checked:
        checked = self.checked
        until = max(head.number, self._last_known)
        if until > checked.last_number:
            first = checked.last_number + 1
            some = f"entries {first} to {until}" if first < until else f"entry {first}"
            self.found(Fault(FaultKind.CUT, until, detail=f"{some} are missing at the end"))
        elif head.number and head.number == checked.last_number and head.hash != checked.last_hash:
            self.found(Fault(FaultKind.REWRITTEN, head.number, detail="kept by the head"))
        return checked

    def _gap(self, number: int) -> None:
        first = self.checked.last_number + 1
        if number > first:
            until = f"entries {first} to {number - 1}" if first < number - 1 else ""
            self.found(Fault(FaultKind.MISSING, first, detail=until))
            self._before = None

    def _follows(self, number: int) -> bool:
        """Whether the one before is there and whole, so that both can be held together."""
        return number == 1 or (self._before is not None and self._before_is_whole)

    def _hash_before(self) -> str:
        return self._before.hash if self._before else FIRST_BEFORE

    def _unlinked(self, link: Link) -> None:
        before = self._before
        if before is None:
            self.found(Fault(FaultKind.MISSING, 0, detail="the first entry has one before it"))
        else:
            self.found(Fault(FaultKind.UNLINKED, before.number, before.key, before.what))

    def _step(self, number: int, link: Link | None, *, whole: bool) -> None:
        self.checked.entries += 1
        self.checked.last_number = number
        self.checked.last_hash = link.hash if link else ""
        self._before, self._before_is_whole = link, whole


async def _anchors(store: Store, name: str) -> list[Document]:
    return [
        each
        async for page in pages(store, ANCHORS.name, size=_PAGE)
        for each in page
        if each["_id"].startswith(f"{name}|")
    ]


def _known(anchor: Document) -> KnownHead:
    where = f"the anchor of {rfc3339(moment_of(anchor['at']))}"
    return KnownHead(anchor["number"], anchor["hash"], where)


def _altered(link: Link) -> Fault:
    """Whole under another number: it was moved. Else it was changed."""
    for distance in range(1, _MOVED_BY):
        for number in (link.number - distance, link.number + distance):
            if number > 0 and hash_of(replace(link, number=number)) == link.hash:
                detail = f"it was entry {number}"
                return Fault(FaultKind.REORDERED, link.number, link.key, link.what, detail)
    return Fault(FaultKind.CHANGED, link.number, link.key, link.what)
