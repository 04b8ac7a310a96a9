"""What a document may hold, so that every engine keeps it alike. Pure."""

from typing import Any

from channel_gateway.ports import BadDocument, Collection, Document

# MongoDB takes 16 MiB and a hundred levels; a little is left for what an adapter adds.
LARGEST_BYTES = 15 * 1024 * 1024
DEEPEST = 60

_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1
_ELEMENT_BYTES = 12  # BSON: the type, the name's end, the number or the length

_MOST_NAMES = 10_000
_good_names: set[object] = set()

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
    for name in document:
        if type(name) is str and name[:1] == "_" and name != "_id":
            raise _bad(
                collection, (None, name), "names with an underscore in front are the store's own"
            )
    if _size(collection, None, document, 0) > LARGEST_BYTES:
        raise _bad(collection, None, "too large")
    for index in collection.indexes:
        for field in index.fields:
            _check_indexed(collection, field, document.get(field), unique=index.unique)
    return {"_id": id, "v": version} | {
        name: value for name, value in document.items() if name not in ("_id", "v")
    }


def _check_indexed(collection: Collection, field: str, value: object, *, unique: bool) -> None:
    if value is None:
        return
    if unique and (type(value) is not str or not value):
        raise _bad(collection, (None, field), "a unique key is a string, not empty, or absent")
    if isinstance(value, dict | list):
        raise _bad(collection, (None, field), "an indexed field is a string, a number or a boolean")


def _size(collection: Collection, place: _Place, value: object, depth: int) -> int:
    """Return an upper bound of the value's size in BSON, the larger of the two encodings."""
    if type(value) is str:
        return _ELEMENT_BYTES + _text_size(collection, place, value)
    if value is None or type(value) is bool:
        return _ELEMENT_BYTES
    if type(value) is int:
        if not _SMALLEST_INT <= value <= _LARGEST_INT:
            raise _bad(collection, place, "an integer has 64 bits")
        return _ELEMENT_BYTES
    if depth > DEEPEST:
        raise _bad(collection, place, "nested too deeply")
    size = _ELEMENT_BYTES
    if type(value) is list:
        size += len(value) * len(str(len(value)))  # BSON names the elements by their position
        for item in value:
            size += _size(collection, (place, "[]"), item, depth + 1)
        return size
    if type(value) is dict:
        for name, item in value.items():
            if name not in _good_names:
                _check_name(collection, place, name)
            size += _ELEMENT_BYTES + 4 * len(name)
            # Most of a document is short plain text: seen to here, without a call for each.
            if type(item) is str and item.isascii() and "\0" not in item:
                size += len(item)
            else:
                size += _size(collection, (place, name), item, depth + 1)
        return size
    raise _bad(collection, place, f"{type(value).__name__} is not a document's type")


def _check_name(collection: Collection, place: _Place, name: object) -> None:
    """Raises `BadDocument`. Good names are remembered: they are the code's own, and few."""
    if type(name) is not str or not name or "." in name or "$" in name:
        raise _bad(collection, place, "a name is a string without a dot and a dollar sign")
    _text_size(collection, place, name)
    if len(_good_names) < _MOST_NAMES:
        _good_names.add(name)


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
