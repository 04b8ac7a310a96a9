"""What is kept about people in their messages: handed out, and forgotten without a trace."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.ports import Accounts, Consent
from channel_gateway.services.message.consents import Consents
from channel_gateway.services.message.message import Message
from channel_gateway.services.message.messages import Messages
from channel_gateway.services.message.views import Views

_MOST_EXPORTED = 1000


class MessageData:
    """`PersonalData` of messages."""

    def __init__(
        self, messages: Messages, consents: Consents, identities: Accounts, views: Views
    ) -> None:
        self._messages = messages
        self._consents = consents
        self._identities = identities
        self._views = views

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        async for each in self._messages.all_of(account):
            await self._messages.change(each.id, lambda one: _adopted(one, account, person))

    async def export(self, person: str) -> dict[str, Any]:
        """The newest first, at most a thousand; `more` says whether there are others."""
        told: list[dict[str, Any]] = []
        consents = await self._consents_of(person)
        async for each in self._messages.all_of(person):
            if len(told) == _MOST_EXPORTED:
                return {"messages": told, "more": True, "message_consents": consents}
            told.append(self._views.line(each).model_dump(mode="json"))
        return {"messages": told, "more": False, "message_consents": consents}

    async def open_matters(self, person: str) -> list[str]:
        """A message that was not sent is no matter of its own."""
        return []

    async def erase(self, person: str, now: datetime) -> list[str]:
        async for each in self._messages.all_of(person):
            if each.told_at <= now:
                await self._messages.delete(each.id)
        await self._consents.forget(person, now)  # kept by account, each of which is named
        return []

    async def consents(self, person: str) -> list[Consent]:
        """Given to the platform, in whose settings they are taken back."""
        return []

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> str | None:
        return None

    async def _consents_of(self, person: str) -> list[dict[str, Any]]:
        return [
            {
                "channel": account.channel,
                "template": each.template,
                "left": each.left,
                "lasting": each.lasting,
            }
            for account in await self._identities.accounts(person)
            for each in await self._consents.of(account.citizen)
        ]


def _adopted(message: Message, account: str, person: str) -> Message:
    if message.person != account:
        return message
    unread_of = None if message.unread_of is None else person
    return replace(message, person=person, unread_of=unread_of)
