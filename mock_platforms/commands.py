"""Rows of the control plane, and reading their JSON strictly: an unknown field is refused. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class Refused(Exception):
    """A command that cannot be obeyed; it names the field at fault."""

    def __init__(self, why: str, *, field: str = "", status: int = 400) -> None:
        super().__init__(why)
        self.why, self.field, self.status = why, field, status


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody told the control plane to do."""

    parts: Mapping[str, str] = field(default_factory=dict)  # the {names} of its path
    body: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.body.get(name, default)
        if not isinstance(value, str) or (not value and default is None):
            raise Refused(f"{name} must be a text", field=name)
        return value

    def optional_text(self, name: str) -> str | None:
        return None if self.body.get(name) is None else self.text(name)

    def integer(self, name: str, default: int | None = None) -> int:
        value = self.body.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(f"{name} must be a whole number", field=name)
        return value

    def number(self, name: str, default: float | None = None) -> float:
        value = self.body.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Refused(f"{name} must be a number", field=name)
        return value

    def flag(self, name: str) -> bool:
        value = self.body.get(name, False)
        if not isinstance(value, bool):
            raise Refused(f"{name} must be true or false", field=name)
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.body.get(name) or {}
        if not isinstance(value, dict):
            raise Refused(f"{name} must be an object", field=name)
        return value

    def moment(self, name: str) -> datetime | None:
        """Return an aware moment (RFC 3339), or None when the field is absent."""
        text = self.optional_text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise Refused(f"{name} must be a moment in RFC 3339", field=name) from error
        if moment.tzinfo is None:
            raise Refused(f"{name} must carry its offset from UTC", field=name)
        return moment


Answer = Any  # whatever JSON can say
ControlHandler = Callable[[Command], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class ControlRoute:
    """One thing the control plane can do; the reference page is printed from these rows."""

    method: str
    path: str
    handle: ControlHandler
    says: str  # one sentence
    fields: Mapping[str, str] = field(default_factory=dict)  # body field → meaning; "?" = optional
    answers: str = ""  # the shape of the answer
    status: int = 200

    def check(self, body: Mapping[str, Any]) -> None:
        """Refuse fields the row does not know, and the lack of one that it needs."""
        known = {name.rstrip("?"): name for name in self.fields}
        for name in body:
            if name not in known:
                raise Refused(f"{name} is not a field of {self.method} {self.path}", field=name)
        for name, spelled in known.items():
            if not spelled.endswith("?") and name not in body:
                raise Refused(f"{name} is required", field=name)
