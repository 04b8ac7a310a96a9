"""What a call asks for, read out of path and query: days, kinds, pages. Pure."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from enum import StrEnum
from typing import TypeVar

from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import Cursor
from channel_gateway.service import Call

Word = TypeVar("Word", bound=StrEnum)


def day_of(call: Call) -> date:
    """The day in the path. Raises `Invalid`."""
    try:
        return date.fromisoformat(call.path["day"])
    except ValueError:
        raise Invalid("a day like 2026-03-02", field="path.day") from None


def word_of(call: Call, name: str, among: type[Word]) -> Word | None:
    """One of some words in the query; None: it is not there. Raises `Invalid`."""
    text = call.query.get(name)
    if not text:
        return None
    try:
        return among(text)
    except ValueError:
        raise Invalid(f"one of {', '.join(among)}", field=f"query.{name}") from None


def page_after(call: Call) -> Cursor | None:
    """Where the last page ended. Raises `Invalid`."""
    text = call.query.get("after")
    if not text:
        return None
    try:
        value, line, id = urlsafe_b64decode(text).decode().rpartition("|")
    except ValueError:
        raise Invalid("not a page we handed out", field="query.after") from None
    if not (line and value and id):
        raise Invalid("not a page we handed out", field="query.after")
    return Cursor(value, id)


def next_page(value: str, id: str) -> str:
    """The cursor a caller hands back; no id here holds a bar."""
    return urlsafe_b64encode(f"{value}|{id}".encode()).decode()
