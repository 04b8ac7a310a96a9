"""How WeChat's server answers: always 200, and an `errcode` that is not 0 when it failed. Pure.

Source: developers.weixin.qq.com, each call's table of errors. Of `errmsg`, which may repeat what
was sent, only a field's name is taken.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from channel_gateway.domain.errors import GatewayError, Refused, TooMany, Unavailable
from channel_gateway.wire import HttpResponse

Errors = Mapping[int, Callable[[], GatewayError]]

# The access token is not, or no longer, good; a new one may be.
TOKEN_FAILED = frozenset((40001, 40014, 42001))

_EVERYWHERE: Mapping[int, type[GatewayError]] = {
    -1: Unavailable,  # busy
    45009: TooMany,  # today's quota of a call
    45011: TooMany,  # one user, or one minute
    **dict.fromkeys(TOKEN_FAILED, Unavailable),
}


def read_answer(response: HttpResponse, errors: Errors | None = None) -> dict[str, Any]:
    """Return the answer's fields. `errors`: what this call's own numbers mean.

    Raises those, `TooMany`, `Refused` with the number, or `Unavailable` when it says nothing.
    """
    answer = _parsed(response)
    number = answer.get("errcode", 0)
    if number == 0:
        return answer
    if errors and number in errors:
        error = errors[number]()  # says itself what to do
    else:
        error = _EVERYWHERE.get(number, Refused)(f"WeChat: errcode {number}")
    if named := re.search(r"data\.\w+", str(answer.get("errmsg", ""))):
        error.field = named[0]
    raise error


def read_done(response: HttpResponse, errors: Errors) -> dict[str, Any]:
    """As `read_answer`, of a call whose errcode 0 is all it says of having been done."""
    answer = read_answer(response, errors)
    if "errcode" not in answer:
        raise Unavailable("WeChat does not say that it was done")
    return answer


def token_failed(response: HttpResponse) -> bool:
    return _parsed(response).get("errcode") in TOKEN_FAILED


def _parsed(response: HttpResponse) -> dict[str, Any]:
    if response.status != 200:
        raise Unavailable(f"WeChat answered {response.status}")
    try:
        answer = orjson.loads(response.body)
    except ValueError:
        raise Unavailable("WeChat's answer is cut short") from None
    if not isinstance(answer, dict):
        raise Unavailable("WeChat's answer is no object")
    return answer
