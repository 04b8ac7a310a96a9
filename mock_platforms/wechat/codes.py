"""Codes the phone hands to the page: each good once, for five minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mock_platforms.randomness import Randomness
from mock_platforms.wechat.errors import Errcode

LIFE = timedelta(minutes=5)


@dataclass
class Codes:
    """What each code stands for: an openid, or a phone number."""

    randomness: Randomness
    length: int
    used_errcode: int  # what a second use is told
    _meanings: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def give(self, meaning: str, now: datetime) -> str:
        code = self.randomness.text(self.length)
        self._meanings[code] = (meaning, now + LIFE)
        return code

    def take(self, code: str, now: datetime) -> str:
        """Return what a code stands for. Raises Errcode when it is unknown, used or old."""
        meaning, until = self._meanings.get(code, ("", now))
        if now >= until:
            raise Errcode(40029)
        if code in self._used:
            raise Errcode(self.used_errcode)
        self._used.add(code)
        return meaning
