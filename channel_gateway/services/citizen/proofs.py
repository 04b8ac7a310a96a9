"""Proofs in the store: one running at a time, so many a day. The only writer of `proofs`."""

from collections.abc import Callable
from datetime import datetime

from channel_gateway.domain.days import beijing_day, milliseconds, next_midnight
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import (
    Collection,
    Document,
    DuplicateKey,
    Index,
    MissingDocument,
    Store,
)
from channel_gateway.records import swapped
from channel_gateway.service import TASKS
from channel_gateway.services.citizen.erasure import KEPT_FOR
from channel_gateway.services.citizen.proof import MOST_TRIES, Proof
from channel_gateway.services.citizen.refusals import NoSuchProof, ProofsSpent

PROOFS = Collection(
    "proofs",
    (
        Index(("open_key",), unique=True),
        Index(("try_key",), unique=True),
        Index(("account", "begun_at")),
        Index(("forgotten_at",)),
        *TASKS,
    ),
)
_PAGE = 200


class Proofs:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def open_one(self, account: str) -> Proof | None:
        document = await self._store.get_by(PROOFS.name, "open_key", account)
        return None if document is None else read(document)

    async def add(self, draft: Callable[[str], Proof], account: str, now: datetime) -> Proof:
        """Begin one of the day's, `draft` of a free try key; who taps twice finds the first one.

        Raises `ProofsSpent`.
        """
        for number in range(MOST_TRIES):
            proof = draft(f"{account}|{beijing_day(now)}|{number}")
            try:
                return read(await self._store.insert(PROOFS.name, to_document(proof)))
            except DuplicateKey:
                found = await self.open_one(account)
                if found is not None:
                    return found
        left = next_midnight(now) - now
        raise ProofsSpent(retry_after_s=int(left.total_seconds()) + 1)

    async def get(self, id: str) -> Proof:
        """Raises `NoSuchProof`."""
        document = await self._store.get(PROOFS.name, id)
        if document is None:
            raise NoSuchProof(field="proof_id")
        return read(document)

    async def of_account(self, account: str) -> list[Proof]:
        """The latest first; at most 200."""
        found = await self._store.find(
            PROOFS.name, equal={"account": account}, order="begun_at", descending=True, limit=_PAGE
        )
        return [read(document) for document in found]

    async def purge(self, now: datetime) -> None:
        """Delete those that were forgotten three years ago."""
        before = milliseconds(now - KEPT_FOR)
        await forget_expired(self._store, PROOFS.name, "forgotten_at", before=before)

    async def change(self, id: str, change: Callable[[Proof], Proof]) -> Proof:
        """Swap for what the pure `change` makes of it. Raises `NoSuchProof`."""
        try:
            _, made = await swapped(self._store, PROOFS, id, Proof, change)
        except MissingDocument:
            raise NoSuchProof(field="proof_id") from None
        return made


def read(document: Document) -> Proof:
    return from_document(Proof, document)
