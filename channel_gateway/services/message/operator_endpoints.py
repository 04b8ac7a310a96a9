"""What became of a message: the operators' routes, and its story in words."""

from channel_gateway.domain.day_words import moment_words
from channel_gateway.service import Call, Parameter, Route, Story, Who
from channel_gateway.services.message.inbox_words import TITLES
from channel_gateway.services.message.messages import Messages
from channel_gateway.services.message.refusals import NoSuchMessage
from channel_gateway.services.message.shapes import OperatedMessage, OperatedMessages
from channel_gateway.services.message.views import RESULTS, SAYS, Views


class OperatorEndpoints:
    def __init__(self, messages: Messages, views: Views) -> None:
        self._messages = messages
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/operator/messages",
                self.of_subject,
                "List the messages of one subject (`?subject=`), and what was tried with each",
                answer=OperatedMessages,
                who=Who.OPERATOR,
                query=(Parameter("subject", required=True),),
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

    async def of_subject(self, call: Call) -> OperatedMessages:
        found = await self._messages.of_subject(call.query["subject"])
        return OperatedMessages(messages=[self._views.operated(each) for each in found])

    async def get(self, call: Call) -> OperatedMessage:
        return self._views.operated(await self._messages.get(call.path["message_id"]))

    async def tell(self, number: str) -> list[str] | None:
        try:
            message = await self._messages.get(number)
        except NoSuchMessage:
            return None
        lines = [
            f"{moment_words(message.told_at)} {TITLES[message.happening]}"
            f"（{message.subject}，第{message.place}条）",
        ]
        lines += [
            f"{moment_words(each.last_at)} {each.outlet} {RESULTS[each.result]}"
            f"（发送{each.tries}次，询问{each.asks}次）{each.note}"
            for each in message.attempts
        ]
        return [*lines, SAYS[message.state]]
