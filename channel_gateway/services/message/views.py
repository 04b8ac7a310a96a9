"""Messages as citizens and operators are shown them, in plain words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from channel_gateway.domain.days import moment_of
from channel_gateway.services.message.inbox_words import TITLES, sentence
from channel_gateway.services.message.message import Message, Result, State
from channel_gateway.services.message.messages import SEND
from channel_gateway.services.message.shapes import AttemptView, MessageView, OperatedMessage
from channel_gateway.services.message.telling import Sealed

SAYS: Mapping[State, str] = {
    State.WAITING: "待发送",
    State.SENT: "平台已接收",
    State.PERHAPS: "可能已送达：平台没有答复，不再重复发送；消息在“我的消息”中",
    State.INBOX_ONLY: "没有可用的发送方式，仅在“我的消息”中",
    State.OUT_OF_DATE: "已过时，未发送，仅在“我的消息”中",
    State.SUPERSEDED: "之后已取消，不再发送，仅在“我的消息”中",
    State.GIVEN_UP: "平台一直未接收，已停止发送，仅在“我的消息”中",
}
_OLD_AND_LOST = "平台未送达，再发送时已过时，仅在“我的消息”中"

RESULTS: Mapping[Result, str] = {
    Result.TRYING: "正在发送，或发送时中断",
    Result.UNKNOWN: "没有答复",
    Result.AGAIN: "没有答复，将再次发送",
    Result.NOT_SENT: "未发出，可再次发送",
    Result.SENT: "平台已接收",
    Result.PERHAPS: "不知道是否送达",
    Result.NO_CONSENT: "用户没有订阅",
    Result.WRONG_TEMPLATE: "模板或字段不符",
    Result.REFUSED: "平台拒绝",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a message that is not sent yet waits, and when it is looked at again."""

    why: str
    until: datetime


def waits(message: Message) -> Waiting | None:
    """None: it has ended, or waits for a person. Pure."""
    task = next((each for each in message.tasks if each.kind == SEND), None)
    if task is None or message.state is not State.WAITING:
        return None
    return Waiting(task.note, moment_of(task.due))


def says(message: Message) -> str:
    """How it stands. Of one that was sent in vain nobody says that it was not sent. Pure."""
    if message.state is State.OUT_OF_DATE and message.came_back:
        return _OLD_AND_LOST
    return SAYS[message.state]


class Views:
    """Opens what is sealed."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def line(self, message: Message) -> MessageView:
        return MessageView(
            message_id=message.id,
            happening=message.happening,
            title=TITLES[message.happening],
            text=sentence(message.happening, self._sealed.open(message)),
            service=message.service,
            subject=message.subject,
            page=message.page,
            at=message.at,
            read=message.read_at is not None,
        )

    def operated(self, message: Message) -> OperatedMessage:
        """What it says is the citizen's: how long its words are tells a template that is wrong."""
        same = (
            *("subject", "place", "happening", "service", "state", "at", "told_at", "good_until"),
            *("ended_at", "read_at"),
        )
        words, waiting = self._sealed.open(message), waits(message)
        return OperatedMessage.model_validate(
            {name: getattr(message, name) for name in same}
            | {
                "message_id": message.id,
                "words": {name: "*" * len(text) for name, text in words.items()},
                "says": says(message),
                "waits_because": "" if waiting is None else waiting.why,
                "waits_until": None if waiting is None else waiting.until,
                "attempts": [AttemptView.model_validate(asdict(e)) for e in message.attempts],
            }
        )
