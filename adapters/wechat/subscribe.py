"""Send one subscribe message: a citizen's one consent is one message. Pure.

Source: developers.weixin.qq.com, «发送订阅消息» (subscribe/send).
"""

from functools import partial
from typing import Any

from adapters.wechat.answers import Errors, read_done
from adapters.wechat.app import App, post
from adapters.wechat.template_fields import fitted
from channel_gateway.domain.errors import Refused, TooMany
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Letter, NoConsent, WrongTemplate
from channel_gateway.wire import HttpRequest, HttpResponse

_ERRORS: Errors = {
    40037: partial(WrongTemplate, "WeChat knows no such template", field="template_id"),
    41030: partial(WrongTemplate, "the mini-program has no such page", field="page"),
    43101: NoConsent,
    43107: partial(Refused, "WeChat has taken the messages away from this mini-program: 43107"),
    43108: partial(TooMany, "another message to the same citizen is under way", retry_after_s=5),
    45168: partial(Refused, "WeChat finds words in it that may not be sent: 45168"),
    47003: WrongTemplate,  # a value breaks its kind's rule; `field` says which
}


def subscribe_message(to: OpenId, letter: Letter, landing_page: str = "") -> dict[str, Any]:
    """What is posted. Raises `WrongTemplate`: WeChat would not take it, and is not asked."""
    body = {
        "touser": to.reveal(),
        "template_id": letter.template,
        "miniprogram_state": "formal",
        "lang": "zh_CN",
        "data": {key: {"value": value} for key, value in fitted(letter.values).items()},
    }
    page = letter.page or landing_page
    return body | {"page": page} if page else body


def send_message(app: App, token: str, message: dict[str, Any]) -> HttpRequest:
    return post(app.url("/cgi-bin/message/subscribe/send", access_token=token), message)


def read_sent(response: HttpResponse) -> str:
    """The message's number, by which WeChat says later whether it arrived; empty: it named none.

    Raises `NoConsent`, `WrongTemplate`, and what all calls raise.
    """
    number = read_done(response, _ERRORS).get("msgid", "")
    return str(number) if isinstance(number, int | str) else ""
