"""Reading a call's JSON strictly: a missing, unknown or wrongly typed member is refused. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_platforms.finance.refusals import Refused


class Fields:
    """The members of one call's body, `names` being all it may and must have."""

    def __init__(self, body: Mapping[str, Any], names: frozenset[str]) -> None:
        for name in sorted(names ^ body.keys()):
            why = "is required" if name in names else "is not a field of this call"
            raise Refused("INVALID_REQUEST", f"{name} {why}", field=name)
        self._body = body

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

    def moment(self, name: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise Refused("INVALID_REQUEST", "RFC 3339 is needed", field=name) from error
        if moment.tzinfo is None:
            raise Refused("INVALID_REQUEST", "an offset from UTC is needed", field=name)
        return moment
