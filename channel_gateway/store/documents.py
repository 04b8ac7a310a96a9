"""What a document may hold, so that every engine keeps it alike. Pure."""

from typing import Any

from channel_gateway.ports import BadDocument, Collection, Document

# MongoDB takes 16 MiB and a hundred levels; a little is left for what an adapter adds.
LARGEST_BYTES = 15 * 1024 * 1024
DEEPEST = 60

_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1
_ELEMENT_BYTES = 12  # BSON: the type, the name's end, the number or the length

_MOST_NAMES = 10_000
_name_sizes: dict[object, int] = {}

# Where in a document: what is around it, and its name there. Put into words only for an error.
_Place = tuple[Any, str] | None


def stamped(collection: Collection, document: Document, *, version: int) -> Document:
    """Return the document as it is to be stored: `_id`, `v`, then its fields in their order.

    Raises `BadDocument`. The sentence names a place, never a value: values are people's data.
    """
    if type(document) is not dict:
        raise _bad(collection, None, "a document is a dict")
    id = document.get("_id")
    if type(id) is not str or not id:
        raise _bad(collection, (None, "_id"), "an id is a string, not empty")
    if _size(collection, None, document, 0) > LARGEST_BYTES:
        raise _bad(collection, None, "too large")
    for index in collection.indexes:
        for field in index.fields:
            value = document.get(field)
            if value is not None and (type(value) is not str or not value):
                _check_indexed(collection, field, value, unique=index.unique)
    return {"_id": id, "v": version} | document | {"v": version}


def text_key(collection: str, key: object) -> None:
    """Raises `BadDocument` unless a document may be looked for by this: to MongoDB an object is an
    operator, and what comes from outside may be one whatever its annotation says.
    """
    if type(key) is not str:
        raise BadDocument(f"{collection}: what is looked for is a string")


def _check_indexed(collection: Collection, field: str, value: object, *, unique: bool) -> None:
    """Raises `BadDocument`. `value` is there, and no text that says something."""
    if unique:
        raise _bad(collection, (None, field), "a unique key is a string, not empty, or absent")
    if isinstance(value, dict | list):
        raise _bad(collection, (None, field), "an indexed field is a string, a number or a boolean")


def _size(collection: Collection, place: _Place, value: object, depth: int) -> int:
    """Return an upper bound of the value's size in BSON, the larger of the two encodings."""
    if depth > DEEPEST and isinstance(value, dict | list):
        raise _bad(collection, place, "nested too deeply")
    if type(value) is dict:
        size = _ELEMENT_BYTES
        for name, item in value.items():
            size += _name_sizes.get(name) or _name_size(collection, place, name)
            kind = type(item)
            # Most of a document is short plain text and small numbers: no call for each.
            if kind is str and item.isascii() and "\0" not in item:
                size += len(item)
            elif kind is not int or not _SMALLEST_INT <= item <= _LARGEST_INT:
                size += _size(collection, (place, name), item, depth + 1)
        return size
    if type(value) is list:
        size = _ELEMENT_BYTES + len(value) * len(str(len(value)))  # BSON names them by position
        for item in value:
            size += _size(collection, (place, "[]"), item, depth + 1)
        return size
    if type(value) is str:
        return _ELEMENT_BYTES + _text_size(collection, place, value)
    if type(value) is int and not _SMALLEST_INT <= value <= _LARGEST_INT:
        raise _bad(collection, place, "an integer has 64 bits")
    if value is not None and type(value) not in (int, bool):
        raise _bad(collection, place, f"{type(value).__name__} is not a document's type")
    return _ELEMENT_BYTES


def _name_size(collection: Collection, place: _Place, name: object) -> int:
    """Raises `BadDocument`. Good names are remembered: they are the code's own, and few."""
    if type(name) is not str or not name or "." in name or "$" in name:
        raise _bad(collection, place, "a name is a string without a dot and a dollar sign")
    if name.startswith("_") and name != "_id":
        raise _bad(
            collection, (place, name), "names with an underscore in front are the store's own"
        )
    _text_size(collection, place, name)
    size = _ELEMENT_BYTES + 4 * len(name)
    if len(_name_sizes) < _MOST_NAMES:
        _name_sizes[name] = size
    return size


def _text_size(collection: Collection, place: _Place, text: str) -> int:
    if "\0" in text:
        raise _bad(collection, place, "text holds no NUL")
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        # Not chained: that error carries the text.
        raise _bad(collection, place, "text that is not Unicode") from None


def _bad(collection: Collection, place: _Place, why: str) -> BadDocument:
    names: list[str] = []
    while place is not None:
        place, name = place
        names.insert(0, name)
    field = ".".join(names).replace(".[]", "[]")
    return BadDocument(f"{collection.name}: {field or 'document'}: {why}", field=field or None)
