"""A load whose truth is known: what was acknowledged, and what was asked for, id by id."""

from collections.abc import Callable
from dataclasses import dataclass, field

from channel_gateway.ports import (
    Cursor,
    Document,
    DuplicateKey,
    Store,
    StoreUnavailable,
    VersionConflict,
)

PER_DOCUMENT = 100


@dataclass
class Acknowledged:
    """Ids of notes inserted, and of changes applied to a ledger's list."""

    inserted: list[str] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.inserted) + len(self.applied)


async def write(
    store: Store,
    name: str,
    *,
    running: Callable[[], bool],
    inserted: Callable[[str], None],
    applied: Callable[[str], None],
) -> None:
    """Insert notes and append to ledgers, one after the other, telling each acknowledgement.

    An unknown outcome is not asked for again: it may be there or not, but not twice.
    """
    step = 0
    while running():
        id = f"{name}:{step:06}"
        try:
            await store.insert("notes", {"_id": id})
            inserted(id)
            ledger = f"ledger:{name}:{step // PER_DOCUMENT:06}"
            try:
                await store.insert("notes", {"_id": ledger, "applied": []})
            except DuplicateKey:
                await store.mutate("notes", ledger, lambda kept, id=id: _append(kept, id))
                applied(id)
        except (StoreUnavailable, VersionConflict):
            pass
        step += 1


def _append(ledger: Document, id: str) -> Document:
    return ledger | {"applied": [*ledger["applied"], id]}


async def check(store: Store, acknowledged: Acknowledged) -> None:
    """Nothing acknowledged is lost, nothing is applied twice."""
    assert acknowledged.inserted
    assert acknowledged.applied
    notes = await everything(store)
    assert not set(acknowledged.inserted) - notes.keys()
    applied = [id for note in notes.values() for id in note.get("applied", [])]
    assert len(applied) == len(set(applied))
    assert not set(acknowledged.applied) - set(applied)


async def everything(store: Store) -> dict[str, Document]:
    notes: dict[str, Document] = {}
    after: Cursor | None = None
    while page := await store.find("notes", limit=1000, after=after):
        notes |= {note["_id"]: note for note in page}
        after = Cursor(page[-1]["_id"], page[-1]["_id"])
    return notes
