"""Send one subscribe message: a citizen's one consent is one message. Pure.

Source: developers.weixin.qq.com, «发送订阅消息» (subscribe/send).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.wechat.answers import Errors, read_answer
from adapters.wechat.app import App, post
from channel_gateway.domain.errors import Invalid, Refused
from channel_gateway.domain.people import OpenId
from channel_gateway.wire import HttpRequest, HttpResponse


class NoConsent(Refused):
    """The citizen has not agreed to another message: sending it again is no use."""

    code = "no_consent"


@dataclass(frozen=True, slots=True)
class SubscribeMessage:
    to: OpenId
    template: str
    values: Mapping[str, str]  # by the template's words: `thing1`, `time2`
    page: str = ""  # opens when the citizen taps the message


_ERRORS: Errors = {
    43101: NoConsent,
    47003: Invalid,  # a value breaks its word's rule; `field` says which
}


def send_message(app: App, token: str, message: SubscribeMessage) -> HttpRequest:
    body = {
        "touser": message.to.reveal(),
        "template_id": message.template,
        "miniprogram_state": "formal",
        "lang": "zh_CN",
        "data": {word: {"value": value} for word, value in message.values.items()},
    }
    if message.page:
        body["page"] = message.page
    return post(app.url("/cgi-bin/message/subscribe/send", access_token=token), body)


def read_sent(response: HttpResponse) -> None:
    """Raises `NoConsent`, `Invalid`, and what all calls raise."""
    read_answer(response, _ERRORS)
