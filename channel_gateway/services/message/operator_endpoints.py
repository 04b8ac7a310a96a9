"""What became of a message: the operators' routes, and its story in words."""

from collections.abc import Iterable

from channel_gateway.domain.days import beijing_text, milliseconds
from channel_gateway.domain.errors import Invalid
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor
from channel_gateway.service import Call, Line, Parameter, Route, Story, Told, Who
from channel_gateway.services.message.inbox_words import TITLES
from channel_gateway.services.message.message import Message, State
from channel_gateway.services.message.messages import Messages
from channel_gateway.services.message.refusals import NoSuchMessage
from channel_gateway.services.message.shapes import OperatedMessage, OperatedMessages
from channel_gateway.services.message.views import RESULTS, Views, says, waits

PAGE = 50


class OperatorEndpoints:
    def __init__(self, messages: Messages, views: Views) -> None:
        self._messages = messages
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/operator/messages",
                self.found,
                "List messages of one subject (`?subject=`), or in one state (`?state=`)",
                answer=OperatedMessages,
                who=Who.OPERATOR,
                query=("subject", Parameter("state", among=State), "after"),
            ),
            Route(
                "GET",
                "/operator/messages/{message_id}",
                self.get,
                "See a message: what was tried, when, and what came back; not what it says",
                answer=OperatedMessage,
                who=Who.OPERATOR,
                errors=("no_such_message",),
            ),
        ]

    def story(self) -> Story:
        return Story("a message", self.tell)

    async def found(self, call: Call) -> OperatedMessages:
        """Those that wait begin with the one that was told first; all others with the newest."""
        if subject := call.query.get("subject"):
            return self._answer(await self._messages.of_subject(subject))
        if not call.query.get("state"):
            raise Invalid("which subject, or which state?", field="query.subject")
        state = State(call.query["state"])
        after = read_cursor(call.query["after"]) if "after" in call.query else None
        found = await self._messages.in_state(state, limit=PAGE, after=after)
        more = write_cursor(Cursor(milliseconds(found[-1].told_at), found[-1].id)) if found else ""
        return self._answer(found, more if len(found) == PAGE else None)

    def _answer(self, found: Iterable[Message], next: str | None = None) -> OperatedMessages:
        messages = [self._views.operated(each) for each in found]
        return OperatedMessages(messages=messages, next=next)

    async def get(self, call: Call) -> OperatedMessage:
        return self._views.operated(await self._messages.get(call.path["message_id"]))

    async def tell(self, number: str) -> Told | None:
        """By a message's id, or by what it is about, `appointment:A…`."""
        try:
            found = [await self._messages.get(number)]
        except NoSuchMessage:
            found = await self._messages.of_subject(number)
        lines = [line for each in found for line in _story(each)]
        return Told(tuple(lines)) if lines else None


def _story(message: Message) -> list[Line]:
    """What it says is the citizen's; that it was sent is not."""
    about = f"message {message.place} of {message.subject} ({TITLES[message.happening]})"
    lines = [Line(message.told_at, f"{about}: to be told to the citizen")]
    lines += [
        Line(
            each.last_at,
            f"{about}: by {each.outlet}: {each.result} ({RESULTS[each.result]}), "
            f"sent {each.tries} times, asked about {each.asks} times"
            f"{f'; {each.note}' if each.note else ''}",
        )
        for each in message.attempts
    ]
    waiting = waits(message)
    if waiting is not None:
        until = beijing_text(waiting.until)
        lines.append(Line(None, f"  {about}: waits until {until}: {waiting.why}"))
    elif message.ended_at is not None:
        lines.append(Line(message.ended_at, f"{about}: {message.state} ({says(message)})"))
    return lines
