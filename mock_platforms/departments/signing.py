"""Standard Webhooks, from the department's end: what it signs, and what it checks. Pure.

`{id}.{timestamp}.{raw body}` by HMAC-SHA256 under each secret, Base64, `v1,` before it.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from mock_platforms.wire import Headers

PREFIX = "whsec_"
LONGEST_AGE = timedelta(minutes=5)
LONGEST_ID = 64


class Doubtful(Exception):
    """Who sends this, or when, cannot be known; the sentence says why."""


def key_of(secret: str) -> bytes:
    return b64decode(secret.removeprefix(PREFIX), validate=True)


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return "v1," + b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def signed_headers(
    secrets: Sequence[str], message_id: str, moment: datetime, body: bytes
) -> dict[str, str]:
    timestamp = str(int(moment.timestamp()))
    every = [signature(secret, message_id, timestamp, body) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(every),
    }


def check(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> str:
    """Return the id of a message signed with one of these secrets. Raises Doubtful."""
    message_id, timestamp, signatures = (
        _header(headers, f"webhook-{name}") for name in ("id", "timestamp", "signature")
    )
    if len(message_id) > LONGEST_ID or not _is_plain(message_id):
        raise Doubtful("webhook-id is no id")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        raise Doubtful("webhook-timestamp is not unix seconds")
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > LONGEST_AGE:
        raise Doubtful("webhook-timestamp is not from now")
    wanted = [signature(secret, message_id, timestamp, body).encode() for secret in secrets]
    given = [one.encode(errors="replace") for one in signatures.split(" ")]
    if not any([hmac.compare_digest(one, each) for one in given for each in wanted]):
        raise Doubtful("webhook-signature fits no secret")
    return message_id


def _header(headers: Headers, name: str) -> str:
    if not (value := headers.get(name, "")):
        raise Doubtful(f"{name} is missing")
    return value


def _is_plain(message_id: str) -> bool:
    return message_id.isascii() and message_id.replace("-", "").replace("_", "").isalnum()
