"""Who may call 丰桥: form fields, digital signature or access token, and answers in its shape.

Source: open.sf-express.com, the public parameters and the table of apiResultCode of each service.
How old a call may be is published nowhere that we could read: five minutes are this stand-in's own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import string
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl

from mock_platforms.couriers.sf.refusals import NOT_LET_IN, NotLetIn, Refused
from mock_platforms.routes import Handler
from mock_platforms.stage import Stage
from mock_platforms.wire import Request, Response, json_response

TOLERANCE = timedelta(minutes=5)
_NEEDED = ("partnerID", "requestID", "serviceCode", "timestamp", "msgData")
_KEPT = frozenset((string.ascii_letters + string.digits + ".-*_").encode())


class Serving(Protocol):
    def serves(self, service: str) -> bool: ...

    def answer(self, service: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """What the service answers, in `msgData`. Raises `Refused`."""
        ...


class Gate:
    """Where calls come in; it remembers their requestIDs for as long as they would be fresh."""

    def __init__(self, stage: Stage, partner_id: str, checkword: str, access_token: str) -> None:
        self.partner_id = partner_id
        self.checkword = checkword
        self.access_token = access_token
        self._stage = stage
        self._seen: dict[str, datetime] = {}

    def keeping(self, served: Serving) -> Handler:
        def handle(request: Request) -> Response:
            form = read_form(request)
            try:
                self._let_in(form, served)
            except NotLetIn as refused:
                return self._answer(refused.code, "", why=refused.code)
            return self._served(form, served)

        return handle

    def _served(self, form: Mapping[str, str], served: Serving) -> Response:
        inner: dict[str, Any] = {"success": True, "errorCode": "S0000", "errorMsg": None}
        why = ""
        try:
            inner["msgData"] = served.answer(form["serviceCode"], _message(form["msgData"]))
        except Refused as refused:
            why = refused.code
            inner = {"success": False, "errorCode": why, "errorMsg": refused.says, "msgData": None}
        return self._answer("A1000", json.dumps(inner, ensure_ascii=False), why=why)

    def _let_in(self, form: Mapping[str, str], served: Serving) -> None:
        proofs = [name for name in ("msgDigest", "accessToken") if form.get(name)]
        if not all(form.get(name) for name in _NEEDED) or len(proofs) != 1:
            raise NotLetIn("A1001")
        if len(form["requestID"]) > 40:
            raise NotLetIn("A1001")
        now = self._stage.signing_now()
        if abs(now - _moment(form["timestamp"])) > TOLERANCE:
            raise NotLetIn("A1002")
        if form["partnerID"] != self.partner_id or not served.serves(form["serviceCode"]):
            raise NotLetIn("A1004")
        if not self._proven(form):
            raise NotLetIn("A1006")
        self._seen = {one: at for one, at in self._seen.items() if now - at < 2 * TOLERANCE}
        if form["requestID"] in self._seen:
            raise NotLetIn("A1007")
        self._seen[form["requestID"]] = now

    def _proven(self, form: Mapping[str, str]) -> bool:
        if form.get("accessToken"):
            return hmac.compare_digest(form["accessToken"].encode(), self.access_token.encode())
        right = msg_digest(form["msgData"], form["timestamp"], self.checkword)
        return hmac.compare_digest(form["msgDigest"].encode(), right.encode())

    def _answer(self, code: str, data: str, *, why: str = "") -> Response:
        return envelope(code, data, self._stage.randomness.hex(32).upper(), why=why)


def envelope(
    code: str, data: str, response_id: str, *, why: str = "", status: int = 200
) -> Response:
    """The outer answer: its data is JSON again, as a text."""
    outer = {
        "apiErrorMsg": NOT_LET_IN.get(code, ""),
        "apiResponseID": response_id,
        "apiResultCode": code,
        "apiResultData": data,
    }
    return json_response(outer, status, why=why)


def trouble(status: int, _: Request) -> Response:
    """429 and 500 in 丰桥's own words, which travel with 200; other statuses as a proxy's."""
    own = {429: "A1005", 500: "A1099"}.get(status)
    return envelope(own or "A1009", "", "0" * 32, status=200 if own else status)


def msg_digest(data: str, timestamp: str, checkword: str) -> str:
    """Base64(MD5(URLEncode(msgData + timestamp + checkword))), encoded as java.net.URLEncoder does.

    It keeps letters, digits and . - * _, writes a space as +, and escapes every other byte.
    """
    text = (data + timestamp + checkword).encode()
    encoded = "".join(
        chr(byte) if byte in _KEPT else "+" if byte == 0x20 else f"%{byte:02X}" for byte in text
    )
    return b64encode(hashlib.md5(encoded.encode(), usedforsecurity=False).digest()).decode()


def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; none when it is no form."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return {}
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict"))
    except ValueError:
        return {}


def service_named(request: Request) -> str:
    return read_form(request).get("serviceCode", "")


def orders_named(request: Request) -> list[str]:
    """Our order's number, or the waybills that are asked for."""
    try:
        data = _message(read_form(request).get("msgData", ""))
    except Refused:
        return []
    asked = data.get("trackingNumber")
    return [
        str(each) for each in (data.get("orderId"), *(asked if isinstance(asked, list) else ()))
    ]


def _message(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("4002") from error
    if not isinstance(data, dict):
        raise Refused("4002")
    return data


def _moment(timestamp: str) -> datetime:
    """SF's own samples send seconds or milliseconds."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) in (10, 13)):
        raise NotLetIn("A1001")
    return datetime.fromtimestamp(int(timestamp) / (1000 if len(timestamp) == 13 else 1), UTC)
