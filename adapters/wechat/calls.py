"""Calls that bring the access token along."""

from collections.abc import Callable

from adapters.wechat.access_token import AccessTokens
from adapters.wechat.answers import token_failed
from channel_gateway.wire import HttpRequest, HttpResponse, HttpSender


async def call_with_token(
    tokens: AccessTokens, http: HttpSender, ask: Callable[[str], HttpRequest]
) -> HttpResponse:
    """Send what `ask` makes of a token; once more with the next one when the token is refused."""
    token = await tokens.current()
    response = await http.send(ask(token.secret))
    if token_failed(response):
        token = await tokens.instead_of(token)
        response = await http.send(ask(token.secret))
    return response
