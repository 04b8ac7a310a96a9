"""Calls that bring the access token along."""

from collections.abc import Awaitable, Callable

from adapters.wechat.access_token import AccessTokens
from adapters.wechat.answers import token_failed
from adapters.wechat.stable_token import AccessToken
from channel_gateway.domain.errors import RefusedForNow, Unavailable
from channel_gateway.wire import HttpRequest, HttpResponse, HttpSender

_NOT_SENT = "there is no access token that holds: nothing was sent"


async def call_with_token(
    tokens: AccessTokens,
    http: HttpSender,
    ask: Callable[[str], HttpRequest],
    *,
    failed: Callable[[HttpResponse], bool] = token_failed,
    timeout_s: float = 10,
) -> HttpResponse:
    """Send what `ask` makes of a token; once more with the next one when the token is refused."""
    token = await tokens.current()
    response = await http.send(ask(token.secret), timeout_s=timeout_s)
    if failed(response):
        token = await tokens.instead_of(token)
        response = await http.send(ask(token.secret), timeout_s=timeout_s)
    return response


async def send_with_token(
    tokens: AccessTokens, http: HttpSender, ask: Callable[[str], HttpRequest]
) -> HttpResponse:
    """As `call_with_token`, for what must not be sent twice: only what was sent is unknown.

    Raises `RefusedForNow` when there was no token to send it with.
    """
    token = await _sending_nothing(tokens.current())
    response = await http.send(ask(token.secret))
    if token_failed(response):
        token = await _sending_nothing(tokens.instead_of(token))
        response = await http.send(ask(token.secret))
        if token_failed(response):
            raise RefusedForNow(_NOT_SENT)
    return response


async def _sending_nothing(getting: Awaitable[AccessToken]) -> AccessToken:
    try:
        return await getting
    except Unavailable as error:
        raise RefusedForNow(_NOT_SENT) from error
