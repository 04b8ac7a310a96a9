"""Send a message of the city service (城市服务消息通路): one order number is one card. Pure.

It is the official account's call, though the openid is the mini-program's. The styles that a
template needs (结果页, 办事记录, 页卡) come with the template from the city service.
Source: developers.weixin.qq.com, «消息通路发消息» (cityservice/sendmsgdata).
"""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from adapters.wechat.answers import Errors, read_done
from adapters.wechat.app import App, post
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Letter, WrongTemplate
from channel_gateway.wire import HttpRequest, HttpResponse

_ERRORS: Errors = {
    40037: partial(WrongTemplate, "the city service knows no such template", field="template_id"),
    47001: WrongTemplate,
    47003: WrongTemplate,
}


def city_message(to: OpenId, letter: Letter, styles: Mapping[str, str]) -> dict[str, Any]:
    """What is posted. Raises `WrongTemplate` for a value that is empty."""
    for key, value in letter.values.items():
        if not value.strip():
            raise WrongTemplate("nothing that can be read", field=f"data.{key}")
    return {
        "openid": to.reveal(),
        "biz_template_id": letter.template,
        "order_no": order_no(letter.subject),
        **styles,
        "data": {key: {"value": value} for key, value in letter.values.items()},
    }


def send_card(app: App, token: str, message: dict[str, Any]) -> HttpRequest:
    """`app` is the official account, and `token` its own."""
    return post(app.url("/cityservice/sendmsgdata", access_token=token), message)


def order_no(subject: str) -> str:
    """The same for all messages of one matter; 32 letters and digits that tell nothing of it."""
    return sha256(subject.encode()).hexdigest()[:32]


def read_card(response: HttpResponse) -> None:
    """Raises `WrongTemplate`, and what all calls raise."""
    read_done(response, _ERRORS)
