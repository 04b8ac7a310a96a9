"""A callback is believed only whole, fresh, and signed with a key we hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.errors import Forged, Malformed, Stale, UnknownKey
from channel_gateway.domain.money import Fen
from channel_gateway.wire import Headers, HttpRequest
from payment.connectors.wechat_pay.callbacks import read_callback
from payment.facts import Fact, PaymentFact, PaymentStatus, RefundFact, RefundStatus
from tests.unit.wechat_pay.platform_side import (
    APIV3_KEY,
    NOW,
    REFUND,
    TRANSACTION,
    Signer,
    callback_body,
    to_json,
)

AEAD = AESGCM(APIV3_KEY)
PAID = callback_body("TRANSACTION.SUCCESS", TRANSACTION)


def read(signer: Signer, request: HttpRequest, now: datetime = NOW) -> Fact | None:
    keys = {signer.serial: signer.key.public_key()}
    return read_callback(request.headers, request.body, keys, AEAD, now)


def with_header(request: HttpRequest, name: str, value: str) -> HttpRequest:
    return replace(request, headers=Headers({**request.headers, name.lower(): value}))


def refund_callback(event: str, status: str, **more: Any) -> bytes:
    refund = {**REFUND, "refund_status": status, **more}
    del refund["status"]
    refund["mchid"] = "1230000109"  # a callback names whom it is for, unlike an answer
    return callback_body(event, refund, "refund")


def test_a_payment_becomes_a_fact(public: Signer) -> None:
    assert read(public, public.callback(PAID)) == PaymentFact(
        order_id="1217752501201407033233368018",
        status=PaymentStatus.PAID,
        app="wxd678efh567hg6787",
        merchant="1230000109",
        amount_fen=Fen(100),
        currency="CNY",
        transaction="4200000000000000000000000000",
        paid_at=datetime(2018, 6, 8, 2, 34, 56, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("SUCCESS", RefundStatus.DONE),
        ("ABNORMAL", RefundStatus.ABNORMAL),
        ("CLOSED", RefundStatus.CLOSED),
    ],
)
def test_a_refund_becomes_a_fact(public: Signer, word: str, status: RefundStatus) -> None:
    body = refund_callback(f"REFUND.{word}", word)

    fact = read(public, public.callback(body))

    assert fact == RefundFact("1217752501201407033233368018", "R1", status, Fen(30), None)


@pytest.mark.parametrize(
    ("event", "word"),
    [
        ("SUCCESS", "ABNORMAL"),
        ("CLOSED", "SUCCESS"),
        ("ABNORMAL", "CLOSED"),
        ("SUCCESS", "PROCESSING"),
    ],
)
def test_an_event_that_contradicts_its_refund_is_malformed(
    public: Signer, event: str, word: str
) -> None:
    with pytest.raises(Malformed) as error:
        read(public, public.callback(refund_callback(f"REFUND.{event}", word)))

    assert error.value.field == "refund_status"


def test_a_refund_says_the_total_of_its_payment(public: Signer) -> None:
    body = refund_callback("REFUND.CLOSED", "CLOSED", amount={"refund": 30, "total": 1})

    fact = read(public, public.callback(body))

    assert isinstance(fact, RefundFact)
    assert fact.total_fen == 1


def test_a_refund_that_is_done_says_when(public: Signer) -> None:
    body = refund_callback("REFUND.SUCCESS", "SUCCESS", success_time="2018-06-10T00:00:00+08:00")

    fact = read(public, public.callback(body))

    assert isinstance(fact, RefundFact)
    assert fact.done_at == datetime(2018, 6, 9, 16, tzinfo=UTC)


def test_the_platforms_test_of_our_keys_is_true_but_not_our_matter(public: Signer) -> None:
    body = callback_body("SECURITY_ECHO.SUCCESS", {"echo_message": "x"}, "security")

    assert read(public, public.callback(body)) is None


@pytest.mark.parametrize("aad", ["", None])
def test_a_resource_may_have_no_associated_data(public: Signer, aad: str | None) -> None:
    body = callback_body("TRANSACTION.SUCCESS", TRANSACTION, "")
    if aad is None:
        body = body.replace(b'"associated_data":"",', b"")

    assert isinstance(read(public, public.callback(body)), PaymentFact)


@pytest.mark.parametrize("seconds", [-299, 299])
def test_less_than_five_minutes_off_is_fresh(public: Signer, seconds: int) -> None:
    assert read(public, public.callback(PAID), NOW + timedelta(seconds=seconds)) is not None


@pytest.mark.parametrize("seconds", [-301, 300, 301, 90000])
def test_five_minutes_off_is_stale(public: Signer, seconds: int) -> None:
    with pytest.raises(Stale):
        read(public, public.callback(PAID), NOW + timedelta(seconds=seconds))


def test_age_is_looked_at_before_the_signature(public: Signer) -> None:
    request = with_header(public.callback(PAID), "Wechatpay-Signature", "nonsense")

    with pytest.raises(Stale):
        read(public, request, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    "name",
    ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature"],
)
def test_without_one_of_its_headers_a_callback_is_forged(public: Signer, name: str) -> None:
    request = public.callback(PAID)
    kept = {key: value for key, value in request.headers.items() if key != name.lower()}

    with pytest.raises(Forged, match=name.lower()):
        read(public, replace(request, headers=Headers(kept)))


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1.5", "1" * 400, "１７６７５８５６０x"])
def test_a_timestamp_that_is_no_number_is_forged(public: Signer, timestamp: str) -> None:
    with pytest.raises(Forged):
        read(public, with_header(public.callback(PAID), "Wechatpay-Timestamp", timestamp))


def test_an_unknown_serial_is_named(public: Signer) -> None:
    with pytest.raises(UnknownKey) as error:
        read(public, with_header(public.callback(PAID), "Wechatpay-Serial", "ABC"))

    assert error.value.serial == "ABC"


@pytest.mark.parametrize("signature", ["", "x", "*" * 344, "é" * 344, "A" * 344, "A" * 343 + "="])
def test_what_is_no_signature_is_forged(public: Signer, signature: str) -> None:
    with pytest.raises(Forged):
        read(public, with_header(public.callback(PAID), "Wechatpay-Signature", signature))


def test_a_probe_is_refused_like_any_wrong_signature(public: Signer) -> None:
    request = public.callback(PAID)
    probe = "WECHATPAY/SIGNTEST/" + request.headers["Wechatpay-Signature"][19:]

    with pytest.raises(Forged):
        read(public, with_header(request, "Wechatpay-Signature", probe))


def test_header_bytes_that_are_no_utf8_are_forged_and_no_crash(public: Signer) -> None:
    with pytest.raises(Forged):
        read(public, with_header(public.callback(PAID), "Wechatpay-Nonce", "\udcff"))


@given(st.data())
def test_a_flipped_bit_never_verifies(public: Signer, data: st.DataObject) -> None:
    request = public.callback(PAID)
    at = data.draw(st.integers(0, len(PAID) - 1))
    bit = data.draw(st.integers(0, 7))
    body = bytes([*PAID[:at], PAID[at] ^ 1 << bit, *PAID[at + 1 :]])

    with pytest.raises(Forged):
        read(public, replace(request, body=body))


@given(st.text(st.characters(codec="ascii"), max_size=40))
def test_another_nonce_never_verifies(public: Signer, nonce: str) -> None:
    request = public.callback(PAID)
    if nonce == request.headers["Wechatpay-Nonce"]:
        return

    with pytest.raises(Forged):
        read(public, with_header(request, "Wechatpay-Nonce", nonce))


@given(
    order_id=st.from_regex("[0-9A-Za-z]{6,32}", fullmatch=True),
    total=st.integers(1, 10**10),
    paid_at=st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)),  # noqa: DTZ001 (zone follows)
)
def test_a_fact_comes_through_a_callback_as_it_was(
    public: Signer, order_id: str, total: int, paid_at: datetime
) -> None:
    moment = paid_at.replace(microsecond=0, tzinfo=UTC)
    transaction = {
        **TRANSACTION,
        "out_trade_no": order_id,
        "amount": {"total": total, "currency": "CNY"},
        "success_time": moment.astimezone().isoformat(),
    }

    fact = read(public, public.callback(callback_body("TRANSACTION.SUCCESS", transaction)))

    assert isinstance(fact, PaymentFact)
    assert (fact.order_id, fact.amount_fen, fact.paid_at) == (order_id, total, moment)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"trade_state": "ACCEPT"}, "trade_state"),
        ({"amount": {"total": 1.5, "currency": "CNY"}}, "total"),
        ({"amount": {"total": True, "currency": "CNY"}}, "total"),
        ({"amount": {"total": "100", "currency": "CNY"}}, "total"),
        ({"amount": {"total": -1, "currency": "CNY"}}, "total"),
        ({"amount": {"total": 1}}, "currency"),
        ({"amount": None}, None),
        ({"success_time": "2018-06-08"}, "success_time"),
        ({"success_time": 1528425296}, "success_time"),
        ({"trade_state": ["SUCCESS"]}, "trade_state"),
        ({"out_trade_no": {"$gt": ""}}, "out_trade_no"),
        ({"out_trade_no": 1217752501201407}, "out_trade_no"),
        ({"out_trade_no": ""}, "out_trade_no"),
        ({"transaction_id": {"$ne": None}}, "transaction_id"),
        ({"appid": ["wx1"]}, "appid"),
        ({"mchid": 1230000109}, "mchid"),
        ({"amount": {"total": 100, "currency": 156}}, "currency"),
        ({"trade_state": "CLOSED", "out_trade_no": {"$gt": ""}}, "out_trade_no"),
        ({"trade_state": "CLOSED", "mchid": 999}, "mchid"),
        ({"trade_state": "NOTPAY", "amount": {"total": "1"}}, "total"),
    ],
)
def test_a_signed_callback_we_cannot_read_is_malformed(
    public: Signer, changes: dict[str, Any], field: str | None
) -> None:
    body = callback_body("TRANSACTION.SUCCESS", {**TRANSACTION, **changes})

    with pytest.raises(Malformed) as error:
        read(public, public.callback(body))

    assert error.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"out_trade_no": {"$gt": ""}}, "out_trade_no"),
        ({"out_refund_no": 7}, "out_refund_no"),
        ({"transaction_id": {"$gt": ""}}, "transaction_id"),
        ({"success_time": {}, "out_trade_no": None}, "out_trade_no"),
        ({"success_time": 1}, "success_time"),
    ],
)
def test_a_refunds_callback_we_cannot_read_names_its_field(
    public: Signer, changes: dict[str, Any], field: str
) -> None:
    body = refund_callback("REFUND.SUCCESS", "SUCCESS", **changes)

    with pytest.raises(Malformed) as error:
        read(public, public.callback(body))

    assert error.value.field == field


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("NOTPAY", PaymentStatus.UNPAID),
        ("PAYERROR", PaymentStatus.UNPAID),
        ("CLOSED", PaymentStatus.CLOSED),
        ("REVOKED", PaymentStatus.CLOSED),
    ],
)
def test_an_order_without_money_says_whose_it_is_too(
    public: Signer, word: str, status: PaymentStatus
) -> None:
    told = {**TRANSACTION, "trade_state": word}
    del told["success_time"], told["transaction_id"]

    fact = read(public, public.callback(callback_body("TRANSACTION.SUCCESS", told)))

    order, app, merchant = "1217752501201407033233368018", "wxd678efh567hg6787", "1230000109"
    assert fact == PaymentFact(order, status, app, merchant, Fen(100), "CNY")


@pytest.mark.parametrize("left_out", ["out_trade_no", "appid", "mchid", "transaction_id"])
def test_a_field_left_out_is_named(public: Signer, left_out: str) -> None:
    transaction = {key: value for key, value in TRANSACTION.items() if key != left_out}

    with pytest.raises(Malformed) as error:
        read(public, public.callback(callback_body("TRANSACTION.SUCCESS", transaction)))

    assert error.value.field == left_out


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b'{"event_type":[]}', b'{"event_type":"REFUND.SUCCESS"}']
)
def test_a_signed_body_of_another_shape_is_malformed(public: Signer, body: bytes) -> None:
    with pytest.raises(Malformed):
        read(public, public.callback(body))


def test_an_event_we_do_not_know_is_malformed(public: Signer) -> None:
    with pytest.raises(Malformed, match="event"):
        read(public, public.callback(callback_body("TRANSACTION.MAYBE", TRANSACTION)))


def test_a_resource_sealed_with_another_key_is_malformed(public: Signer) -> None:
    request = public.callback(PAID)
    keys = {public.serial: public.key.public_key()}

    with pytest.raises(Malformed, match="APIv3"):
        read_callback(request.headers, request.body, keys, AESGCM(b"x" * 32), NOW)


def test_a_resource_sealed_in_another_way_is_malformed(public: Signer) -> None:
    body = PAID.replace(b"AEAD_AES_256_GCM", b"AEAD_SM4_GCM")

    with pytest.raises(Malformed) as error:
        read(public, public.callback(body))

    assert error.value.field == "algorithm"


def test_an_error_shows_nothing_of_the_payer(public: Signer) -> None:
    body = callback_body("TRANSACTION.SUCCESS", {**TRANSACTION, "amount": None})

    with pytest.raises(Malformed) as error:
        read(public, public.callback(body))

    assert "oUpF8" not in repr(error.value) + str(error.value.__cause__)
    assert to_json(TRANSACTION)[:20].decode() not in str(error.value)
