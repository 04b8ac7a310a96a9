"""Messages in the store: kept once, in order of their subject. The only writer of `messages`."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.tasks import Task, doing
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import (
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    Index,
    MissingDocument,
    Range,
    Store,
    StoreUnavailable,
)
from channel_gateway.records import every, swapped
from channel_gateway.service import TASKS
from channel_gateway.services.message.message import Message, State
from channel_gateway.services.message.refusals import NoSuchMessage

SEND = "send"
MESSAGES = Collection(
    "messages",
    (
        Index(("place_key",), unique=True),
        Index(("subject", "place")),
        Index(("queue", "place")),
        Index(("person", "told_at")),
        Index(("unread_of",)),
        Index(("letter",)),
        Index(("told_at",)),
        Index(("state", "told_at")),
        *TASKS,
    ),
)
_PAGE = 200
_MILLISECOND = timedelta(milliseconds=1)  # the finest a store keeps
_MOST_AT_ONCE = 100  # tellings of one subject in one moment: each turn another was faster


class Messages:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, draft: Message) -> None:
        """Behind the last of its subject, to be sent. The same id again changes nothing.

        Raises `StoreUnavailable`.
        """
        if await self._store.get(MESSAGES.name, draft.id) is not None:
            return
        for _ in range(_MOST_AT_ONCE):
            placed = _placed(draft, await self._last(draft.subject))
            try:
                await self._store.insert(MESSAGES.name, to_document(placed))
            except DuplicateKey as taken:
                if taken.index == "_id":
                    return
            else:
                return
        raise StoreUnavailable("too many messages of one subject at once")

    async def get(self, id: str) -> Message:
        """Raises `NoSuchMessage`."""
        document = await self._store.get(MESSAGES.name, id)
        if document is None:
            raise NoSuchMessage(field="message_id")
        return read(document)

    async def change(self, id: str, change: Callable[[Message], Message]) -> Message:
        """Swap for what the pure `change` makes of it; it may be called more than once.

        Raises `NoSuchMessage`, and what `change` raises.
        """
        try:
            _, made = await swapped(self._store, MESSAGES, id, Message, change)
        except MissingDocument:
            raise NoSuchMessage(field="message_id") from None
        return made

    async def before(self, message: Message) -> Message | None:
        """The first of its subject that is still to be sent before it, by a worker."""
        return await self._first(message.subject, Range("place", high=message.place))

    async def next_of(self, subject: str) -> Message | None:
        """The first of a subject that is still to be sent, by a worker."""
        return await self._first(subject, None)

    async def waiting_after(self, message: Message) -> list[Message]:
        """Those of its subject that are to be sent after it; at most two hundred."""
        return await self._waiting(message.subject, Range("place", low=message.place + 1), _PAGE)

    async def after(self, message: Message) -> list[Message]:
        """The next of its subject, at most two hundred."""
        found = await self._store.find(
            MESSAGES.name,
            equal={"subject": message.subject},
            range=Range("place", low=message.place + 1),
            order="place",
            limit=_PAGE,
        )
        return [read(document) for document in found]

    async def of_letter(self, letter: str) -> list[Message]:
        """The one whose letter was tried last, if any."""
        found = await self._store.find(MESSAGES.name, equal={"letter": letter}, limit=1)
        return [read(document) for document in found]

    async def of_person(self, person: str, *, limit: int, after: Cursor | None) -> list[Message]:
        """The newest first."""
        found = await self._store.find(
            MESSAGES.name,
            equal={"person": person},
            order="told_at",
            descending=True,
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]

    def all_of(self, person: str) -> AsyncIterator[Message]:
        """Every message of a person, the newest first."""
        return every(
            self._store,
            MESSAGES,
            Message,
            equal={"person": person},
            order="told_at",
            descending=True,
        )

    async def unread(self, person: str, *, cap: int) -> int:
        return await self._store.count(MESSAGES.name, equal={"unread_of": person}, cap=cap)

    def unread_of(self, person: str) -> AsyncIterator[Message]:
        return every(self._store, MESSAGES, Message, equal={"unread_of": person})

    async def of_subject(self, subject: str) -> list[Message]:
        """In the order in which they are sent; at most two hundred."""
        found = await self._store.find(
            MESSAGES.name, equal={"subject": subject}, order="place", limit=_PAGE
        )
        return [read(document) for document in found]

    async def in_state(self, state: State, *, limit: int, after: Cursor | None) -> list[Message]:
        """What waits longest first; of all others the newest."""
        found = await self._store.find(
            MESSAGES.name,
            equal={"state": state.value},
            order="told_at",
            descending=state is not State.WAITING,
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]

    async def delete(self, id: str) -> None:
        await self._store.delete(MESSAGES.name, id)

    async def purge(self, before: datetime) -> None:
        await forget_expired(self._store, MESSAGES.name, "told_at", before=milliseconds(before))

    async def _first(self, subject: str, places: Range | None) -> Message | None:
        """A dead letter waits for a person, and holds nobody up; there is hardly ever one."""
        for limit in (1, _PAGE):
            waiting = await self._waiting(subject, places, limit)
            first = next((each for each in waiting if each.tasks), None)
            if first is not None or len(waiting) < limit:
                return first
        return None

    async def _waiting(self, subject: str, places: Range | None, limit: int) -> list[Message]:
        found = await self._store.find(
            MESSAGES.name, equal={"queue": subject}, range=places, order="place", limit=limit
        )
        return [read(document) for document in found]

    async def _last(self, subject: str) -> Message | None:
        found = await self._store.find(
            MESSAGES.name, equal={"subject": subject}, order="place", descending=True, limit=1
        )
        return read(found[0]) if found else None


def read(document: Document) -> Message:
    return from_document(Message, document)


def _placed(draft: Message, last: Message | None) -> Message:
    """Behind the last, and told after it: the inbox has them in the same order."""
    place = 1 if last is None else last.place + 1
    after_last = draft.told_at if last is None else last.told_at + _MILLISECOND
    return replace(
        draft,
        place=place,
        place_key=f"{draft.subject}|{place}",
        told_at=max(draft.told_at, after_last),
        queue=draft.subject,
        unread_of=draft.person,
        **doing(Task(SEND, SEND, due=milliseconds(draft.told_at))),
    )
