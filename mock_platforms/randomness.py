"""Seeded chance: the same seed gives the same numbers, nonces and ids."""

from __future__ import annotations

import random
import string
from uuid import UUID

ALPHANUMERIC = string.ascii_letters + string.digits


class Randomness:
    """All chance a stage has. Keys are not made from it."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._source = random.Random(seed)  # noqa: S311 - a play must be repeatable, not secret

    def reseed(self, seed: int) -> None:
        self.seed = seed
        self._source.seed(seed)

    def text(self, length: int, alphabet: str = ALPHANUMERIC) -> str:
        return "".join(self._source.choice(alphabet) for _ in range(length))

    def digits(self, length: int) -> str:
        return self.text(length, string.digits)

    def hex(self, length: int) -> str:
        return self.text(length, "0123456789abcdef")

    def uuid(self) -> str:
        return str(UUID(int=self._source.getrandbits(128), version=4))

    def bytes(self, length: int) -> bytes:
        return self._source.randbytes(length)

    def integer(self, low: int, high: int) -> int:
        return self._source.randint(low, high)

    def happens(self, per_cent: float) -> bool:
        """Return whether something that happens in `per_cent` of cases happens now."""
        return per_cent >= 100 or self._source.uniform(0, 100) < per_cent
