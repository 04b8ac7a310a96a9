"""Reading callbacks: true ones in any order and charset, and none that is not."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.alipay.open_platform import rsa2
from channel_gateway.domain.errors import Forged, GatewayError, Malformed, Stale
from channel_gateway.domain.money import Fen
from payment.connectors.alipay.callbacks import read_callback
from payment.facts import Fact, PaymentFact, PaymentStatus, RefundFact, RefundStatus
from tests.unit.alipay.alipay_side import VECTORS
from tests.unit.alipay_pay.callback_side import CALLBACK, NOW, form, signed_form

MANY = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])

PAID = PaymentFact(
    order_id="A20260302000001",
    status=PaymentStatus.PAID,
    app="2021000000000001",
    merchant="2088102100000001",
    amount_fen=Fen(1230),
    transaction="2026030222001499160501589436",
    paid_at=datetime(2026, 3, 2, 1, 29, 30, tzinfo=UTC),
)


def read(key: RSAPrivateKey, body: bytes, now: datetime = NOW) -> Fact | None:
    return read_callback(body, (key.public_key(),), now)


def test_a_callback_alipay_really_sent_is_read() -> None:
    sample = VECTORS["notify"][0]
    key = rsa2.public_key(VECTORS["keys"][sample["key"]])

    fact = read_callback(form(sample["params"]), (key,), datetime(2023, 12, 21, 8, 27, tzinfo=UTC))

    assert fact == PaymentFact(
        order_id="1703147160",
        status=PaymentStatus.PAID,
        app="9021000122682882",
        merchant="2088721003899159",
        amount_fen=Fen(1),
        transaction="2023122122001499160501589436",
        paid_at=datetime(2023, 12, 21, 8, 26, 43, tzinfo=UTC),
    )


def test_a_real_return_url_is_signed_alike_but_is_no_callback() -> None:
    sample = VECTORS["notify"][1]
    key = rsa2.public_key(VECTORS["keys"][sample["key"]])

    with pytest.raises(Forged, match="time"):
        read_callback(form(sample["params"]), (key,), NOW)


@pytest.mark.parametrize(("charset", "codec"), [("utf-8", "utf-8"), ("GBK", "gbk"), ("gbk", "gbk")])
def test_the_charset_makes_no_difference(
    alipay_key: RSAPrivateKey, charset: str, codec: str
) -> None:
    assert (
        read(alipay_key, signed_form(alipay_key, {**CALLBACK, "charset": charset}, codec)) == PAID
    )


@MANY
@given(pieces=st.permutations(range(len(CALLBACK) + 2)))
def test_the_order_of_parameters_does_not_matter(
    alipay_key: RSAPrivateKey, pieces: list[int]
) -> None:
    came = signed_form(alipay_key, CALLBACK).split(b"&")

    assert read(alipay_key, b"&".join(came[at] for at in pieces)) == PAID


@MANY
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_bit_never_says_anything_else(
    alipay_key: RSAPrivateKey, at: int, bit: int
) -> None:
    body = bytearray(signed_form(alipay_key, CALLBACK))
    body[at % len(body)] ^= 1 << bit

    try:
        fact = read(alipay_key, bytes(body))
    except GatewayError:
        return
    assert fact == PAID  # `%2b` for `%2B`, say


@MANY
@given(body=st.binary(max_size=200))
def test_noise_is_refused_without_another_error(alipay_key: RSAPrivateKey, body: bytes) -> None:
    stamped = b"notify_time=2026-03-02+09:29:31&sign=AAAA&" + body

    for noise in (body, stamped):
        with pytest.raises(Forged):
            read(alipay_key, noise)


@pytest.mark.parametrize(
    "parameters",
    [{"refund_fee": "1.00"}, {"total_amount": "0.01"}, {"out_trade_no": ""}],
    ids=["added", "altered", "taken away"],
)
def test_nothing_may_be_added_altered_or_taken_away(
    alipay_key: RSAPrivateKey, parameters: dict[str, str]
) -> None:
    signed = dict(
        piece.split("=", 1) for piece in signed_form(alipay_key, CALLBACK).decode().split("&")
    )
    changed = {**signed, **parameters}

    with pytest.raises(Forged):
        read(alipay_key, "&".join(f"{name}={value}" for name, value in changed.items()).encode())


@pytest.mark.parametrize("name", ["total_amount", "notify_time", "sign"])
def test_a_name_that_comes_twice_is_refused(alipay_key: RSAPrivateKey, name: str) -> None:
    body = signed_form(alipay_key, CALLBACK)

    with pytest.raises(Forged):
        read(alipay_key, body + f"&{name}={CALLBACK.get(name, 'AAAA')}".encode())


def test_the_hash_is_ours_to_choose(alipay_key: RSAPrivateKey) -> None:
    text = "&".join(f"{name}={value}" for name, value in sorted(CALLBACK.items()))
    weak = alipay_key.sign(text.encode(), PKCS1v15(), SHA1())  # noqa: S303
    body = form({**CALLBACK, "sign_type": "RSA", "sign": rsa2.b64encode(weak).decode()})

    with pytest.raises(Forged):
        read(alipay_key, body)


def test_another_key_is_forged_and_any_of_ours_will_do(
    alipay_key: RSAPrivateKey, app_key: RSAPrivateKey
) -> None:
    body = signed_form(alipay_key, CALLBACK)

    with pytest.raises(Forged):
        read(app_key, body)
    assert read_callback(body, (app_key.public_key(), alipay_key.public_key()), NOW) == PAID


SENT = datetime(2026, 3, 2, 1, 29, 31, tzinfo=UTC)


@pytest.mark.parametrize("age", [timedelta(hours=25), timedelta(minutes=-5), timedelta()])
def test_a_callback_lives_as_long_as_its_repeats(alipay_key: RSAPrivateKey, age: timedelta) -> None:
    assert read(alipay_key, signed_form(alipay_key, CALLBACK), SENT + age) == PAID


@pytest.mark.parametrize("age", [timedelta(hours=25, seconds=1), timedelta(minutes=-5, seconds=-1)])
def test_older_ones_and_those_from_the_future_are_stale(
    alipay_key: RSAPrivateKey, age: timedelta
) -> None:
    with pytest.raises(Stale):
        read(alipay_key, signed_form(alipay_key, CALLBACK), SENT + age)


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in CALLBACK.items() if name not in names}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (CALLBACK | {"trade_status": "TRADE_FINISHED"}, PaymentStatus.PAID),
        (without("gmt_payment") | {"trade_status": "TRADE_CLOSED"}, PaymentStatus.CLOSED),
        (without("gmt_payment") | {"trade_status": "WAIT_BUYER_PAY"}, PaymentStatus.UNPAID),
        (CALLBACK | {"trade_status": "TRADE_CLOSED"}, PaymentStatus.PAID),
    ],
    ids=["finished", "closed", "waiting", "paid and given back"],
)
def test_each_status_has_our_word(
    alipay_key: RSAPrivateKey, said: dict[str, str], status: PaymentStatus
) -> None:
    fact = read(alipay_key, signed_form(alipay_key, said))

    assert isinstance(fact, PaymentFact)
    assert fact.status is status
    ours = (CALLBACK["app_id"], CALLBACK["seller_id"], 1230, "CNY", CALLBACK["trade_no"])
    assert fact[2:7] == ours


REFUNDED = CALLBACK | {
    "refund_fee": "5.30",  # all refunds so far
    "send_back_fee": "1.30",  # this one
    "gmt_refund": "2026-03-02 09:29:31.320",
    "out_biz_no": "A20260302000001R2",
}


def test_a_refund_callback_is_never_read_as_a_payment(alipay_key: RSAPrivateKey) -> None:
    assert read(alipay_key, signed_form(alipay_key, REFUNDED)) == RefundFact(
        order_id="A20260302000001",
        refund_no="A20260302000001R2",
        status=RefundStatus.DONE,
        amount_fen=Fen(130),
        done_at=datetime(2026, 3, 2, 1, 29, 31, tzinfo=UTC),
    )


def test_a_refund_callback_says_the_total_of_its_payment(alipay_key: RSAPrivateKey) -> None:
    fact = read(alipay_key, signed_form(alipay_key, REFUNDED | {"total_amount": "1.00"}))

    assert isinstance(fact, RefundFact)
    assert fact.total_fen == 100


def test_a_refund_callback_cannot_hide_that_it_is_one(alipay_key: RSAPrivateKey) -> None:
    body = signed_form(alipay_key, REFUNDED)
    hidden = body.replace(b"refund_fee", b"refund%5Ffee").replace(b"gmt_refund", b"gmt%5Frefund")

    with pytest.raises(Forged):
        read(alipay_key, hidden)


def test_an_empty_parameter_is_not_signed_and_says_nothing(alipay_key: RSAPrivateKey) -> None:
    assert read(alipay_key, signed_form(alipay_key, CALLBACK) + b"&refund_fee=") == PAID


@pytest.mark.parametrize("kept", ["refund_fee", "gmt_refund"])
def test_a_refund_without_its_number_is_not_our_matter(
    alipay_key: RSAPrivateKey, kept: str
) -> None:
    assert read(alipay_key, signed_form(alipay_key, CALLBACK | {kept: REFUNDED[kept]})) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"trade_status": "TRADE_DREAMT"}, "trade_status"),
        ({"total_amount": "12.345"}, "total_amount"),
        ({"total_amount": ""}, "total_amount"),
        ({"seller_id": ""}, "seller_id"),
        ({"app_id": ""}, "app_id"),
        ({"trade_no": ""}, "trade_no"),
        ({"out_trade_no": ""}, "out_trade_no"),
        ({"gmt_payment": ""}, "gmt_payment"),
        ({"trade_no": "二"}, None),
    ],
)
def test_what_alipay_signed_but_we_cannot_read_names_its_field(
    alipay_key: RSAPrivateKey, change: dict[str, str], field: str | None
) -> None:
    with pytest.raises(Malformed) as raised:
        read(alipay_key, signed_form(alipay_key, CALLBACK | change))

    assert raised.value.field == field
