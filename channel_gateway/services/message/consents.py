"""Consents to messages in the store. The only writer of `message_consents`."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from functools import partial

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.people import OpenId
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import (
    Accounts,
    Collection,
    ConsentChange,
    DuplicateKey,
    Index,
    MissingDocument,
    Store,
)
from channel_gateway.records import every, swapped
from channel_gateway.services.message.counted import Counted, agreed, heard, none_left, spent

CONSENTS = Collection("message_consents", (Index(("account",)), Index(("changed_at",))))


class Consents:
    """A `MessageConsents`. What is not known is not counted: then a platform is simply asked."""

    def __init__(self, store: Store, identities: Accounts) -> None:
        self._store = store
        self._identities = identities

    async def heard(
        self,
        channel: str,
        app: str,
        openid: OpenId,
        changes: tuple[ConsentChange, ...],
        *,
        id: str,
        at: datetime,
    ) -> None:
        await self.decided(self._identities.citizen(channel, app, openid), changes, id=id, at=at)

    async def decided(
        self, account: str, changes: tuple[ConsentChange, ...], *, id: str, at: datetime
    ) -> None:
        """Of somebody who was forgotten nothing is kept."""
        if await self._identities.account(account) is None:
            return
        for number, each in enumerate(changes):
            which = f"{id}|{number}"  # an id may bring two words on one template
            await self._change(
                account, each.template, at, partial(heard, change=each, id=which, at=at)
            )

    async def agreed(self, account: str, templates: Iterable[str], at: datetime) -> None:
        """So the page says; the platform tells us itself, a moment later, and that is counted."""
        for each in templates:
            await self._change(account, each, at, lambda counted: agreed(counted, at))

    async def is_refused(self, account: str, template: str) -> bool:
        """Whether it is known that the platform would say no."""
        document = await self._store.get(CONSENTS.name, _id(account, template))
        return document is not None and from_document(Counted, document).is_refused

    async def spend(self, account: str, template: str, message: str, now: datetime) -> None:
        """Once for a message; what was not known stays so."""
        if await self._store.get(CONSENTS.name, _id(account, template)) is not None:
            await self._change(account, template, now, lambda counted: spent(counted, message, now))

    async def refused(self, account: str, template: str, asked_at: datetime) -> None:
        """Its platform had none when it was asked; its answer may be slow."""
        await self._change(account, template, asked_at, lambda one: none_left(one, asked_at))

    async def of(self, account: str) -> list[Counted]:
        return [each async for each in self._all_of(account)]

    async def forget(self, account: str, until: datetime) -> None:
        for each in await self.of(account):
            if each.changed_at <= until:
                await self._store.delete(CONSENTS.name, each.id)

    async def purge(self, before: datetime) -> None:
        await forget_expired(self._store, CONSENTS.name, "changed_at", before=milliseconds(before))

    def _all_of(self, account: str) -> AsyncIterator[Counted]:
        return every(self._store, CONSENTS, Counted, equal={"account": account})

    async def _change(
        self, account: str, template: str, now: datetime, change: Callable[[Counted], Counted]
    ) -> None:
        id = _id(account, template)
        try:
            await swapped(self._store, CONSENTS, id, Counted, change)
        except MissingDocument:
            first = change(Counted(id, account, template, changed_at=now))
            try:
                await self._store.insert(CONSENTS.name, to_document(first))
            except DuplicateKey:  # its first two words came at once
                await swapped(self._store, CONSENTS, id, Counted, change)


def _id(account: str, template: str) -> str:
    return f"{account}|{template}"
