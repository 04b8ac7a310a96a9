"""Wrong tries at tokens, counted in memory and bounded: after some, a token is locked for a while.

Known tokens and invented ones are counted alike, so that trying tells nobody which there are.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
_REMEMBERED = 10_000


@dataclass(slots=True)
class _Tries:
    count: int
    until: datetime  # forgotten then; when it is locked, locked until then


class WrongTries:
    """Of this process; whoever locks a token that exists writes it into the account as well."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._of: OrderedDict[str, _Tries] = OrderedDict()

    def locked_until(self, token: str, now: datetime) -> datetime | None:
        tries = self._of.get(token)
        if tries is None or tries.count < MOST_TRIES or tries.until <= now:
            return None
        return tries.until

    def add(self, token: str, now: datetime) -> bool:
        """Whether it is locked from now on."""
        tries = self._of.pop(token, None)
        if tries is None or tries.until <= now:
            tries = _Tries(0, now)
        tries.count += 1
        tries.until = now + LOCKED_FOR
        self._of[token] = tries
        if len(self._of) > self._remembered:
            self._of.popitem(last=False)
        return tries.count == MOST_TRIES

    def forget(self, token: str) -> None:
        self._of.pop(token, None)

    def __len__(self) -> int:
        return len(self._of)
