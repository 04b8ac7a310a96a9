"""Patterns of answers, in the syntax that RE2 and JavaScript share. Pure.

RE2 looks at each character once, whatever the pattern: no answer can keep the gateway busy.
A mini-program means the same by `new RegExp("^(?:" + pattern + ")$", "u")`.
"""

import re
import string
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import re2

# What one pattern may take of memory; RE2 refuses a larger one.
_MOST_BYTES = 1 << 20
_NEVER = 10**9  # the length of what nothing matches

_ESCAPED = r"\\[\^$\\.*+?()\[\]{}|/]"
_ONE = re.compile(  # of what stands for one character
    rf"\.|\\[dDwW]|{_ESCAPED}|[^\\\^$.*+?()\[\]{{}}|]|\[\^?(?:\\[dDwW\-]|{_ESCAPED}|[^\\\[\]])+\]"
)
_TIMES = re.compile(r"[*+?]|\{(\d{1,4})(,\d{0,4})?\}")
_LETTERS = f"{string.ascii_letters}{string.digits}{string.punctuation} 一"


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern has it."""
    return _compiled(pattern).fullmatch(text) is not None


def shortest(pattern: str, *, letters: str | None = None) -> int | None:
    """The length of the shortest text that it matches, of these letters or of any.

    None: it matches none. Raises `ValueError` for what is no pattern.
    """
    _compiled(pattern)
    length = _Reading(pattern, letters).whole()
    return length if length < _NEVER else None


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> Any:  # re2 has no types
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_BYTES
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        [why] = error.args
        raise ValueError(f"no regular expression: {why.decode()}") from error


class _Reading:
    """A pattern read once from left to right; each part gives its shortest length."""

    def __init__(self, pattern: str, letters: str | None) -> None:
        self._pattern = pattern
        self._letters = letters
        self._at = 0

    def whole(self) -> int:
        length = self._choice()
        if self._at < len(self._pattern):
            raise self._wrong()
        return length

    def _choice(self) -> int:
        lengths = [self._sequence()]
        while self._takes("|"):
            lengths.append(self._sequence())
        return min(lengths)

    def _sequence(self) -> int:
        length = 0
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            length += self._part() * self._times()
        return length

    def _part(self) -> int:
        if self._takes("(?:") or (not self._rest().startswith("(?") and self._takes("(")):
            length = self._choice()
            if not self._takes(")"):
                raise self._wrong()
            return length
        one = _ONE.match(self._pattern, self._at)
        if one is None:
            raise self._wrong()
        self._at = one.end()
        return 1 if any(matches(one[0], letter) for letter in self._candidates(one[0])) else _NEVER

    def _candidates(self, one: str) -> Iterable[str]:
        return (*_LETTERS, *one) if self._letters is None else self._letters

    def _times(self) -> int:
        found = _TIMES.match(self._pattern, self._at)
        if found is None:
            return 1
        self._at = found.end()
        return int(found[1]) if found[1] else int(found[0] == "+")

    def _takes(self, text: str) -> bool:
        if not self._rest().startswith(text):
            return False
        self._at += len(text)
        return True

    def _rest(self) -> str:
        return self._pattern[self._at :]

    def _wrong(self) -> ValueError:
        rest = self._rest()
        if rest[:1] in ("^", "$"):
            return ValueError("^ and $ are not wanted: a pattern is of the whole answer")
        what = rest[:2] if rest[:1] in ("\\", "(") else rest[:1]
        return ValueError(f"{what} at character {self._at + 1} is not part of the common syntax")
