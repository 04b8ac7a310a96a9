"""The real clock and the real chance: what the rules are given, and never fetch themselves."""

import secrets
import string
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

_ALPHABET = string.digits + string.ascii_letters


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FollowedClock:
    """The stand-ins' moved clock: ahead of the wall's by the seconds that their file tells.

    Raises `ValueError` when there is no such file at the start; later the last word stays.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._ahead = self._read()
        except (OSError, ValueError):
            why = "start the stand-ins with --shared-clock first"
            raise ValueError(f"{file} tells no clock: {why}") from None

    def now(self) -> datetime:
        with suppress(OSError, ValueError):  # the stand-ins have gone
            self._ahead = self._read()
        return datetime.now(UTC) + self._ahead

    def _read(self) -> timedelta:
        return timedelta(seconds=float(self._file.read_text(encoding="ascii")))


class SystemRandomness:
    def token(self, length: int) -> str:
        """One visit to the system's chance for nearly all: `secrets.choice` makes one a letter."""
        letters = ""
        while len(letters) < length:
            drawn = secrets.token_bytes(length + 8 + length // 8)
            # Larger ones are left out: some letters would come more often.
            letters += "".join(_ALPHABET[byte % 62] for byte in drawn if byte < 248)
        return letters[:length]
