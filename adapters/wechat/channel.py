"""The WeChat channel: citizens who open the service inside WeChat's city-service tab."""

from collections.abc import Callable

from adapters.wechat.access_token import AccessTokens
from adapters.wechat.app import App
from adapters.wechat.calls import call_with_token
from adapters.wechat.login import code2session, read_openid
from adapters.wechat.phone import ask_phone, read_phone
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.wire import HttpRequest, HttpResponse, HttpSender


class WechatChannel:
    """Implements `Channel`."""

    def __init__(self, app: App, tokens: AccessTokens, http: HttpSender, *, name: str) -> None:
        self.name = name
        self.app = app.app_id
        self._app = app
        self._tokens = tokens
        self._http = http

    async def login(self, code: str) -> OpenId:
        return read_openid(await self._http.send(code2session(self._app, code)))

    async def phone(self, payload: str) -> Phone:
        response = await self._call(lambda token: ask_phone(self._app, token, payload))
        return read_phone(response, self._app)

    async def _call(self, ask: Callable[[str], HttpRequest]) -> HttpResponse:
        return await call_with_token(self._tokens, self._http, ask)
