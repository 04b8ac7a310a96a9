"""Calls from the platform: believed when it signed and sealed them just now, else refused."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha1
from typing import Any

import pytest

from adapters.wechat.push_seal import Seal
from channel_gateway.domain.errors import (
    Forged,
    GatewayError,
    Malformed,
    NotFound,
    Stale,
    Unavailable,
)
from channel_gateway.wire import Headers, HttpRequest
from payment.connectors.wechat_nontax import answers
from payment.connectors.wechat_nontax.account import Gate
from payment.connectors.wechat_nontax.callbacks import DoesNotOpen, read_notification
from payment.facts import Fact, PaymentFact, RefundFact
from payment.order import FactMismatch

OTHER_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
CHANCE = b"0123456789abcdef"


@pytest.fixture(scope="session")
def gate(vector: dict[str, Any]) -> Gate:
    seal = Seal(vector["encoding_aes_key"], vector["app_id"])
    return Gate(vector["token"], seal, timedelta(minutes=5))


@pytest.fixture(scope="session")
def now(vector: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(vector["now"])


def sent(vector: dict[str, Any]) -> HttpRequest:
    return HttpRequest("POST", vector["url"], Headers(), vector["body"].encode())


def signed(token: str, encrypted: str, now: datetime, nonce: str = "n") -> HttpRequest:
    """A call as the platform makes it, its signature written out by hand."""
    stamp = str(int(now.timestamp()))
    mark = sha1("".join(sorted([token, stamp, nonce, encrypted])).encode()).hexdigest()  # noqa: S324
    url = f"/callbacks/wechat_nontax?timestamp={stamp}&wxnontaxstr={nonce}&msg_signature={mark}"
    return HttpRequest("POST", url, Headers(), json.dumps({"Encrypt": encrypted}).encode())


def told(gate: Gate, message: object, now: datetime) -> Fact | None:
    encrypted = gate.seal.sealed(json.dumps(message).encode(), CHANCE)
    return read_notification(gate, signed(gate.token, encrypted, now), now)


def test_what_openssl_sealed_and_signed_is_read(
    vector: dict[str, Any], gate: Gate, now: datetime
) -> None:
    fact = read_notification(gate, sent(vector), now)

    says = dict(vector["says"])
    paid_at = datetime.fromisoformat(says.pop("paid_at"))
    assert fact == PaymentFact(**says, paid_at=paid_at)


def test_what_we_seal_is_what_openssl_seals(vector: dict[str, Any], gate: Gate) -> None:
    message = vector["sealed"]["message"].encode()

    encrypted = gate.seal.sealed(message, vector["random16"].encode())

    assert encrypted == vector["sealed"]["encrypted"]
    assert gate.seal.opened(encrypted) == message


@pytest.mark.parametrize("length", range(0, 66))
def test_a_message_of_any_length_is_sealed_and_opened(gate: Gate, length: int) -> None:
    message = b"x" * length

    assert gate.seal.opened(gate.seal.sealed(message, CHANCE)) == message


def test_a_refund_is_told_with_its_order(vector: dict[str, Any], gate: Gate, now: datetime) -> None:
    part = {
        "refund_out_id": "R1",
        "refund_fee": 600,
        "refund_status": 5,
        "refund_finish_time": 1767585604,
    }
    order = json.loads(vector["sealed"]["message"]) | {"partial_refund_info": [part]}

    fact = told(gate, order | {"refund": part}, now)

    assert isinstance(fact, RefundFact)
    assert (fact.refund_no, fact.amount_fen, fact.merchant) == ("R1", 600, "102")
    with pytest.raises(Malformed):
        told(gate, order | {"refund": part | {"refund_out_id": "R2"}}, now)


def test_the_platforms_test_is_true_and_tells_nothing(gate: Gate, now: datetime) -> None:
    assert told(gate, {"mock": 1, "order_no": "MOCK0001"}, now) is None


@pytest.mark.parametrize("mock", [0, "1", None, [1]])
def test_what_only_looks_like_the_test_is_none(gate: Gate, now: datetime, mock: object) -> None:
    with pytest.raises(Malformed):
        told(gate, {"mock": mock}, now)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_call_from_another_time_is_stale(
    vector: dict[str, Any], gate: Gate, now: datetime, minutes: int
) -> None:
    with pytest.raises(Stale):
        read_notification(gate, sent(vector), now + timedelta(minutes=minutes))


@pytest.mark.parametrize("part", ["timestamp", "wxnontaxstr", "msg_signature"])
def test_every_part_of_the_address_is_under_the_signature(
    vector: dict[str, Any], gate: Gate, now: datetime, part: str
) -> None:
    call = sent(vector)
    path, _, query = call.url.partition("?")
    pairs = dict(pair.split("=") for pair in query.split("&"))

    for url in (
        f"{path}?" + "&".join(f"{k}={v}" for k, v in pairs.items() if k != part),
        f"{path}?" + "&".join(f"{k}={v + '1' if k == part else v}" for k, v in pairs.items()),
        f"{call.url}&{part}=1",
        f"{call.url}&{part}={pairs[part]}",  # twice the same: which one a reader takes is open
    ):
        with pytest.raises(Forged):
            read_notification(gate, replace(call, url=url), now)


def test_a_call_signed_with_another_token_is_forged(gate: Gate, now: datetime) -> None:
    encrypted = gate.seal.sealed(b"{}", CHANCE)

    with pytest.raises(Forged) as forged:
        read_notification(gate, signed("another token", encrypted, now), now)

    assert type(forged.value) is Forged


@pytest.mark.parametrize("of_another", ["key", "app"])
def test_what_is_sealed_for_another_does_not_open(
    vector: dict[str, Any], gate: Gate, now: datetime, of_another: str
) -> None:
    key = OTHER_KEY if of_another == "key" else vector["encoding_aes_key"]
    app = "wxother" if of_another == "app" else vector["app_id"]
    encrypted = Seal(key, app).sealed(b"{}", CHANCE)

    with pytest.raises(DoesNotOpen):
        read_notification(gate, signed(gate.token, encrypted, now), now)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b'{"Encrypt":1}', b"\xff"])
def test_what_is_not_sealed_is_forged(
    vector: dict[str, Any], gate: Gate, now: datetime, body: bytes
) -> None:
    with pytest.raises(Forged):
        read_notification(gate, replace(sent(vector), body=body), now)


@pytest.mark.parametrize("plain", [b"", b"[]", b"nothing", b"{}", b'{"status":3}'])
def test_what_is_rightly_sealed_and_says_nothing_is_malformed(
    gate: Gate, now: datetime, plain: bytes
) -> None:
    encrypted = gate.seal.sealed(plain, CHANCE)

    with pytest.raises(Malformed):
        read_notification(gate, signed(gate.token, encrypted, now), now)


def test_a_signed_text_that_is_no_base64_does_not_open(gate: Gate, now: datetime) -> None:
    for encrypted in ("", "§", b64encode(b"short").decode(), "A" * 44):
        with pytest.raises(Forged):
            read_notification(gate, signed(gate.token, encrypted, now), now)


@pytest.mark.parametrize(
    ("error", "errcode"),
    [
        (Forged("no"), 300),
        (Stale("old"), 300),
        (DoesNotOpen(), 298),
        (Malformed("no"), 210),
        (NotFound("no"), 210),
        (FactMismatch("no", field="amount"), 210),
        (FactMismatch("no", field="merchant"), 236),
        (Unavailable("store"), 299),
        (GatewayError("anything"), 299),
        (None, 299),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_refusal_has_the_platforms_own_errcode(error: GatewayError | None, errcode: int) -> None:
    answer = answers.refusal(error)

    assert json.loads(answer.body)["errcode"] == errcode


def test_what_was_taken_is_errcode_0() -> None:
    assert answers.TAKEN.status == 200
    assert json.loads(answers.TAKEN.body) == {"errcode": 0, "errmsg": "ok"}
