"""What EMS tells by itself: verified over the raw bytes, kept by whoever keeps parcels, answered.

A form; its msgBody is `{"traces": [...]}` of several parcels, its dataDigest the Base64 of the
hexadecimal MD5 of msgBody and a key. Source: the traces and the digest from public tests of China
Post's push; envelope and answer from the classes of a public receiver (confidence middling). A
later push (040002, sealed by SM4) is not taken: it has been seen without any signature.
"""

import logging
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from hmac import compare_digest
from re import compile as pattern
from typing import Any

import orjson

from adapters.couriers.ems.traces import read_scan
from adapters.couriers.forms import read_form
from adapters.couriers.hearing import tell
from channel_gateway.domain.errors import Forged, GatewayError, Malformed
from channel_gateway.domain.parcels import Scan
from channel_gateway.ports import CourierPush, Parcels
from channel_gateway.service import Table
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

log = logging.getLogger(__name__)

_JSON = Headers({"Content-Type": "application/json; charset=utf-8"})
_NUMBER = pattern("[0-9A-Za-z-]{1,40}")


@dataclass(frozen=True, slots=True)
class Told:
    """One push, as far as it concerns us."""

    serial_no: str
    receiver: str
    scans: Mapping[str, tuple[Scan, ...]]  # by waybill


class Receiver:
    """`table`: who keeps parcels may be offered later than this is built."""

    def __init__(self, table: Table, *, courier: str, keys: Sequence[bytes]) -> None:
        self._table = table
        self._courier = courier
        self._keys = keys

    async def receive(self, request: HttpRequest, now: datetime) -> HttpResponse:
        try:
            told = read_push(request.body, self._keys)
            keepers = self._table.offered(Parcels).values()
            for waybill, scans in told.scans.items():
                push = CourierPush(self._courier, waybill, scans, signed=True, id=told.serial_no)
                await tell(keepers, [push], now)
        except GatewayError as refusal:
            why = {"action": "push_refused", "courier": self._courier, "code": refusal.code}
            log.warning("push of EMS refused", extra=why | {"field": refusal.field})
            return answer(status=503 if refusal.passing else 400, code=refusal.code)
        return answer(receiver=told.receiver, waybills=tuple(told.scans))


def digest(content: bytes, key: bytes) -> str:
    """Base64 of the MD5's hexadecimal text, not of its bytes."""
    return b64encode(md5(content + key, usedforsecurity=False).hexdigest().encode()).decode()


def read_push(body: bytes, keys: Sequence[bytes]) -> Told:
    """Raises `Forged` before anything of the content is read, and `Malformed`."""
    form = _signed_form(body)
    content, said = form[b"msgBody"], form[b"dataDigest"]
    if not any([compare_digest(digest(content, key).encode(), said) for key in keys]):
        raise Forged("the push is not signed with a key of ours", field="dataDigest")
    try:
        traces = orjson.loads(content)["traces"]
        scans: dict[str, tuple[Scan, ...]] = {}
        for trace in traces:
            waybill = str(trace["traceNo"])
            if not _NUMBER.fullmatch(waybill):
                raise Malformed("no waybill has such a number", field="traceNo")
            scans[waybill] = (*scans.get(waybill, ()), *_scan(trace))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Malformed("the push's traces cannot be read", field="msgBody") from error
    serial_no, receiver = (
        form.get(name, b"").decode("utf-8", "replace") for name in (b"serialNo", b"receiveID")
    )
    return Told(serial_no, receiver, scans)


def _scan(trace: Mapping[str, Any]) -> tuple[Scan, ...]:
    """Without a moment it is no scan, and still a reason to ask about the parcel."""
    return (read_scan(trace),) if trace.get("opTime") else ()


def _signed_form(body: bytes) -> dict[bytes, bytes]:
    """Its fields. Raises `Forged`: what is no form, or wants a part, nobody has signed."""
    try:
        form = read_form(body)
    except Malformed as broken:
        raise Forged("the push is no form that could be signed") from broken
    for name in ("msgBody", "dataDigest"):
        if not form.get(name.encode()):
            raise Forged("the push needs it", field=name)
    return form


def answer(
    *, receiver: str = "", waybills: Sequence[str] = (), status: int = 200, code: str = ""
) -> HttpResponse:
    """In the platform's words; `code` of what was wrong, for our log alone."""
    words = {
        "receiveId": receiver,
        "responseState": not code,
        "errorDesc": "" if not code else "推送未被接收",
        "responseItems": [{"traceNo": each, "success": True, "reason": ""} for each in waybills],
    }
    return HttpResponse(status, _JSON, orjson.dumps(words), code)


REFUSED = answer(status=400, code=Malformed.code)
