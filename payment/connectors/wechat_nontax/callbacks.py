"""Read what the non-tax platform posts to us. Pure, and quick: it runs inline in the event loop.

The platform's pages name the query's `wxnontaxstr` and the errcodes of our answers, and say that
calls are signed and encrypted; **how is not public**. So this form is ours, the nearest to what
WeChat does elsewhere, and has to be compared with the paper the platform hands out:

- query: `timestamp` (seconds), `wxnontaxstr` (a nonce), `msg_signature`, the hex SHA-1 of token,
  timestamp, wxnontaxstr and Encrypt, sorted and joined, as of a message push;
- body: `{"appid", "Encrypt"}`; inside the order as `getorder` tells it, with `refund` beside it
  when it is about a refund; or `{"mock": 1}`, the platform's test of our keys.

What fails before the seal is open is `Forged`; what fails after is `Malformed`.
"""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson

from adapters.wechat.push_seal import check_signature
from channel_gateway.domain.days import moment_of
from channel_gateway.domain.errors import Forged, Malformed, Stale
from channel_gateway.wire import HttpRequest
from payment.connectors.wechat_nontax.account import Gate
from payment.connectors.wechat_nontax.words import Message, payment_fact, read, refund_fact, text
from payment.facts import Fact, RefundStatus

_MOST_FIELDS = 20


class DoesNotOpen(Forged):
    """Rightly signed, and sealed with a key that is not ours, or for another app."""


def read_notification(gate: Gate, request: HttpRequest, now: datetime) -> Fact | None:
    """Say what happened; None for the platform's own test.

    Raises `Stale`, `Forged`, `DoesNotOpen`, `Malformed`.
    """
    message = opened(gate, request, now)
    return None if is_mock(message) else read(_fact, message)


def is_mock(message: Message) -> bool:
    return message.get("mock") == 1


def opened(gate: Gate, request: HttpRequest, now: datetime) -> Message:
    """Check age and signature, and open the seal. Raises as `read_notification`."""
    query = _query(request)
    timestamp, nonce = query.get("timestamp", ""), query.get("wxnontaxstr", "")
    if not nonce or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 10):
        raise Forged("a call without its timestamp or its wxnontaxstr")
    if abs(now - moment_of(int(timestamp) * 1000)) > gate.longest_age:
        raise Stale("a call from another time")
    encrypted = _encrypted(request.body)
    check_signature(query.get("msg_signature", ""), gate.token, timestamp, nonce, encrypted)
    try:
        plain = gate.seal.opened(encrypted)
    except Forged as closed:
        raise DoesNotOpen from closed
    return _object(plain)


def _fact(message: Message) -> Fact:
    if "refund" not in message:
        return payment_fact(message)
    told = refund_fact(message, text(message["refund"], "refund_out_id"))
    if told.status is RefundStatus.ABSENT:
        raise Malformed("a refund its order does not tell of", field="refund")
    return told


def _query(request: HttpRequest) -> dict[str, str]:
    asked = request.url.partition("?")[2]
    try:
        pairs = parse_qsl(asked, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Forged("a call whose address says too much") from None
    if len(dict(pairs)) != len(pairs):
        raise Forged("a call that says something twice in its address")
    return dict(pairs)


def _encrypted(body: bytes) -> str:
    try:
        envelope: Any = orjson.loads(body)
    except ValueError:
        raise Forged("a call that is no JSON") from None
    encrypted = envelope.get("Encrypt") if isinstance(envelope, dict) else None
    if not isinstance(encrypted, str) or not encrypted.isascii():
        raise Forged("a call in clear, where sealed ones are agreed upon")
    return encrypted


def _object(plain: bytes) -> Message:
    try:
        message = orjson.loads(plain)
    except ValueError:
        raise Malformed("what was sealed is no JSON") from None
    if not isinstance(message, dict):
        raise Malformed("what was sealed is no object")
    return message
