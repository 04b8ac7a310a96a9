"""Access tokens of both interfaces, and how each kills its own older ones.

Source: developers.weixin.qq.com, "getAccessToken" and "getStableAccessToken": the two are isolated.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mock_platforms.randomness import Randomness
from mock_platforms.wechat.errors import Errcode

LIFE = timedelta(seconds=7200)
GRACE = timedelta(minutes=5)  # an older token still works so long
FORCED_APART = timedelta(seconds=30)
FORCED_A_DAY = 20


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    ends: datetime
    killed: bool = False  # superseded, rather than grown old


@dataclass
class Tokens:
    randomness: Randomness
    known: dict[str, Token] = field(default_factory=dict)
    plain: Token | None = None  # the newest of cgi-bin/token
    stable: Token | None = None  # the newest of cgi-bin/stable_token
    forced: list[datetime] = field(default_factory=list)

    def new_plain(self, now: datetime) -> tuple[str, int]:
        """Make a new token at every call; the one before lives five more minutes."""
        if self.plain:
            self._shorten(self.plain, now + GRACE)
        self.plain = self._new(now)
        return self.plain.text, int(LIFE.total_seconds())

    def get_stable(self, now: datetime, *, force_refresh: bool) -> tuple[str, int]:
        """Return the same token while it is good; renew it five minutes before its end."""
        if force_refresh and (not self.forced or now - self.forced[-1] >= FORCED_APART):
            if sum(now - at < timedelta(days=1) for at in self.forced) >= FORCED_A_DAY:
                raise Errcode(45009)
            self.forced.append(now)
            if self.stable:
                self._shorten(self.stable, now)
            self.stable = None
        if self.stable is None or now >= self.stable.ends - GRACE:
            self.stable = self._new(now)
        return self.stable.text, int((self.stable.ends - now).total_seconds())

    def check(self, text: str | None, now: datetime) -> None:
        """Let a call pass, or raise what is wrong with its token."""
        if not text:
            raise Errcode(41001)
        token = self.known.get(text)
        if token is None:
            raise Errcode(40014)
        if now >= token.ends:
            raise Errcode(40001 if token.killed else 42001)

    def kill(self, text: str, now: datetime) -> None:
        """Make a token worthless at once, as another worker's refresh does."""
        if text in self.known:
            self._shorten(self.known[text], now)
        if self.stable and self.stable.text == text:
            self.stable = None

    def _new(self, now: datetime) -> Token:
        token = Token(f"{self.randomness.integer(10, 99)}_{self.randomness.text(150)}", now + LIFE)
        self.known[token.text] = token
        return token

    def _shorten(self, token: Token, ends: datetime) -> None:
        known = self.known[token.text]
        if ends < known.ends:
            self.known[token.text] = replace(known, ends=ends, killed=True)
