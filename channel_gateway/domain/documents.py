"""Frozen dataclasses to stored documents and back: moments as milliseconds, days as text. Pure.

A field that is None is left out of the document: unique keys that are unset must be absent.
`id` and `version` of the dataclass are `_id` and `v` of the document. How a class is read and
written is worked out from its annotations once, not for every document.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from channel_gateway.domain.days import milliseconds, moment_of

Record = TypeVar("Record")
Convert = Callable[[Any], Any]
Work = TypeVar("Work", bound=Callable[..., Any])

_RENAMED = {"id": "_id", "version": "v"}


def to_document(record: Any) -> dict[str, Any]:
    """Write an aggregate as a document, its `id` and `version` under the store's names."""
    document: dict[str, Any] = _record_writer(type(record))(record)
    for ours, theirs in _RENAMED.items():
        if ours in document:
            document[theirs] = document.pop(ours)
    return document


def from_document(kind: type[Record], document: dict[str, Any]) -> Record:
    """Read an aggregate; members of the document that the record does not have are passed over."""
    back = {ours: document[theirs] for ours, theirs in _RENAMED.items() if theirs in document}
    return cast(Record, _record_reader(kind)(document | back))


def _once_each(work: Work) -> Work:
    """`functools.cache`; its type does not know that classes are hashable."""
    return cast(Work, cache(work))


@_once_each
def _record_writer(kind: Any) -> Convert:
    names = [field.name for field in fields(kind)]

    def write(record: Any) -> dict[str, Any]:
        document = {}
        for name in names:
            value = getattr(record, name)
            if value is not None:
                converted = _writer(type(value))
                document[name] = value if converted is None else converted(value)
        return document

    return write


@_once_each
def _writer(kind: Any) -> Convert | None:
    """How values of a type are written; None: as they are."""
    if issubclass(kind, datetime):
        return milliseconds
    if issubclass(kind, date):
        return date.isoformat
    if issubclass(kind, StrEnum):
        return str
    if issubclass(kind, tuple):
        return _write_items
    return _record_writer(kind) if is_dataclass(kind) else None


def _write_items(items: tuple[Any, ...]) -> list[Any]:
    writers = ((_writer(type(item)), item) for item in items)
    return [item if write is None else write(item) for write, item in writers]


@_once_each
def _record_reader(kind: Any) -> Convert:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    as_they_are = [name for name, read in readers.items() if read is None]
    converted = [(name, read) for name, read in readers.items() if read is not None]

    def read(document: dict[str, Any]) -> Any:
        known = {name: kept for name in as_they_are if (kept := document.get(name)) is not None}
        for name, convert in converted:
            kept = document.get(name)
            if kept is not None:
                known[name] = convert(kept)
        return kind(**known)

    return read


@_once_each
def _reader(hint: Any) -> Convert | None:
    """How values of an annotation are read; None: as they are."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _reader(next(arm for arm in get_args(hint) if arm is not NoneType))
    if origin is tuple:
        return _items_reader(_reader(get_args(hint)[0]))
    if hint is datetime:
        return moment_of
    if hint is date:
        return date.fromisoformat
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    if isinstance(hint, type) and is_dataclass(hint):
        return _record_reader(hint)
    return None


def _items_reader(read: Convert | None) -> Convert:
    return tuple if read is None else lambda items: tuple(map(read, items))
