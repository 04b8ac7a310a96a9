"""Citizens are told: one document for each message, in the inbox of the person at once."""

import json
from collections.abc import Mapping
from datetime import datetime

from channel_gateway.domain.happenings import WORDS
from channel_gateway.ports import Account, Accounts, Sealing, Telling
from channel_gateway.services.message.message import Message
from channel_gateway.services.message.messages import Messages

_PLACE = "messages.words"


class Sealed:
    """The words of a message at rest."""

    def __init__(self, vault: Sealing) -> None:
        self._vault = vault

    def seal(self, words: Mapping[str, str]) -> str:
        return self._vault.seal(json.dumps(dict(words), ensure_ascii=False), _PLACE)

    def open(self, message: Message) -> dict[str, str]:
        words: dict[str, str] = json.loads(self._vault.open(message.words, _PLACE))
        return words


class Addresses:
    """Which accounts a message may go to, as it is at this moment."""

    def __init__(self, identities: Accounts) -> None:
        self._identities = identities

    async def whose(self, person: str) -> str:
        """An account's person, once its name is proven; of a person the same."""
        account = await self._identities.account(person)
        return person if account is None else account.person

    async def accounts(self, person: str, first: str | None) -> list[Account]:
        """Through which the matter was begun first; none of a person who was forgotten."""
        found = await self._identities.accounts(await self.whose(person))
        return sorted(found, key=lambda each: (each.citizen != first, each.since, each.citizen))


class Teller:
    """A `Messenger`."""

    def __init__(self, messages: Messages, addresses: Addresses, sealed: Sealed) -> None:
        self._messages = messages
        self._addresses = addresses
        self._sealed = sealed

    async def tell(self, telling: Telling, now: datetime) -> None:
        """Raises `ValueError` where a word is missing: what is told is written by us."""
        missing = [word for word in WORDS[telling.happening] if word not in telling.words]
        if missing:
            raise ValueError(f"{telling.happening} is told without {', '.join(missing)}")
        if not await self._addresses.accounts(telling.person, telling.account):
            return
        await self._messages.add(
            Message(
                id=telling.id,
                person=await self._addresses.whose(telling.person),
                happening=telling.happening,
                service=telling.service,
                subject=telling.subject,
                words=self._sealed.seal(telling.words),
                at=telling.at,
                told_at=now,
                place=0,
                place_key="",
                account=telling.account,
                page=telling.page,
                good_until=telling.good_until,
            )
        )
