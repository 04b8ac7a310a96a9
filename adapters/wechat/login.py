"""Change a login code into who the citizen is to our mini-program. Pure.

The `session_key` in the answer is read by nobody: it must not leave the server, and nothing here
needs it. Source: developers.weixin.qq.com, «小程序登录» (code2Session).
"""

from adapters.wechat.answers import Errors, read_answer
from adapters.wechat.app import App
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import LoginCodeExpired, LoginCodeInvalid, LoginCodeUsed
from channel_gateway.wire import HttpRequest, HttpResponse

_ERRORS: Errors = {
    40029: LoginCodeInvalid,
    40163: LoginCodeUsed,
    42003: LoginCodeExpired,
}


def code2session(app: App, code: str) -> HttpRequest:
    return HttpRequest(
        "GET",
        app.url(
            "/sns/jscode2session",
            appid=app.app_id,
            secret=app.secret,
            js_code=code,
            grant_type="authorization_code",
        ),
    )


def read_openid(response: HttpResponse) -> OpenId:
    """Raises `LoginCodeInvalid`, `LoginCodeUsed`, `LoginCodeExpired` and what all calls raise."""
    openid = read_answer(response, _ERRORS).get("openid")
    if not isinstance(openid, str) or not openid:
        raise Malformed("a login without an openid", field="openid")
    return OpenId(openid)
