"""Standard Webhooks: three headers that sign a body, as departments and we do both ways. Pure.

Signed is `{id}.{timestamp}.{raw body}`, by HMAC-SHA256. During a rotation a sender signs with every
secret it has, and a receiver accepts what fits any secret it holds.
Source: github.com/standard-webhooks, spec/standard-webhooks.md 1.0.0 (read 2026-11).
"""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from channel_gateway.domain.days import moment_of
from channel_gateway.domain.errors import Forged, Malformed, Stale

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)

_PREFIX = "whsec_"
_SECRET_BYTES = range(24, 64 + 1)
# A full stop in an id would let one signature stand for two texts (the specification's warning).
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TIMESTAMP = re.compile(r"[0-9]{1,11}")
_SIGNATURES = re.compile(r".+")  # of any kind, separated by blanks
_VERSION = "v1,"


@dataclass(frozen=True, slots=True)
class Secret:
    """A shared secret of one direction between two parties."""

    key: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `whsec_` and the Base64 of 24 to 64 bytes. Raises `ValueError`, without the text."""
        encoded = text.strip()
        wanted = f"{_PREFIX} and the Base64 of 24 to 64 bytes is wanted"
        if not encoded.startswith(_PREFIX):
            raise ValueError(wanted)
        try:
            key = b64decode(encoded.removeprefix(_PREFIX), validate=True)
        except ValueError:
            raise ValueError(wanted) from None
        if len(key) not in _SECRET_BYTES:
            raise ValueError(wanted)
        return cls(key)


def sign(id: str, timestamp: int, body: bytes, secrets: Sequence[Secret]) -> str:
    """Return the value of `webhook-signature`: one `v1,…` for each secret, in their order."""
    if not secrets:
        raise ValueError("nothing to sign with")
    if not _ID.fullmatch(id):
        raise ValueError("1 to 64 letters, digits, hyphens and underscores make an id")
    return " ".join(_signature(id, str(timestamp), body, secret) for secret in secrets)


def headers_of(id: str, timestamp: int, body: bytes, secrets: Sequence[Secret]) -> dict[str, str]:
    """Return the three headers that sign a body; an answer bears the id of its request."""
    signature = sign(id, timestamp, body, secrets)
    return {ID: id, TIMESTAMP: str(timestamp), SIGNATURE: signature}


def verify(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[Secret], now: datetime
) -> str:
    """Return the id of a message that is signed, and of now; `headers` must ignore case.

    Raises `Malformed` (a header is missing or cannot be read), `Stale`, `Forged`.
    """
    id, timestamp = _header(headers, ID, _ID), _header(headers, TIMESTAMP, _TIMESTAMP)
    given = _header(headers, SIGNATURE, _SIGNATURES).split(" ")
    if abs(now - moment_of(int(timestamp) * 1000)) > TOLERANCE:
        raise Stale("signed more than five minutes from now", field=TIMESTAMP)
    wanted = [_signature(id, timestamp, body, secret).encode() for secret in secrets]
    # Signatures of other kinds than v1 may stand among them: they fit nothing.
    theirs = [one.encode(errors="replace") for one in given]
    fits = [hmac.compare_digest(one, each) for one in theirs for each in wanted]
    if not any(fits):
        raise Forged("no signature fits", field=SIGNATURE)
    return id


def _header(headers: Mapping[str, str], name: str, shape: re.Pattern[str]) -> str:
    value = headers.get(name, "")
    if not shape.fullmatch(value):
        raise Malformed(f"{name} is missing or cannot be read", field=name)
    return value


def _signature(id: str, timestamp: str, body: bytes, secret: Secret) -> str:
    text = f"{id}.{timestamp}.".encode() + body
    return _VERSION + b64encode(hmac.digest(secret.key, text, "sha256")).decode()
