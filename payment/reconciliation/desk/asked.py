"""What a call asks for, read out of path and query: its day, its page. Pure."""

from base64 import urlsafe_b64decode
from datetime import date

from channel_gateway.domain.errors import Invalid
from channel_gateway.paging import write_cursor
from channel_gateway.ports import Cursor
from channel_gateway.service import Call


def day_of(call: Call) -> date:
    """The day in the path. Raises `Invalid`."""
    try:
        return date.fromisoformat(call.path["day"])
    except ValueError:
        raise Invalid("a day like 2026-03-02", field="path.day") from None


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
    return write_cursor(Cursor(value, id))
