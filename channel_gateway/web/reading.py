"""Reading what a caller sent into what a route declares; everything undeclared is refused. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from channel_gateway.domain.errors import Invalid
from channel_gateway.service import Parameter
from channel_gateway.web.refusals import KeyRequired, MalformedBody, UnsupportedMediaType
from channel_gateway.wire import Headers

Model = TypeVar("Model", bound=BaseModel)

_JSON = re.compile(r'application/json\s*(;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)
_FORM = re.compile(r"application/x-www-form-urlencoded\s*(;.*)?", re.IGNORECASE)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
# Names that may be said again, whoever wrote them: they hold nobody's number and no sentence.
_NAME = re.compile(r"[A-Za-z_]{1,32}\d{0,4}")
_OF_A_KEY = "[key]"  # pydantic's: the key itself is wrong
_MOST_PARAMETERS = 32
_MOST_ERRORS = 20


def read_body(model: type[Model] | None, headers: Headers, body: bytes) -> Model | None:
    """Raises `UnsupportedMediaType`, `MalformedBody`, `Invalid` with the first wrong field.

    A route without a body takes an empty one, or the `{}` that mini-programs send by themselves.
    """
    if "content-encoding" in headers:
        raise UnsupportedMediaType("a compressed body is not taken")
    if model is None:
        if body.strip() not in (b"", b"{}"):
            raise Invalid("this address takes no body")
        return None
    if not _JSON.fullmatch(headers.get("content-type", "")):
        raise UnsupportedMediaType
    try:
        return model.model_validate_json(body, strict=True, extra="forbid")
    except ValidationError as error:
        raise _refusal(error) from None  # the cause would carry what the citizen wrote


def read_form(model: type[Model], headers: Headers, body: bytes) -> Model:
    """What a page's own form sends. Raises `UnsupportedMediaType`, `Invalid`."""
    if "content-encoding" in headers or not _FORM.fullmatch(headers.get("content-type", "")):
        raise UnsupportedMediaType
    try:
        return model.model_validate(_values(model.model_fields, body.decode("ascii")))
    except UnicodeDecodeError as error:
        raise Invalid("the form cannot be read") from error
    except ValidationError as error:
        raise _refusal(error) from None  # the cause would carry what was written


def read_query(parameters: Sequence[Parameter], query: str) -> dict[str, str]:
    """Raises `Invalid`, naming what is unknown, repeated, wanting or cannot be read."""
    values = _values({each.name for each in parameters}, query) if query else {}
    for each in parameters:
        value = values.get(each.name, "")
        if each.required and not value:
            raise Invalid("this query parameter is wanted", field=f"query.{each.name}")
        if each.among is not None and each.name in values and value not in list(each.among):
            words = ", ".join(each.among)
            raise Invalid(f"one of {words} is wanted", field=f"query.{each.name}")
    return values


def _values(names: Collection[str], query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError as error:
        raise Invalid("the query cannot be read", field="query") from error
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in names:
            raise Invalid("there is no such query parameter", field=f"query.{_sayable(name)}")
        if name in values:
            raise Invalid("a query parameter comes once", field=f"query.{name}")
        values[name] = value
    return values


def read_idempotency_key(headers: Mapping[str, str], *, required: bool) -> str | None:
    """Raises `KeyRequired`, also for one that is too long or not printable."""
    key = headers.get("idempotency-key")
    if key is None and not required:
        return None
    if key is None or not _KEY.fullmatch(key):
        raise KeyRequired
    return key


def _refusal(error: ValidationError) -> Invalid:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    if errors[0]["type"] == "json_invalid":
        return MalformedBody(errors[0]["msg"])
    found = [
        {"field": ".".join(map(_sayable, one["loc"])), "reason": one["msg"]}
        for one in errors[:_MOST_ERRORS]
    ]
    first = found[0]
    return Invalid(first["reason"], field=first["field"], extra={"errors": found})


def _sayable(step: str | int) -> str:
    """A step of the way to a field. A key may be anything the caller wrote."""
    if isinstance(step, int) or step == _OF_A_KEY or _NAME.fullmatch(step):
        return str(step)
    return "*"
