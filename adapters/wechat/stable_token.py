"""Ask for the app's access token: the stable one, not forced. Pure.

Asking again gives the same token until five minutes before its end, when the next one begins and
both hold. Source: developers.weixin.qq.com, «获取稳定版接口调用凭据» (stable_token).
"""

from dataclasses import dataclass, field

from adapters.wechat.answers import read_answer
from adapters.wechat.app import App, post
from channel_gateway.domain.errors import Malformed
from channel_gateway.wire import HttpRequest, HttpResponse

RENEW_BEFORE_S = 240  # within the last five minutes the platform gives the next one


@dataclass(frozen=True, slots=True)
class AccessToken:
    secret: str = field(repr=False)
    renew_at: int  # ms
    ends_at: int  # ms


def ask_token(app: App) -> HttpRequest:
    body = {
        "grant_type": "client_credential",
        "appid": app.app_id,
        "secret": app.secret,
        "force_refresh": False,
    }
    return post(app.url("/cgi-bin/stable_token"), body)


def read_token(response: HttpResponse, now: int) -> AccessToken:
    answer = read_answer(response)
    try:
        secret, life_s = str(answer["access_token"]), int(answer["expires_in"])
    except (KeyError, TypeError, ValueError):
        raise Malformed("an answer without an access token", field="access_token") from None
    margin_s = min(RENEW_BEFORE_S, life_s // 2)
    return AccessToken(secret, now + (life_s - margin_s) * 1000, now + life_s * 1000)
