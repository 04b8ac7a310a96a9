"""Who a citizen is to a channel, sealed; known everywhere else by a blind index only."""

from contextlib import suppress
from datetime import datetime

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.errors import NotFound, Unauthorized
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import (
    Account,
    Collection,
    Document,
    DuplicateKey,
    Index,
    MissingDocument,
    Sealing,
    Store,
)

IDENTITIES = Collection("identities", (Index(("person",)),))

_MOST = 100  # accounts of one person; a platform has one for a person and application

_OPENID, _PHONE = "identities.openid", "identities.phone"


class Identities:
    def __init__(self, store: Store, vault: Sealing) -> None:
        self._store = store
        self._vault = vault

    def citizen(self, channel: str, app: str, openid: OpenId) -> str:
        """The blind index of a citizen: the same person in the same app has the same one."""
        return self._vault.blind_index(f"{channel}\n{app}\n{openid.reveal()}", "identities")

    async def remember(self, channel: str, app: str, openid: OpenId, now: datetime) -> str:
        """Keep who this is, and since when, once. Returns the citizen's blind index."""
        citizen = self.citizen(channel, app, openid)
        if await self._store.get(IDENTITIES.name, citizen) is None:
            document = {
                "_id": citizen,
                "channel": channel,
                "app": app,
                "openid": self._vault.seal(openid.reveal(), _OPENID),
                "since": milliseconds(now),
            }
            # Another login of the same person may come first, with the same identity.
            with suppress(DuplicateKey):
                await self._store.insert(IDENTITIES.name, document)
        return citizen

    async def openid(self, citizen: str) -> OpenId:
        """Raises `NotFound`."""
        return OpenId(self._vault.open((await self._document(citizen))["openid"], _OPENID))

    async def person(self, citizen: str) -> str:
        """Whom an account belongs to: the account itself, until the name is proven.

        Raises `Unauthorized`: every login is remembered, so whoever is not was forgotten.
        """
        account = await self.account(citizen)
        if account is None:
            raise _forgotten()
        return account.person

    async def account(self, citizen: str) -> Account | None:
        """As it is now; None: never seen, or forgotten."""
        document = await self._store.get(IDENTITIES.name, citizen)
        return None if document is None else _account(document)

    async def belong(self, citizen: str, person: str | None) -> None:
        """From now on an account is this person's; None: it belongs to itself again."""

        def change(document: Document) -> Document | None:
            if document.get("person") == person:
                return None
            kept = {name: value for name, value in document.items() if name != "person"}
            return kept if person is None else kept | {"person": person}

        with suppress(MissingDocument):  # forgotten meanwhile
            await self._store.mutate(IDENTITIES.name, citizen, change)

    async def accounts(self, person: str) -> list[Account]:
        """All accounts that belong to a person; of an unproven one, itself."""
        found = await self._store.find(IDENTITIES.name, equal={"person": person}, limit=_MOST)
        if not found:
            alone = await self._store.get(IDENTITIES.name, person)
            found = [alone] if alone is not None and "person" not in alone else []
        return [_account(each) for each in found]

    async def forget(self, citizen: str) -> None:
        await self._store.delete(IDENTITIES.name, citizen)

    async def phone(self, citizen: str) -> Phone | None:
        """The number the citizen shared, if any. Raises `NotFound`."""
        sealed = (await self._document(citizen)).get("phone")
        return None if sealed is None else Phone(self._vault.open(sealed, _PHONE))

    async def keep_phone(self, citizen: str, phone: Phone) -> None:
        """Keep the number a citizen shared, in place of an older one. Raises `Unauthorized`."""
        sealed = self._vault.seal(phone.reveal(), _PHONE)
        try:
            await self._store.mutate(
                IDENTITIES.name, citizen, lambda document: {**document, "phone": sealed}
            )
        except MissingDocument:
            raise _forgotten() from None

    async def _document(self, citizen: str) -> Document:
        document = await self._store.get(IDENTITIES.name, citizen)
        if document is None:
            raise NotFound("nobody is known by this name")
        return document


def _account(document: Document) -> Account:
    citizen = document["_id"]
    return Account(
        citizen,
        document["channel"],
        document["app"],
        person=document.get("person") or citizen,
        since=moment_of(document.get("since", 0)),  # 0: it was not kept in the beginning
    )


def _forgotten() -> Unauthorized:
    return Unauthorized("this citizen was forgotten: a new login begins anew")
