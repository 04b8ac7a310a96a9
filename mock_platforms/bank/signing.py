"""Both ends sign, in the form of the project's own finance protocol. Pure.

Five lines, each closed by a line feed: METHOD, PATH?QUERY, TIMESTAMP, NONCE, BODY. An answer's are
the last three, with its call's nonce. RSASSA-PKCS1-v1_5 with SHA-256, Base64.
"""

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from mock_platforms.wire import Headers, Request

_TOLERANCE = timedelta(minutes=5)
_STATUS = {
    "INVALID_REQUEST": 400,
    "UNKNOWN_APP": 401,
    "STALE_REQUEST": 401,
    "INVALID_SIGNATURE": 401,
    "TOO_MANY_REQUESTS": 429,
    "SYSTEM_BUSY": 503,
}


class NotServed(Exception):
    """The bank says no: a code, and the field at fault."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field

    @property
    def status(self) -> int:
        return _STATUS[self.code]

    def answer(self) -> dict[str, str]:
        return {"code": self.code, "field": self.field} if self.field else {"code": self.code}


def check_call(request: Request, app_id: str, key: RSAPublicKey, now: datetime) -> None:
    """Check who calls, when, and what was signed. Raises `NotServed`."""
    headers = request.headers
    timestamp, nonce = headers.get("X-Finance-Timestamp", ""), headers.get("X-Finance-Nonce", "")
    if headers.get("X-Finance-App") != app_id:
        raise NotServed("UNKNOWN_APP", "X-Finance-App")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        raise NotServed("INVALID_REQUEST", "X-Finance-Timestamp")
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > _TOLERANCE:
        raise NotServed("STALE_REQUEST", "X-Finance-Timestamp")
    if not 16 <= len(nonce) <= 64:
        raise NotServed("INVALID_REQUEST", "X-Finance-Nonce")
    lines = f"{request.method}\n{request.target}\n{timestamp}\n{nonce}\n".encode()
    try:
        signature = b64decode(headers.get("X-Finance-Signature", ""), validate=True)
        key.verify(signature, lines + request.body + b"\n", PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as error:
        raise NotServed("INVALID_SIGNATURE", "X-Finance-Signature") from error


def answer_headers(
    body: bytes, key: RSAPrivateKey, *, serial: str, now: datetime, nonce: str
) -> Headers:
    timestamp = str(int(now.timestamp()))
    text = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
    return Headers(
        {
            "Content-Type": "application/json; charset=utf-8",
            "X-Finance-Timestamp": timestamp,
            "X-Finance-Nonce": nonce,
            "X-Finance-Serial": serial,
            "X-Finance-Signature": b64encode(key.sign(text, PKCS1v15(), SHA256())).decode(),
        }
    )
