"""WeChat's server, written by hand: login codes, a stable token, phone numbers, messages."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from tests.unit.wechat_pay.platform_side import FakeClock

SESSION_KEY = "tiihtNczf5v6AKRyjwEUhQ=="


def says(**fields: Any) -> HttpResponse:
    return HttpResponse(200, Headers(), json.dumps(fields).encode())


def fails(errcode: int, errmsg: str = "no") -> HttpResponse:
    return says(errcode=errcode, errmsg=f"{errmsg} rid: 5f0e1a2b-1c2d3e4f-5a6b7c8d")


@dataclass
class FakeWechat:
    """An `HttpSender` that is WeChat's server: one valid token at a time, renewed near its end."""

    clock: FakeClock
    sent: list[HttpRequest] = field(default_factory=list)
    fetches: int = 0
    token: str = ""
    ends_at: float = 0
    answers: dict[str, HttpResponse] = field(default_factory=dict)  # by path, when not as usual
    meanwhile: Callable[[], Awaitable[None]] | None = None  # happens while a token is on its way

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        self.sent.append(request)
        split = urlsplit(request.url)
        if split.path in self.answers:
            return self.answers[split.path]
        if split.path == "/cgi-bin/stable_token":
            answer = self._stable_token(json.loads(request.body))
            if happening := self.meanwhile:
                self.meanwhile = None
                await happening()
            return answer
        query = parse_qs(split.query)
        if split.path == "/sns/jscode2session":
            return says(openid=f"openid-of-{query['js_code'][0]}", session_key=SESSION_KEY)
        if query["access_token"] != [self.token]:
            return fails(40001, "invalid credential, access_token is invalid or not latest")
        if split.path == "/wxa/business/getuserphonenumber":
            watermark = {"timestamp": 1, "appid": "wx1"}
            info = {"purePhoneNumber": "13800000000", "countryCode": "86", "watermark": watermark}
            return says(errcode=0, errmsg="ok", phone_info=info)
        return says(errcode=0, errmsg="ok")

    def kill_token(self) -> None:
        """As when somebody forces a refresh: what everybody holds is worth nothing."""
        self.ends_at = 0

    def paths(self) -> list[str]:
        return [urlsplit(request.url).path for request in self.sent]

    def _stable_token(self, asked: dict[str, Any]) -> HttpResponse:
        self.fetches += 1
        if (asked["appid"], asked["secret"]) != ("wx1", "the-app-secret"):
            return fails(40125, "invalid appsecret")
        assert asked["force_refresh"] is False
        now = self.clock.now().timestamp()
        if self.ends_at - now <= 300:
            self.token, self.ends_at = f"token-{self.fetches}", now + 7200
        return says(access_token=self.token, expires_in=int(self.ends_at - now))
