"""Frozen dataclasses to stored documents and back: moments as milliseconds, days as text. Pure.

A field that is None is left out of the document: unique keys that are unset must be absent. So a
field that may be None has a default, or what was written could not be read again.
`id` and `version` of an aggregate are `_id` and `v` of its document. How a class is read and
written is worked out from its annotations once, not for every document.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from channel_gateway.domain.days import milliseconds, moment_of

Record = TypeVar("Record")
Work = TypeVar("Work", bound=Callable[..., Any])

_AGGREGATES_NAMES = {"id": "_id", "version": "v"}


class _Form(NamedTuple):
    """How values of one annotation are written into a document, and read from it."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def to_document(record: Any) -> dict[str, Any]:
    """Write an aggregate as a document."""
    return cast(dict[str, Any], _aggregate(type(record)).write(record))


def from_document(kind: type[Record], document: dict[str, Any]) -> Record:
    """Read an aggregate; members of the document that the record does not have are passed over."""
    return cast(Record, _aggregate(kind).read(document))


def from_part(kind: type[Record], part: dict[str, Any]) -> Record:
    """Read a record inside an aggregate, whose `id` goes by that name."""
    return cast(Record, cast(_Form, _form(kind)).read(part))


def _once_each(work: Work) -> Work:
    """`functools.cache`; its type does not know that classes are hashable."""
    return cast(Work, cache(work))


@_once_each
def _aggregate(kind: Any) -> _Form:
    return _record(kind, _AGGREGATES_NAMES)


def _record(kind: Any, renamed: dict[str, str]) -> _Form:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    for field in fields(kind):
        if NoneType in get_args(hints[field.name]) and field.default is MISSING:
            raise TypeError(f"{kind.__name__}.{field.name} may be None: it needs a default")
    kept = [renamed.get(name, name) for name in names]
    forms = {name: _form(hints[name]) for name in names}
    plain = [(ours, theirs) for ours, theirs in zip(names, kept, strict=True) if not forms[ours]]
    formed = [
        (ours, theirs, form)
        for ours, theirs in zip(names, kept, strict=True)
        if (form := forms[ours])
    ]
    values_of = attrgetter(*names) if len(names) > 1 else lambda one: (getattr(one, names[0]),)

    def write(record: Any) -> dict[str, Any]:
        values = zip(kept, values_of(record), strict=True)
        document = {name: value for name, value in values if value is not None}
        for _, theirs, form in formed:
            value = document.get(theirs)
            if value is not None:
                document[theirs] = form.write(value)
        return document

    def read(document: dict[str, Any]) -> Any:
        known = {o: value for o, theirs in plain if (value := document.get(theirs)) is not None}
        for ours, theirs, form in formed:
            value = document.get(theirs)
            if value is not None:
                known[ours] = form.read(value)
        return kind(**known)

    return _Form(write, read)


@_once_each
def _form(hint: Any) -> _Form | None:
    """The form of an annotation's values; None: as they are."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _form(next(arm for arm in get_args(hint) if arm is not NoneType))
    if origin is tuple:
        return _items(_form(get_args(hint)[0]))
    if hint is datetime:
        return _Form(milliseconds, moment_of)
    if hint is date:
        return _Form(date.isoformat, date.fromisoformat)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _Form(str, hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint, {})
    return None


def _items(form: _Form | None) -> _Form:
    if form is None:
        return _Form(list, tuple)
    write, read = form
    return _Form(
        lambda items: [write(item) for item in items],
        lambda items: tuple(read(item) for item in items) if items else (),
    )
