"""Reading a call's JSON strictly: a missing, unknown or wrongly typed member is refused. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mock_platforms.finance.refusals import Refused


class Fields:
    """The members of one body: all of `names` must be there, and of `either` exactly one.

    Those of `free` may be there or not.
    """

    def __init__(
        self,
        body: Mapping[str, Any],
        names: frozenset[str],
        either: frozenset[str] = frozenset(),
        free: frozenset[str] = frozenset(),
    ) -> None:
        for name in sorted(names ^ (body.keys() - either - free)):
            why = "is required" if name in names else "is not a field of this call"
            raise Refused("INVALID_REQUEST", f"{name} {why}", field=name)
        if either and len(either & body.keys()) != 1:
            named = " or ".join(sorted(either))
            raise Refused("INVALID_REQUEST", f"one is required: {named}", field=min(either))
        self._body = body

    def has(self, name: str) -> bool:
        return name in self._body

    def text(self, name: str, longest: int = 64) -> str:
        value = self._body[name]
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise Refused("INVALID_REQUEST", f"1 to {longest} characters are needed", field=name)
        return value

    def fen(self, name: str) -> int:
        value = self._body[name]
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Refused("INVALID_REQUEST", "whole fen are needed", field=name)
        return value

    def count(self, name: str) -> int:
        if (value := self.fen(name)) == 0:
            raise Refused("INVALID_REQUEST", "1 or more is needed", field=name)
        return value

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name, 10))
        except ValueError as error:
            raise Refused("INVALID_REQUEST", "a day is needed", field=name) from error

    def each(self, name: str, names: frozenset[str]) -> "list[Fields]":
        """The objects of a list that is not empty, each with these members."""
        value = self._body[name]
        if not (isinstance(value, list) and value and all(isinstance(one, dict) for one in value)):
            raise Refused("INVALID_REQUEST", "a list of objects is needed", field=name)
        return [Fields(one, names) for one in value]

    def moment(self, name: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise Refused("INVALID_REQUEST", "RFC 3339 is needed", field=name) from error
        if moment.tzinfo is None:
            raise Refused("INVALID_REQUEST", "an offset from UTC is needed", field=name)
        return moment
