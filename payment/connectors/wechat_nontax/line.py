"""The line to `/nontax/…`: a call with the app's access token, which all processes share."""

from typing import Any

from adapters.wechat.access_token import AccessTokens
from adapters.wechat.answers import token_failed
from adapters.wechat.app import App, post
from adapters.wechat.calls import call_with_token
from channel_gateway.ports import Tools
from channel_gateway.wire import HttpRequest, HttpResponse

BILL_TIMEOUT_S = 120


class Line:
    """The token lies in the store under the app's id, where the `wechat` channel keeps it too."""

    def __init__(self, app: App, tools: Tools) -> None:
        self._app = app
        self._http = tools.http
        self._tokens = AccessTokens(
            app, tools.store, tools.http, tools.clock, tools.randomness, tools.vault
        )

    async def call(self, name: str, body: dict[str, Any]) -> HttpResponse:
        """Raises `Unavailable`; an answer is returned whatever it says."""
        return await call_with_token(
            self._tokens, self._http, lambda token: self._request(name, body, token)
        )

    async def bill(self, body: dict[str, Any]) -> HttpResponse:
        """As `call`, of a bill: it is no JSON unless it is refused."""
        return await call_with_token(
            self._tokens,
            self._http,
            lambda token: self._request("downloadbill", body, token),
            failed=lambda response: response.body[:1] == b"{" and token_failed(response),
            timeout_s=BILL_TIMEOUT_S,
        )

    def _request(self, name: str, body: dict[str, Any], token: str) -> HttpRequest:
        return post(self._app.url(f"/nontax/{name}", access_token=token), body)
