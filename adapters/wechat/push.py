"""Read what WeChat pushes to us: query, age, signature, seal, then the message. Pure.

In plain mode the signature covers no byte of the body, so one signature may bring one body only
(`KnownPushes.bind`). Where the body is sealed, only what is sealed counts: beside it the compatible
mode sends the same in clear, which anybody on the way could have changed.
Source: developers.weixin.qq.com, «消息推送».
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from adapters.wechat.push_form import Fields, read_form, several, text_of
from adapters.wechat.push_seal import Seal, check_signature
from channel_gateway.domain.days import in_reach, milliseconds, moment_of
from channel_gateway.domain.errors import Forged, Malformed, Stale
from channel_gateway.domain.people import OpenId
from channel_gateway.wire import HttpRequest

_MOST_FIELDS = 20


class Mode(StrEnum):
    """As the message push is set in WeChat's console."""

    PLAIN = "plain"  # 明文模式
    COMPATIBLE = "compatible"  # 兼容模式
    SAFE = "safe"  # 安全模式


@dataclass(frozen=True)
class PushGate:
    """What every push must pass."""

    token: str = field(repr=False)
    mode: Mode
    seal: Seal | None  # in plain mode there may be none
    # WeChat asks three times within 15 seconds at most, so an honest push is seconds old; the rest
    # is for clocks that go wrong. A replay within it is known by its contents.
    longest_age: timedelta


@dataclass(frozen=True, slots=True)
class Push:
    """A push that is WeChat's."""

    id: str  # a digest, the same when WeChat repeats it
    citizen: OpenId
    kind: str  # of an event its name, else the message's type
    at: datetime
    fields: Fields
    signed: str  # in plain mode its signature, which may bring this body only


def read_check(gate: PushGate, request: HttpRequest, now: datetime) -> str:
    """The echo by which WeChat's console checks our address. Raises `Forged`, `Stale`."""
    query = _query(request)
    _check_query(gate, query, now)
    echo = query.get("echostr", "")
    if not echo:
        raise Malformed("a check without an echo", field="echostr")
    return echo


def read_push(gate: PushGate, request: HttpRequest, now: datetime) -> Push:
    """Raises `Forged`, `Stale`, `Malformed`."""
    query = _query(request)
    _check_query(gate, query, now)
    fields = read_form(request.body)
    signed = query["signature"]
    if gate.mode is not Mode.PLAIN:
        fields, signed = _opened(gate, query, fields), ""
    return _push(fields, signed)


def _query(request: HttpRequest) -> dict[str, str]:
    asked = request.url.partition("?")[2]
    try:
        pairs = parse_qsl(asked, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Forged("a push whose address says too much") from None
    if len(dict(pairs)) != len(pairs):
        raise Forged("a push that says something twice in its address")
    return dict(pairs)


def _check_query(gate: PushGate, query: dict[str, str], now: datetime) -> None:
    """Before a byte of the body is looked at. Raises `Forged`, `Stale`."""
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if not nonce or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 10):
        raise Forged("a push without its timestamp or nonce")
    check_signature(query.get("signature", ""), gate.token, timestamp, nonce)
    if abs(now - moment_of(int(timestamp) * 1000)) > gate.longest_age:
        raise Stale("a push from another time")


def _opened(gate: PushGate, query: dict[str, str], envelope: Fields) -> Fields:
    encrypted = envelope.get("Encrypt")
    if gate.seal is None or not isinstance(encrypted, str):
        raise Forged("a push in clear, where sealed ones are agreed upon")
    signed = (gate.token, query["timestamp"], query["nonce"], encrypted)
    check_signature(query.get("msg_signature", ""), *signed)
    return read_form(gate.seal.opened(encrypted))


def _push(fields: Fields, signed: str) -> Push:
    kind = text_of(fields, "Event") if text_of(fields, "MsgType") == "event" else ""
    kind = kind or text_of(fields, "MsgType")
    citizen, created = text_of(fields, "FromUserName"), text_of(fields, "CreateTime")
    if not kind or not citizen:
        raise Malformed("a push without its kind or its sender", field="MsgType")
    try:
        at = in_reach(moment_of(int(created) * 1000))
    except (ValueError, OverflowError):
        raise Malformed("a push without its moment", field="CreateTime") from None
    number = text_of(fields, "MsgId")
    listed = sorted(map(_line, several(listed_in(fields))))
    unique = (number,) if number else (str(milliseconds(at)), kind, *listed)
    id = sha256("\n\n".join((citizen, *unique)).encode()).hexdigest()
    return Push(id, OpenId(citizen), kind, at, fields, signed)


def listed_in(fields: Fields) -> Any:
    """What an event lists; an empty list: nothing. JSON has it under `List`; XML inside an element
    that is named as the event is, or, in a sample of WeChat's own, as another event.
    """
    around = (value for value in fields.values() if isinstance(value, dict) and "List" in value)
    return fields.get("List") or next(around, {}).get("List") or []


def _line(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    return "\n".join(f"{name}={text_of(entry, name)}" for name in sorted(entry))
