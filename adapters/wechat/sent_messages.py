"""Which messages WeChat says it brought to a phone: its own events, and who claimed each.

A call answers with the message's number, and the event of its end names the same one. So an event
belongs to the letter whose answer named it. When answers were lost it says nothing by itself: it is
a letter's only while no other to the same citizen by the same template is in doubt. So each sending
is written down before it is made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.people import OpenId
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import (
    Collection,
    Document,
    DuplicateKey,
    Index,
    Letter,
    Range,
    Sealing,
    Store,
)

SENT_MESSAGES = Collection(
    "wechat_sent_messages",
    (Index(("about", "at")), Index(("in_doubt",)), Index(("forget_at",))),
    bulk=True,
)
KEPT = timedelta(days=3)  # longer than a letter is tried
_MOST = 100  # of one citizen and template within three days


@dataclass(frozen=True, slots=True)
class SentEvent:
    """What became of one message, as WeChat says."""

    template: str
    message: str  # its number
    arrived: bool


class SentMessages:
    def __init__(self, store: Store, vault: Sealing, app_id: str) -> None:
        self._store = store
        self._vault = vault
        self._app_id = app_id

    async def begun(self, openid: OpenId, letter: Letter, now: datetime) -> None:
        """From now on it may arrive, until somebody says more. Raises `StoreUnavailable`."""
        told = {
            "in_doubt": self._about(openid, letter.template),
            "since": milliseconds(now),
            "forget_at": milliseconds(now + KEPT),
        }
        try:
            await self._store.insert(SENT_MESSAGES.name, {"_id": self._letter(letter), **told})
        except DuplicateKey:
            await self._store.mutate(
                SENT_MESSAGES.name, self._letter(letter), lambda kept: kept | told
            )

    async def answered(self, letter: Letter) -> None:
        """WeChat has said what became of the sending. Raises `StoreUnavailable`."""
        await self._store.delete(SENT_MESSAGES.name, self._letter(letter))

    async def ended(self, openid: OpenId, event: SentEvent, at: datetime) -> str | None:
        """Keep what an event says; the same again changes nothing. `at`: the event's moment.

        Which letter did not arrive by it, if an answer named it.
        """
        told = {
            "about": self._about(openid, event.template),
            "at": milliseconds(at),
            "arrived": event.arrived,
            "forget_at": milliseconds(at + KEPT),
        }
        kept = await self._put(event.message, told)
        return kept["letter"] if _is_lost(kept) else None

    async def accepted(self, message: str, letter: Letter, now: datetime) -> bool:
        """WeChat answered that this number is the letter's: no other may claim it.

        False: it said already that it did not arrive.
        """
        told = {"letter": letter.id, "answered": True, "forget_at": milliseconds(now + KEPT)}
        return not _is_lost(await self._put(message, told))

    async def arrived(self, openid: OpenId, letter: Letter) -> bool | None:
        """Whether a letter whose answer was lost arrived; None: no event tells, or not of which."""
        about, id = self._about(openid, letter.template), self._letter(letter)
        sending = await self._store.get(SENT_MESSAGES.name, id)
        since = milliseconds(letter.first_tried_at) if sending is None else sending["since"]
        events = await self._store.find(
            SENT_MESSAGES.name,
            equal={"about": about},
            range=Range("at", low=since - since % 1000),  # an event's moment has whole seconds
            order="at",
            limit=_MOST,
        )
        # Asked after the events: whoever's was among them is still in doubt, or has claimed it.
        alone = not await self._is_another_in_doubt(about, id)
        for event in events:
            if alone:
                claim = _claimed_by(letter.id, since)
                event = await self._store.mutate(SENT_MESSAGES.name, event["_id"], claim)
            if event.get("letter") == letter.id and event.get("of", since) == since:
                if sending is not None:
                    await self._store.mutate(SENT_MESSAGES.name, id, _in_no_doubt)
                return bool(event["arrived"])
        return None

    async def forget(self, now: datetime) -> None:
        before = milliseconds(now)
        await forget_expired(self._store, SENT_MESSAGES.name, "forget_at", before=before)

    async def _put(self, message: str, told: Document) -> Document:
        id = sha256(f"{self._app_id}\n{message}".encode()).hexdigest()
        try:
            return await self._store.insert(SENT_MESSAGES.name, {"_id": id, **told})
        except DuplicateKey:
            return await self._store.mutate(SENT_MESSAGES.name, id, lambda kept: _more(kept, told))

    async def _is_another_in_doubt(self, about: str, id: str) -> bool:
        found = await self._store.find(SENT_MESSAGES.name, equal={"in_doubt": about}, limit=2)
        return any(each["_id"] != id for each in found)

    def _letter(self, letter: Letter) -> str:
        return sha256(f"{self._app_id}\nletter\n{letter.id}".encode()).hexdigest()

    def _about(self, openid: OpenId, template: str) -> str:
        text = f"{self._app_id}\n{template}\n{openid.reveal()}"
        return self._vault.blind_index(text, f"{SENT_MESSAGES.name}.about")


def _is_lost(kept: Document) -> bool:
    """Whether both are known: whose it is, by an answer, and that it did not arrive.

    Who claims an event reads its end there and then, and may have tried again since.
    """
    return kept.get("answered", False) and not kept.get("arrived", True)


def _claimed_by(letter: str, since: int) -> Callable[[Document], Document | None]:
    """A change that makes an event that of this sending of the letter, unless it is another's."""

    def claim(event: Document) -> Document | None:
        return None if event.get("letter") else {**event, "letter": letter, "of": since}

    return claim


def _in_no_doubt(sending: Document) -> Document | None:
    known = {name: value for name, value in sending.items() if name != "in_doubt"}
    return None if known == sending else known


def _more(kept: Document, told: Document) -> Document | None:
    """What was told first stays."""
    merged = {**told, **kept}
    return None if merged == kept else merged
