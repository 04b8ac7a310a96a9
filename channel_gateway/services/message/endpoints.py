"""A citizen's endpoints of messages, as rows: the inbox, and consents to more."""

from collections.abc import Callable, Mapping
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.happenings import Happening
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import ConsentChange, Cursor, Identities, Outlet, ServiceCatalogue
from channel_gateway.service import Call, Parameter, Route
from channel_gateway.services.message.consents import Consents
from channel_gateway.services.message.message import Message, is_read
from channel_gateway.services.message.messages import Messages
from channel_gateway.services.message.refusals import NoSuchMessage
from channel_gateway.services.message.shapes import (
    ConsentsKept,
    ConsentsRequest,
    Decision,
    InboxView,
    TemplatesView,
    TemplateView,
)
from channel_gateway.services.message.views import Views

PAGE = 20
MOST_UNREAD = 1000
_NOT_ASKED = frozenset({Decision.BAN, Decision.FILTER})  # so nothing was decided
_ACCEPTED = frozenset({Decision.ACCEPT, Decision.ACCEPT_WITH_AUDIO, Decision.ACCEPT_WITH_ALERT})


class Endpoints:
    def __init__(
        self,
        messages: Messages,
        consents: Consents,
        catalogue: ServiceCatalogue,
        outlets: Callable[[], Mapping[str, Outlet]],
        *,
        identities: Identities,
        views: Views,
    ) -> None:
        self._messages = messages
        self._consents = consents
        self._catalogue = catalogue
        self._outlets = outlets
        self._identities = identities
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/messages",
                self.list,
                "List your messages of all channels, the newest first, and count the unread",
                answer=InboxView,
                query=("after",),
            ),
            Route(
                "POST",
                "/messages/read",
                self.read_all,
                "Mark all your messages as read",
                status=204,
            ),
            Route(
                "POST",
                "/messages/{message_id}/read",
                self.read,
                "Mark a message as read; again changes nothing",
                status=204,
                errors=("no_such_message",),
            ),
            Route(
                "GET",
                "/message-templates",
                self.templates,
                "Which templates to ask consent for, in the window of the platform you are in",
                answer=TemplatesView,
                query=(
                    Parameter("service", required=True),
                    Parameter("happening", required=True, among=Happening),
                ),
            ),
            Route(
                "POST",
                "/message-consents",
                self.decided,
                "Say what the platform's window brought, once for an Idempotency-Key",
                body=ConsentsRequest,
                answer=ConsentsKept,
                idempotent=True,
            ),
        ]

    async def list(self, call: Call) -> InboxView:
        person = await self._person(call)
        after = read_cursor(call.query["after"]) if "after" in call.query else None
        page = await self._messages.of_person(person, limit=PAGE, after=after)
        return InboxView(
            messages=[self._views.line(each) for each in page],
            unread=await self._messages.unread(person, cap=MOST_UNREAD),
            next=_next(page[-1]) if len(page) == PAGE else None,
        )

    async def read(self, call: Call) -> None:
        person, id = await self._person(call), call.path["message_id"]
        await self._messages.change(id, lambda one: _read_by(one, person, call.now))

    async def read_all(self, call: Call) -> None:
        async for each in self._messages.unread_of(await self._person(call)):
            await self._messages.change(each.id, lambda one: is_read(one, call.now))

    async def templates(self, call: Call) -> TemplatesView:
        service, happening = call.query["service"], Happening(call.query["happening"])
        found = []
        for name, outlet in self._outlets().items():
            if outlet.channel != call.session.channel or not outlet.by_consent:
                continue
            known = await self._catalogue.template(service, happening, name)
            if known is not None:
                found.append(TemplateView(outlet=name, template=known.template))
        return TemplatesView(templates=found)

    async def decided(self, call: Call) -> ConsentsKept:
        """Where the platform tells us too, its word alone counts: one window, one consent. But
        whoever has just agreed is written to although that word is not there yet.
        """
        channel, account = call.session.channel, call.session.citizen
        body: ConsentsRequest = call.body
        ours = [(name, o) for name, o in self._outlets().items() if o.channel == channel]
        known = await self._catalogue.templates([name for name, _ in ours])
        changes = tuple(
            ConsentChange(template, decision in _ACCEPTED, lasting=body.lasting)
            for template, decision in body.results.items()
            if decision not in _NOT_ASKED and template in known
        )
        if any(outlet.consents_pushed for _, outlet in ours):
            accepted = [each.template for each in changes if each.accepted]
            await self._consents.agreed(account, accepted, call.now)
            return ConsentsKept(counted=False)
        await self._consents.decided(
            account, changes, id=f"page|{call.idempotency_key}", at=call.now
        )
        return ConsentsKept(counted=True)

    async def _person(self, call: Call) -> str:
        return await self._identities.person(call.session.citizen)


def _read_by(message: Message, person: str, now: datetime) -> Message:
    """Raises `NoSuchMessage`: it is somebody else's."""
    if message.person != person:
        raise NoSuchMessage(field="message_id")
    return is_read(message, now)


def _next(last: Message) -> str:
    return write_cursor(Cursor(milliseconds(last.told_at), last.id))
