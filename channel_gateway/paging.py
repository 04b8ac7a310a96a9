"""Pages of a list: a cursor as the text a caller hands back for the next one. Pure."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import Cursor


def write_cursor(cursor: Cursor) -> str:
    return urlsafe_b64encode(f"{cursor.value}|{cursor.id}".encode()).decode()


def read_cursor(text: str) -> Cursor:
    """A cursor over whole numbers, moments say. Raises `Invalid`."""
    try:
        value, _, id = urlsafe_b64decode(text).decode().partition("|")
        return Cursor(int(value), id)
    except ValueError:
        raise Invalid("not a page we handed out", field="query.after") from None
