"""Both ends sign: what the authority checks on a call, and how it signs its answer. Pure.

Five lines, each closed by a line feed: METHOD, PATH?QUERY, TIMESTAMP, NONCE, BODY. An answer's are
the last three, with its call's nonce. RSASSA-PKCS1-v1_5 with SHA-256, Base64.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from mock_platforms.finance.refusals import Refused
from mock_platforms.wire import Headers, Request

TOLERANCE = timedelta(minutes=5)


def check_call(request: Request, app_id: str, key: RSAPublicKey, now: datetime) -> str:
    """Check who calls, when, and what was signed; returns the nonce, to be remembered."""
    headers = request.headers
    if headers.get("X-Finance-App") != app_id:
        raise Refused("UNKNOWN_APP", "no such caller", field="X-Finance-App")
    timestamp = headers.get("X-Finance-Timestamp", "")
    if abs(now - _moment(timestamp)) > TOLERANCE:
        raise Refused("STALE_REQUEST", "the call is not from now", field="X-Finance-Timestamp")
    nonce = headers.get("X-Finance-Nonce", "")
    if not 16 <= len(nonce) <= 64:
        raise Refused("INVALID_REQUEST", "16 to 64 characters are needed", field="X-Finance-Nonce")
    lines = f"{request.method}\n{request.target}\n{timestamp}\n{nonce}\n".encode()
    _verify(lines + request.body + b"\n", headers.get("X-Finance-Signature", ""), key)
    return nonce


def _moment(timestamp: str) -> datetime:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        raise Refused("INVALID_REQUEST", "unix seconds are needed", field="X-Finance-Timestamp")
    return datetime.fromtimestamp(int(timestamp), UTC)


def _verify(text: bytes, signature: str, key: RSAPublicKey) -> None:
    try:
        key.verify(b64decode(signature, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, NotBase64) as error:
        raise Refused(
            "INVALID_SIGNATURE", "the signature does not fit", field="X-Finance-Signature"
        ) from error


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
