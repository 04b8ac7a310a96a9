"""Sessions that ended before their time: known here at once, and elsewhere at the next look."""

from contextlib import suppress
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import Collection, Cursor, DuplicateKey, Index, Range, Store
from channel_gateway.service import Session

REVOCATIONS = Collection("revocations", (Index(("revoked_at",)), Index(("expires_at",))))

_PAGE = 500
# A look goes back this far, for clocks that differ and commits that came late.
_OVERLAP_MS = 30_000


class Revocations:
    """The ended sessions, in memory; the store carries them between processes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ended: dict[str, int] = {}  # session id: when the token ends by itself, milliseconds
        self._seen_until = 0

    def ended(self, session: Session) -> bool:
        if session.id in self._ended:
            return True
        until = self._ended.get(_account(session.citizen))
        return until is not None and milliseconds(session.expires_at) <= until

    async def add(self, session: Session, now: datetime) -> None:
        """End a session. Ending it again changes nothing."""
        expires_at = milliseconds(session.expires_at)
        document = {
            "_id": session.id,
            "revoked_at": milliseconds(now),
            "expires_at": expires_at,
        }
        with suppress(DuplicateKey):  # ended before, by this or another process
            await self._store.insert(REVOCATIONS.name, document)
        self._ended[session.id] = expires_at

    async def add_account(self, citizen: str, now: datetime, *, until: datetime) -> None:
        """End every session of an account that ends by itself at `until` or before.

        That is all that were begun so far; again later, those begun since end too.
        """
        id, expires_at = _account(citizen), milliseconds(until)
        document = {"_id": id, "revoked_at": milliseconds(now), "expires_at": expires_at}
        try:
            await self._store.insert(REVOCATIONS.name, document)
        except DuplicateKey:
            await self._store.mutate(REVOCATIONS.name, id, lambda before: before | document)
        self._ended[id] = expires_at

    async def refresh(self, now: datetime) -> None:
        """Learn what other processes ended since the last look; forget what ended by itself."""
        since, after = self._seen_until - _OVERLAP_MS, None
        while True:
            page = await self._store.find(
                REVOCATIONS.name,
                range=Range("revoked_at", low=since),
                order="revoked_at",
                limit=_PAGE,
                after=after,
            )
            for document in page:
                self._ended[document["_id"]] = document["expires_at"]
            if len(page) < _PAGE:
                break
            after = Cursor(page[-1]["revoked_at"], page[-1]["_id"])
        self._seen_until = milliseconds(now)
        self._ended = {id: end for id, end in self._ended.items() if end > self._seen_until}

    async def purge(self, now: datetime) -> None:
        """Delete what has expired by itself: its token is refused without our help."""
        before = milliseconds(now - timedelta(minutes=1))
        await forget_expired(self._store, REVOCATIONS.name, "expires_at", before=before)


def _account(citizen: str) -> str:
    """The id under which all sessions of an account are ended; a session's own has no colon."""
    return f"citizen:{citizen}"
