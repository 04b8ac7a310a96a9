"""What the events about subscribe messages say. Pure.

Source: developers.weixin.qq.com, «订阅消息事件推送»: popup (the citizen answers the window), change
(in the settings; so far only refusals), sent (how a message ended; failed means: by the system).
"""

from collections.abc import Collection, Mapping

from adapters.wechat.push import Push, listed_in
from adapters.wechat.push_form import entries, text_of
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

_WORDS: Mapping[str, bool] = {
    "accept": True,
    "acceptWithAudio": True,
    "acceptWithAlert": True,
    "reject": False,
}


def consents_in(push: Push, long_term: Collection[str]) -> tuple[ConsentChange, ...]:
    """What the citizen decided, by template. Raises `Malformed`, also for an unknown word."""
    changes = []
    for entry in entries(listed_in(push.fields)):
        template, word = text_of(entry, "TemplateId"), text_of(entry, "SubscribeStatusString")
        if not template or word not in _WORDS:
            raise Malformed("a consent we cannot read", field="SubscribeStatusString")
        lasting = push.kind == CHANGE or template in long_term
        changes.append(ConsentChange(template, accepted=_WORDS[word], lasting=lasting))
    if not changes:
        raise Malformed("an event that lists nothing", field="List")
    return tuple(changes)


def sent_in(push: Push) -> tuple[SentEvent, ...]:
    """Which messages ended how. Raises `Malformed`."""
    events = tuple(
        SentEvent(
            text_of(entry, "TemplateId"),
            text_of(entry, "MsgID"),
            arrived=text_of(entry, "ErrorCode") == "0",
        )
        for entry in entries(listed_in(push.fields))
    )
    if not events or not all(event.template and event.message for event in events):
        raise Malformed("an event that does not say which message it is about", field="List")
    return events
