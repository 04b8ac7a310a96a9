"""The signed line to Samplebank: what comes back is believed once its signature holds.

Every call is a POST of JSON, so that neither a code nor a person stands in a URL. RSA-SHA256 over
lines, each closed by a line feed: of a call path, timestamp, nonce, body; of an answer and of a
callback timestamp, nonce, body. An answer repeats its call's nonce: it answers no other call.

Change here: where the platform puts its signature, what it signs, how it says no. What is signed
are raw bytes; never parse and write anew what is to be verified.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from channel_gateway.addresses import HttpAddress
from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.errors import Forged, Malformed, Refused, Stale, Unavailable
from channel_gateway.pem_keys import rsa_private_key, rsa_public_key
from channel_gateway.ports import Tools
from channel_gateway.sections import Section
from channel_gateway.wire import Headers, HttpRequest

TOLERANCE = timedelta(minutes=5)
Errors = Mapping[str, type[Exception]]


class Settings(Section):
    base_url: HttpAddress
    app_id: str
    merchant_id: str
    app_key_file: Path
    platform_key_file: Path


class Line:
    def __init__(self, settings: Settings, tools: Tools) -> None:
        """Parse the keys, once. Raises `ValueError`, naming the setting."""
        self.settings = settings
        self._tools = tools
        self.our_key = rsa_private_key("app_key_file", settings.app_key_file)
        self.platform_key = rsa_public_key("platform_key_file", settings.platform_key_file)

    async def call(self, path: str, errors: Errors | None = None, **content: Any) -> dict[str, Any]:
        """Send once; returns the verified answer. `errors`: what the platform's words for no mean.

        Raises those, `Refused` for other words, `Unavailable` when nothing is known: a 5xx, a
        429, and whatever the platform did not sign.
        """
        now, nonce = self._tools.clock.now(), self._tools.randomness.token(32)
        body = orjson.dumps(content)
        fields = signed(self.our_key, path, str(milliseconds(now) // 1000), nonce, body)
        fields |= {"Content-Type": "application/json", "X-App": self.settings.app_id}
        url = self.settings.base_url.rstrip("/") + path
        response = await self._tools.http.send(HttpRequest("POST", url, Headers(fields), body))
        if response.status == 429 or response.status >= 500:
            raise Unavailable(f"Samplebank answered {response.status}")
        try:
            verify(response.headers, response.body, self.platform_key, self._tools.clock.now())
            answer = read(response.body)
        except (Forged, Malformed) as error:
            raise Unavailable("an answer that Samplebank did not sign") from error
        if response.headers["X-Nonce"] != nonce:
            raise Unavailable("an answer to another call")
        if response.status == 200:
            return answer
        reason = text(answer, "code")
        raise (errors or {}).get(reason, Refused)(f"Samplebank refused: {reason}")


def signed(key: RSAPrivateKey, path: str, seconds: str, nonce: str, body: bytes) -> dict[str, str]:
    """Return the headers that sign a call; the page's parameters are signed the same way."""
    lines = f"{path}\n{seconds}\n{nonce}\n".encode() + body + b"\n"
    signature = b64encode(key.sign(lines, PKCS1v15(), SHA256())).decode()
    return {"X-Timestamp": seconds, "X-Nonce": nonce, "X-Signature": signature}


def verify(headers: Mapping[str, str], body: bytes, key: RSAPublicKey, now: datetime) -> None:
    """Check age and signature of an answer or a callback. Raises `Forged`, `Stale`."""
    try:
        timestamp, nonce = headers["X-Timestamp"], headers["X-Nonce"]
        lines = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        key.verify(b64decode(headers["X-Signature"], validate=True), lines, PKCS1v15(), SHA256())
        sent_at = moment_of(int(timestamp) * 1000)
    except (KeyError, ValueError, OverflowError, InvalidSignature) as error:
        raise Forged("the signature does not hold") from error
    if abs(now - sent_at) > TOLERANCE:
        raise Stale("signed, but not just now")


def read(body: bytes) -> dict[str, Any]:
    """Parse what was verified. Raises `Malformed`."""
    try:
        said = orjson.loads(body)
    except ValueError as error:
        raise Malformed("not JSON") from error
    if not isinstance(said, dict):
        raise Malformed("no JSON object")
    return said


def text(said: Mapping[str, Any], field: str) -> str:
    value = said.get(field)
    if not isinstance(value, str) or not value:
        raise Malformed("a field was left out", field=field)
    return value
