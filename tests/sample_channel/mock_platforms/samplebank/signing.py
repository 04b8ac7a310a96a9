"""Who calls, when, and what was signed: checked before a call is looked at; answers are signed."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from mock_platforms.routes import Handler
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Request, Response, json_response

MERCHANT = "M10001"
TOLERANCE = timedelta(minutes=5)
STATUS = {"SIGNATURE_INVALID": 401, "ORDER_UNKNOWN": 404, "REFUND_UNKNOWN": 404}  # else 400


class Refused(Exception):
    """The platform says no; the text is its code."""


class Gate:
    def __init__(self, stage: Stage, name: str) -> None:
        self.stage, self.name, self.app_id = stage, name, f"app-{name}"
        self.app_key = stage.keys.private_key(f"{name}_app")
        self.own_key = stage.keys.private_key(f"{name}_platform")
        self._nonces: set[str] = set()

    def guard(self, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Handler:
        def handle(request: Request) -> Response:
            why, status = "", 200
            try:
                self._check(request)
                said = answer(request.json())
            except (Refused, KeyError, TypeError, ValueError) as error:
                why = str(error) if isinstance(error, Refused) else "REQUEST_INVALID"
                said, status = {"code": why}, STATUS.get(why, 400)
            response = json_response(said, status, why=why)
            nonce = request.headers.get("X-Nonce", "")
            return Response(status, self.headers(response.body, nonce), response.body, why=why)

        return handle

    def headers(self, body: bytes, nonce: str, spoiled: str = "") -> Headers:
        """Sign an answer or a callback; a fault does it with another's key, or in the past."""
        age = timedelta(hours=1) if spoiled == "notify_stale" else timedelta()
        timestamp = str(int((self.stage.signing_now() - age).timestamp()))
        lines = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        key = self.app_key if spoiled == "notify_forged" else self.own_key
        sign = b64encode(key.sign(lines, PKCS1v15(), SHA256())).decode()
        fields = {"X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": sign}
        return Headers({"Content-Type": "application/json", **fields})

    def verifies(self, path: str, timestamp: str, nonce: str, body: bytes, sign: str) -> bool:
        lines = f"{path}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
        try:
            key = self.app_key.public_key()
            key.verify(b64decode(sign, validate=True), lines, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _check(self, request: Request) -> None:
        names = ("X-App", "X-Timestamp", "X-Nonce", "X-Signature")
        app, timestamp, nonce, sign = (request.headers.get(name, "") for name in names)
        age = self.stage.signing_now() - datetime.fromtimestamp(int(timestamp), UTC)
        known = app == self.app_id and len(nonce) >= 16 and nonce not in self._nonces
        holds = self.verifies(request.target, timestamp, nonce, request.body, sign)
        if not (known and holds and abs(age) <= TOLERANCE):
            raise Refused("SIGNATURE_INVALID")
        self._nonces.add(nonce)
