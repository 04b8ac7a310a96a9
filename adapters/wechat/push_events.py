"""What the events about subscribe messages say. Pure.

Source: developers.weixin.qq.com, «订阅消息事件推送»: popup (the citizen answers the window), change
(in the settings; so far only refusals), sent (how a message ended; failed means: by the system).
"""

from collections.abc import Collection, Mapping

from adapters.wechat.push import Push, listed_in
from adapters.wechat.push_form import Fields, entries, text_of
from adapters.wechat.sent_messages import SentEvent
from channel_gateway.domain.errors import Malformed
from channel_gateway.ports import ConsentChange

POPUP = "subscribe_msg_popup_event"
CHANGE = "subscribe_msg_change_event"
SENT = "subscribe_msg_sent_event"
PASSED_OVER = frozenset(
    {
        "add_express_path",  # the courier tells us itself
        "text",  # what a citizen writes to the mini-program: nobody here answers
    }
)

_END = ("TemplateId", "MsgID", "ErrorCode")
# None: the window did not show this template, so nothing was decided.
_WORDS: Mapping[str, bool | None] = {
    "accept": True,
    "acceptWithAudio": True,
    "acceptWithAlert": True,
    "reject": False,
    "ban": None,  # WeChat has taken the template away
    "filter": None,  # another of the same title was shown
}


def consents_in(push: Push, long_term: Collection[str]) -> tuple[ConsentChange, ...]:
    """What the citizen decided, by template. Raises `Malformed` where nothing can be read."""
    listed = entries(listed_in(push.fields))
    if not any(map(_is_read, listed)):
        raise Malformed("an event that lists no consent we can read", field="SubscribeStatusString")
    changes = []
    for entry in filter(_is_read, listed):
        template, accepted = text_of(entry, "TemplateId"), _WORDS[_word(entry)]
        lasting = push.kind == CHANGE or template in long_term
        if accepted is not None:
            changes.append(ConsentChange(template, accepted, lasting))
    return tuple(changes)


def unread_in(push: Push) -> int:
    """How many of the listed consents cannot be read; the others count."""
    return sum(not _is_read(entry) for entry in entries(listed_in(push.fields)))


def _is_read(entry: Fields) -> bool:
    return text_of(entry, "TemplateId") != "" and _word(entry) in _WORDS


def _word(entry: Fields) -> str:
    return text_of(entry, "SubscribeStatusString")


def sent_in(push: Push) -> tuple[SentEvent, ...]:
    """Which messages ended how. Raises `Malformed`."""
    listed = entries(listed_in(push.fields))
    if not listed or not all(text_of(each, name) for each in listed for name in _END):
        raise Malformed("an event that does not say which message ended how", field="List")
    return tuple(
        SentEvent(
            text_of(entry, "TemplateId"),
            text_of(entry, "MsgID"),
            arrived=text_of(entry, "ErrorCode") == "0",
        )
        for entry in listed
    )
