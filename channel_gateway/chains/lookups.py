"""Whether entries are found where they belong: what an index finds is held against the walk.

An engine may keep what it looks up by beside the document. Whoever changes it there alone hides an
entry from readers, and no hash says so.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping

from channel_gateway.chains.faults import Fault, FaultKind
from channel_gateway.chains.links import number_of
from channel_gateway.ports import Document, Store
from channel_gateway.records import pages

Place = tuple[str, str]  # group and day, as they are written

_PAGE = 1000


def place_of(document: Document) -> Place:
    return str(document.get("group")), str(document.get("day"))


async def misplaced(
    store: Store, links: str, places: Mapping[Place, int], last: int
) -> AsyncIterator[Fault]:
    """Entries that their index does not find. `places`: how many there are, up to entry `last`.

    Every entry has one place, so one that stands in a foreign one is missed in its own.
    """
    for place, count in sorted(places.items()):
        rightly: set[str] = set()
        of_place = pages(store, links, equal={"group": place[0], "day": place[1]}, size=_PAGE)
        async for page in of_place:
            here = [each for each in page if place_of(each) == place and _known(each, last)]
            rightly.update(each["_id"] for each in here)
            for fault in await _not_by_key(store, links, here):
                yield fault
        if len(rightly) < count:
            async for page in pages(store, links, size=_PAGE):
                for each in page:
                    if place_of(each) == place and each["_id"] not in rightly:
                        yield _fault(each, f"it belongs to {place[0]}, {place[1]}")


async def _not_by_key(store: Store, links: str, documents: list[Document]) -> list[Fault]:
    """Those whose key finds nothing, or another."""
    held = await asyncio.gather(
        *(store.get_by(links, "key", str(each.get("key"))) for each in documents)
    )
    return [
        _fault(document, "its key finds another entry" if other else "its key finds nothing")
        for document, other in zip(documents, held, strict=True)
        if other is None or other["_id"] != document["_id"]
    ]


def _known(document: Document, last: int) -> bool:
    """Whether the walk had it; what was appended since it did not."""
    number = number_of(document)
    return number is not None and number <= last


def _fault(document: Document, detail: str) -> Fault:
    key, what = str(document.get("key", "")), str(document.get("what", ""))
    return Fault(FaultKind.MISPLACED, number_of(document) or 0, key, what, detail)
