"""Errors become problems (RFC 9457): one table from what happened to an HTTP status. Pure."""

from collections.abc import Mapping

import orjson

from channel_gateway.domain.errors import (
    Conflict,
    Forged,
    GatewayError,
    Invalid,
    Malformed,
    NotFound,
    Refused,
    TooMany,
    Unauthorized,
    Unavailable,
)
from channel_gateway.ports import DuplicateKey, StoreError, VersionConflict
from channel_gateway.staff.refusals import WrongRole
from channel_gateway.web.refusals import (
    Busy,
    HeaderTooLarge,
    InProgress,
    Internal,
    KeyRequired,
    MalformedBody,
    MalformedRequest,
    NoSuchMethod,
    NotReady,
    RepeatedHeader,
    TooLarge,
    TooSlow,
    UnsupportedMediaType,
)
from channel_gateway.web.words import chinese
from channel_gateway.wire import Headers, HttpResponse

MEDIA_TYPE = "application/problem+json"

# The nearest kind counts: an error without a row has the status of the kind it belongs to.
STATUS: Mapping[type[GatewayError], int] = {
    GatewayError: 500,
    Invalid: 422,
    MalformedBody: 400,
    MalformedRequest: 400,
    HeaderTooLarge: 431,
    RepeatedHeader: 400,
    KeyRequired: 400,
    UnsupportedMediaType: 415,
    TooLarge: 413,
    TooSlow: 408,
    Unauthorized: 401,
    WrongRole: 403,
    NotFound: 404,
    NoSuchMethod: 405,
    Conflict: 409,
    DuplicateKey: 409,
    VersionConflict: 409,
    Refused: 422,
    TooMany: 429,
    StoreError: 500,
    Internal: 500,
    Malformed: 502,  # an answer of somebody behind us cannot be read
    Forged: 502,  # or is not theirs
    Unavailable: 503,
    Busy: 503,
    NotReady: 503,
}

RETRY_AFTER_S: Mapping[type[GatewayError], int] = {
    Busy: 1,
    InProgress: 1,
    NotReady: 5,
    TooSlow: 1,
    Unavailable: 3,
}

# How our own innards and whoever stands behind us are called concerns nobody outside.
_UNSPOKEN = (StoreError, Unavailable)


def status_of(kind: type[GatewayError]) -> int:
    """The HTTP status of a kind of error."""
    return next(STATUS[nearest] for nearest in kind.__mro__ if nearest in STATUS)


def problem(error: GatewayError, *, request_id: str, zh: bool = False) -> HttpResponse:
    """Say what happened, as problem+json. Facts an error carries come beside the usual members."""
    kind = type(error)
    status = status_of(kind)
    members: dict[str, object] = {
        **error.extra,
        "type": f"/docs#{error.code}",
        "title": error.code.replace("_", " ").capitalize(),
        "status": status,
        "code": error.code,
        "detail": summary(kind) if isinstance(error, _UNSPOKEN) else str(error),
        "request_id": request_id,
    }
    if error.field is not None:
        members["field"] = error.field
    if zh and (words := chinese(error)) is not None:
        members["message"] = words
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    retry_after_s = _retry_after_s(error)
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, NoSuchMethod):
        headers["Allow"] = ", ".join(error.allowed)
    body = orjson.dumps(members, default=str)
    return HttpResponse(status, Headers(headers), body, error.code)


def summary(kind: type[GatewayError]) -> str:
    """The first sentence an error type says of itself."""
    return (kind.__doc__ or "").strip().splitlines()[0]


def known_kinds() -> dict[str, type[GatewayError]]:
    """Every kind of error there is, by its code: what the description and the page list."""
    found: dict[str, type[GatewayError]] = {}
    waiting: list[type[GatewayError]] = [GatewayError]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.code, kind)
        waiting += kind.__subclasses__()
    return dict(sorted(found.items()))


def _retry_after_s(error: GatewayError) -> int | None:
    if isinstance(error, TooMany):
        return error.retry_after_s
    return next(
        (RETRY_AFTER_S[kind] for kind in type(error).__mro__ if kind in RETRY_AFTER_S), None
    )
