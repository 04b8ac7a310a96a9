"""The real clock and the real chance: what the rules are given, and never fetch themselves."""

import secrets
import string
from datetime import UTC, datetime

_ALPHABET = string.digits + string.ascii_letters


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemRandomness:
    def token(self, length: int) -> str:
        return "".join(secrets.choice(_ALPHABET) for _ in range(length))
