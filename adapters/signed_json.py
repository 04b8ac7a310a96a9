"""JSON over HTTP, signed both ways: what finance authorities and departments of our own kind speak.

Every call is a POST, so that no code or name stands in a URL. RSA-SHA256 over lines, each closed by
a line feed: method, path, timestamp, nonce, body; an answer's are timestamp, nonce, body. An answer
repeats its call's nonce, so that it answers no other.
Shape: docs/reference/finance-json.md.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.errors import (
    Forged,
    Malformed,
    Stale,
    TooMany,
    Unavailable,
    UnknownKey,
)
from channel_gateway.ports import Tools
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Partner:
    """The two ends: where they are, who we are to them, and both keys, parsed once."""

    base_url: str  # no slash at the end
    app_id: str
    our_key: RSAPrivateKey = field(repr=False)
    their_key: RSAPublicKey
    their_serial: str


async def ask(partner: Partner, path: str, body: dict[str, Any], tools: Tools) -> tuple[int, Any]:
    """Send a signed call; returns the status and the verified answer.

    Raises `Unavailable` (a 5xx too), `TooMany`, `Forged`, `Stale`, `Malformed`.
    """
    now, nonce = tools.clock.now(), tools.randomness.token(32)
    response = await tools.http.send(signed(partner, path, body, now=now, nonce=nonce))
    if response.status == 429:
        raise TooMany("the other side wants to be asked less often")
    if response.status >= 500:
        raise Unavailable(f"the other side answered {response.status}")
    verify(response, partner, tools.clock.now())
    if response.headers["X-Finance-Nonce"] != nonce:
        raise Unavailable("the other side's answer is to another call")
    try:
        return response.status, orjson.loads(response.body)
    except ValueError as error:
        raise Malformed("the other side's answer is not JSON") from error


def signed(
    partner: Partner, path: str, body: dict[str, Any], *, now: datetime, nonce: str
) -> HttpRequest:
    raw, timestamp = orjson.dumps(body), str(milliseconds(now) // 1000)
    text = f"POST\n{path}\n{timestamp}\n{nonce}\n".encode() + raw + b"\n"
    fields = {
        "Content-Type": "application/json",
        "X-Finance-App": partner.app_id,
        "X-Finance-Timestamp": timestamp,
        "X-Finance-Nonce": nonce,
        "X-Finance-Signature": b64encode(partner.our_key.sign(text, PKCS1v15(), SHA256())).decode(),
    }
    return HttpRequest("POST", partner.base_url + path, Headers(fields), raw)


def verify(response: HttpResponse, partner: Partner, now: datetime) -> None:
    """Check an answer over its raw bytes. Raises `Forged`, `Stale`, `UnknownKey`."""
    fields = response.headers
    try:
        timestamp, nonce = fields["X-Finance-Timestamp"], fields["X-Finance-Nonce"]
        if fields["X-Finance-Serial"] != partner.their_serial:
            raise UnknownKey(fields["X-Finance-Serial"])
        if abs(now - moment_of(int(timestamp) * 1000)) > CLOCK_TOLERANCE:
            raise Stale("the other side's answer is not from now")
        text = f"{timestamp}\n{nonce}\n".encode() + response.body + b"\n"
        signature = b64decode(fields["X-Finance-Signature"], validate=True)
        partner.their_key.verify(signature, text, PKCS1v15(), SHA256())
    except (KeyError, ValueError, InvalidSignature) as error:
        raise Forged("the other side's answer is not signed as it should be") from error
