"""Frozen dataclasses to stored documents and back: moments as milliseconds, days as text. Pure.

A field that is None is left out of the document: unique keys that are unset must be absent.
`id` and `version` of the dataclass are `_id` and `v` of the document.
"""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from channel_gateway.domain.days import milliseconds, moment_of

Record = TypeVar("Record")

_RENAMED = {"id": "_id", "version": "v"}


def to_document(record: Any) -> dict[str, Any]:
    """Write an aggregate as a document, its `id` and `version` under the store's names."""
    return {_RENAMED.get(name, name): value for name, value in _plain(record).items()}


def from_document(kind: type[Record], document: dict[str, Any]) -> Record:
    """Read an aggregate; members of the document that the record does not have are passed over."""
    back = {ours: theirs for ours, theirs in _RENAMED.items() if theirs in document}
    return _record(kind, document | {ours: document[theirs] for ours, theirs in back.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return milliseconds(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        named = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(item) for name, item in named if item is not None}
    return value


def _record(kind: type[Record], document: dict[str, Any]) -> Record:
    known = {
        name: _read(hint, document[name])
        for name, hint in _hints(kind).items()  # type: ignore[arg-type]  # classes are hashable
        if document.get(name) is not None
    }
    return kind(**known)


def _read(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _read(next(arm for arm in get_args(hint) if arm is not NoneType), value)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], item) for item in value)
    if isinstance(hint, NewType):
        return value
    if hint is datetime:
        return moment_of(value)
    if hint is date:
        return date.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint, value)
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
