"""Sessions that ended before their time: known here at once, and elsewhere at the next look."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import (
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    Index,
    Range,
    Store,
)
from channel_gateway.service import Session

REVOCATIONS = Collection("revocations", (Index(("revoked_at",)), Index(("expires_at",))))

_PAGE = 500
# No token lives longer, whatever `sessions.lifetime_s` was when it was issued.
LONGEST_LIFE = timedelta(days=30)
# A look goes back this far, for clocks that differ and commits that came late.
_OVERLAP_MS = 30_000


@dataclass(frozen=True, slots=True)
class _End:
    """Milliseconds. Of an account: all its sessions that were issued until `revoked_at`."""

    revoked_at: int
    expires_at: int  # when the last token this is about ends by itself


class Revocations:
    """The ended sessions, in memory; the store carries them between processes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ended: dict[str, _End] = {}
        self._seen_until = 0

    def ended(self, session: Session) -> bool:
        if session.id in self._ended:
            return True
        end = self._ended.get(_account(session.citizen))
        return end is not None and milliseconds(session.issued_at) <= end.revoked_at

    async def add(self, session: Session, now: datetime) -> None:
        """End a session. Ending it again changes nothing."""
        end = _End(milliseconds(now), milliseconds(session.expires_at))
        with suppress(DuplicateKey):  # ended before, by this or another process
            await self._store.insert(REVOCATIONS.name, {"_id": session.id} | asdict(end))
        self._ended[session.id] = end

    async def add_account(self, citizen: str, now: datetime) -> None:
        """End every session of an account that was issued so far; again later, those since too."""
        id, end = _account(citizen), _End(milliseconds(now), milliseconds(now + LONGEST_LIFE))
        try:
            ended = await self._store.insert(REVOCATIONS.name, {"_id": id} | asdict(end))
        except DuplicateKey:
            ended = await self._store.mutate(REVOCATIONS.name, id, lambda known: _later(known, end))
        self._ended[id] = _end(ended)

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
                self._ended[document["_id"]] = _end(document)
            if len(page) < _PAGE:
                break
            after = Cursor(page[-1]["revoked_at"], page[-1]["_id"])
        self._seen_until = milliseconds(now)
        self._ended = {
            id: end for id, end in self._ended.items() if end.expires_at > self._seen_until
        }

    async def purge(self, now: datetime) -> None:
        """Delete what has expired by itself: its token is refused without our help."""
        before = milliseconds(now - timedelta(minutes=1))
        await forget_expired(self._store, REVOCATIONS.name, "expires_at", before=before)


def _end(document: Document) -> _End:
    return _End(document["revoked_at"], document["expires_at"])


def _later(known: Document, end: _End) -> Document | None:
    """The clocks of two processes differ: what is ended stays ended."""
    return known | asdict(end) if known["revoked_at"] < end.revoked_at else None


def _account(citizen: str) -> str:
    """The id under which all sessions of an account are ended; a session's own has no colon."""
    return f"citizen:{citizen}"
