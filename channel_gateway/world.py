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
        """One visit to the system's chance for nearly all: `secrets.choice` makes one a letter."""
        letters = ""
        while len(letters) < length:
            drawn = secrets.token_bytes(length + 8 + length // 8)
            # Larger ones are left out: some letters would come more often.
            letters += "".join(_ALPHABET[byte % 62] for byte in drawn if byte < 248)
        return letters[:length]
