"""Read the phone number a citizen chose to share, by the code the mini-program got. Pure.

Source: developers.weixin.qq.com, «手机号快速验证» (getuserphonenumber).
"""

from adapters.wechat.answers import read_answer
from adapters.wechat.app import App, post
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.people import Phone
from channel_gateway.wire import HttpRequest, HttpResponse


def ask_phone(app: App, token: str, code: str) -> HttpRequest:
    return post(app.url("/wxa/business/getuserphonenumber", access_token=token), {"code": code})


def read_phone(response: HttpResponse, app: App) -> Phone:
    """The number without country code. Raises `Malformed`, also when it is another app's."""
    answer = read_answer(response)
    try:
        info = answer["phone_info"]
        if info["watermark"]["appid"] != app.app_id:
            raise Malformed("a phone number meant for another app", field="appid")
        return Phone(str(info["purePhoneNumber"]))
    except (KeyError, TypeError):
        raise Malformed("an answer without a phone number", field="phone_info") from None
