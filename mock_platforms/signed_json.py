"""Both ends sign JSON: what finance and its bank check on a call, and how they sign an answer.

Five lines, each closed by a line feed: METHOD, PATH?QUERY, TIMESTAMP, NONCE, BODY. An answer's are
the last three, with its call's nonce. RSASSA-PKCS1-v1_5 with SHA-256, Base64.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from mock_platforms.faults import CALL, Fault, FaultKind
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Request, Response

TOLERANCE = timedelta(minutes=5)
REPLY_FORGED = FaultKind("reply_forged", "The answer's signature belongs to another text.", CALL)


class Refused(Exception):
    """The desk refuses: a code, a sentence, sometimes the field at fault.

    `more` are further members of the answer.
    """

    statuses: ClassVar[Mapping[str, int]] = {
        "INVALID_REQUEST": 400,
        "UNKNOWN_APP": 401,
        "STALE_REQUEST": 401,
        "NONCE_REPEATED": 401,
        "INVALID_SIGNATURE": 401,
        "TOO_MANY_REQUESTS": 429,
        "SYSTEM_BUSY": 503,
    }

    def __init__(self, code: str, message: str, *, field: str = "", **more: Any) -> None:
        super().__init__(code)
        self.code, self.message, self.field, self.more = code, message, field, more

    @property
    def status(self) -> int:
        return self.statuses[self.code]

    def answer(self) -> dict[str, Any]:
        said = {"code": self.code, "message": self.message}
        if self.field:
            said["field"] = self.field
        return {**said, **self.more}


@dataclass
class SignedDesk:
    """Where signed calls come in; it remembers the nonces of the last minutes."""

    stage: Stage
    app_id: str
    serial: str
    app_key: RSAPublicKey
    own_key: RSAPrivateKey
    _nonces: dict[str, datetime] = field(default_factory=dict)

    def check(self, request: Request) -> None:
        """Raises `Refused`, also for a call that came before."""
        now = self.stage.signing_now()
        nonce = check_call(request, self.app_id, self.app_key, now)
        fresh = {one: seen for one, seen in self._nonces.items() if now - seen < 2 * TOLERANCE}
        if nonce in fresh:
            raise Refused("NONCE_REPEATED", "this call came before", field="X-Finance-Nonce")
        self._nonces = {**fresh, nonce: now}

    def answer(
        self, status: int, content: Mapping[str, Any], request: Request, *, why: str = ""
    ) -> Response:
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = answer_headers(
            body,
            self.own_key,
            serial=self.serial,
            now=self.stage.signing_now(),
            nonce=request.headers.get("X-Finance-Nonce", ""),
        )
        return Response(status, headers, body, why=why)

    def refuse(self, refused: Refused, request: Request) -> Response:
        return self.answer(refused.status, refused.answer(), request, why=refused.code)

    def trouble(self, status: int, request: Request) -> Response:
        code = "TOO_MANY_REQUESTS" if status == 429 else "SYSTEM_BUSY"
        return self.answer(status, Refused(code, "try again later").answer(), request)


def forged(response: Response, _: Request, __: Fault) -> Response:
    signature = b64decode(response.headers["X-Finance-Signature"])
    other = b64encode(signature[::-1]).decode()
    return replace(response, headers=response.headers.but(X_Finance_Signature=other))


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
