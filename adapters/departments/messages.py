"""What we write to a department, and its signed answer, over the bytes that travel. Pure."""

from datetime import datetime
from typing import Any

import orjson

from adapters.departments.partner import Partner
from channel_gateway.domain.days import milliseconds, utc_text
from channel_gateway.domain.errors import Malformed, Refused, Unavailable
from channel_gateway.standard_webhooks import headers_of, verify
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

_JSON = {"Content-Type": "application/json"}


def message(
    partner: Partner, id: str, kind: str, data: dict[str, Any], *, at: datetime, now: datetime
) -> HttpRequest:
    """An event or a question; `at`: when it happened, `now`: of this attempt."""
    body = orjson.dumps({"type": kind, "timestamp": utc_text(at), "data": data})
    return HttpRequest("POST", partner.url, _signed(partner, id, body, now), body)


def answer(partner: Partner, id: str, response: HttpResponse, now: datetime) -> HttpResponse:
    """Our answer to a call, signed; it bears the call's id."""
    headers = _signed(partner, id, response.body, now)
    return HttpResponse(response.status, headers, response.body, response.code)


def read_answer(partner: Partner, id: str, response: HttpResponse, now: datetime) -> dict[str, Any]:
    """What a department answered a question. Raises as `Departments.ask` does."""
    if response.status >= 500 or response.status == 429:
        raise Unavailable(f"the department answered {response.status}")
    if verify(response.headers, response.body, partner.theirs, now) != id:
        raise Unavailable("the department's answer is to another question")
    try:
        told = orjson.loads(response.body)
    except ValueError as error:
        raise Malformed("the department's answer is not JSON") from error
    if not isinstance(told, dict):
        raise Malformed("the department's answer is no JSON object")
    if response.status != 200:
        raise Refused(f"the department answered {response.status}")
    return told


def _signed(partner: Partner, id: str, body: bytes, now: datetime) -> Headers:
    timestamp = milliseconds(now) // 1000
    return Headers(_JSON | headers_of(id, timestamp, body, partner.ours))
