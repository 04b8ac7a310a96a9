"""A link: how it follows from the one before, its hash, and how it is kept. Pure."""

from datetime import date
from hashlib import sha256

import orjson

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.ports import ChainEntry, Document, Link

FIRST_BEFORE = "0" * 64


def linked(number: int, before: str, entry: ChainEntry) -> Link:
    """The link of this number, after the one whose hash is `before`."""
    at, fields = moment_of(milliseconds(entry.at)), dict(entry.fields)
    content = (number, entry.key, entry.what, entry.group, entry.day, at, fields, before)
    return Link(*content, hash_of(Link(*content, "")))


def hash_of(link: Link) -> str:
    """SHA-256 over the link's content as canonical JSON (sorted keys), lower-case hex."""
    content = {"number": link.number, **_content(link)}
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_link(document: Document) -> Link:
    """Raises `KeyError`, `TypeError`, `ValueError` for what is no link."""
    return Link(
        int(document["_id"]),
        document["key"],
        document["what"],
        document["group"],
        date.fromisoformat(document["day"]),
        moment_of(document["at"]),
        document["fields"],
        document["before"],
        document["hash"],
    )


def write_link(link: Link) -> Document:
    return {"_id": id_of(link.number), **_content(link), "hash": link.hash}


def _content(link: Link) -> Document:
    return {
        "key": link.key,
        "what": link.what,
        "group": link.group,
        "day": link.day.isoformat(),
        "at": milliseconds(link.at),
        "fields": dict(link.fields),
        "before": link.before,
    }


def id_of(number: int) -> str:
    """By which links are in order."""
    return f"{number:012d}"


def number_of(document: Document) -> int | None:
    """None: whatever it is, it stands in no place of the chain."""
    id = str(document["_id"])
    return int(id) if id.isascii() and id.isdigit() else None
