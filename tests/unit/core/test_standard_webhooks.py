"""Signing as Standard Webhooks has it, held to its published example and to another's code."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from channel_gateway.domain.errors import Forged, Malformed, Stale
from channel_gateway.standard_webhooks import Secret, headers_of, sign, verify
from channel_gateway.wire import Headers

# The example of the specification's own libraries.
PUBLISHED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

NOW = datetime.fromtimestamp(TIMESTAMP, UTC)
OLD, NEW = Secret(b"o" * 24), Secret(b"n" * 64)
SIGNED = headers_of(ID, TIMESTAMP, BODY, [Secret.parse(PUBLISHED)])


def test_the_published_example_is_signed_as_published() -> None:
    assert sign(ID, TIMESTAMP, BODY, [Secret.parse(PUBLISHED)]) == SIGNATURE


def test_the_published_example_is_verified() -> None:
    headers = Headers(
        {"Webhook-Id": ID, "Webhook-Timestamp": str(TIMESTAMP), "Webhook-Signature": SIGNATURE}
    )

    assert verify(headers, BODY, [Secret.parse(PUBLISHED)], NOW) == ID


def test_the_libraries_of_the_standard_accept_what_we_sign() -> None:
    now = int(datetime.now(UTC).timestamp())
    headers = headers_of(ID, now, BODY, [OLD, Secret.parse(PUBLISHED)])

    assert Webhook(PUBLISHED).verify(BODY, headers) == {"test": 2432232314}
    with pytest.raises(WebhookVerificationError):
        Webhook(PUBLISHED).verify(BODY + b" ", headers)


@given(body=st.binary(), key=st.binary(min_size=24, max_size=64))
def test_what_is_signed_is_verified(body: bytes, key: bytes) -> None:
    secret = Secret(key)

    assert verify(headers_of(ID, TIMESTAMP, body, [secret]), body, [secret], NOW) == ID


@given(place=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_of_the_body_never_verifies(place: int, bit: int) -> None:
    other = bytearray(BODY)
    other[place] ^= 1 << bit

    with pytest.raises(Forged):
        verify(SIGNED, bytes(other), [Secret.parse(PUBLISHED)], NOW)


@pytest.mark.parametrize(
    ("signs", "holds"), [([OLD, NEW], [OLD]), ([OLD, NEW], [NEW]), ([OLD], [NEW, OLD])]
)
def test_during_a_rotation_any_shared_secret_will_do(
    signs: list[Secret], holds: list[Secret]
) -> None:
    assert verify(headers_of(ID, TIMESTAMP, BODY, signs), BODY, holds, NOW) == ID


def test_two_secrets_give_two_signatures_in_their_order() -> None:
    both = sign(ID, TIMESTAMP, BODY, [OLD, NEW])

    assert both.split(" ") == [sign(ID, TIMESTAMP, BODY, [one]) for one in (OLD, NEW)]


@pytest.mark.parametrize("holds", [[], [OLD], [OLD, NEW]])
def test_without_the_secret_nothing_verifies(holds: list[Secret]) -> None:
    with pytest.raises(Forged):
        verify(SIGNED, BODY, holds, NOW)


@pytest.mark.parametrize("offset_s", [-300, 0, 300])
def test_five_minutes_either_way_are_borne(offset_s: int) -> None:
    now = NOW + timedelta(seconds=offset_s)

    assert verify(SIGNED, BODY, [Secret.parse(PUBLISHED)], now) == ID


@pytest.mark.parametrize("offset_s", [-300.001, 300.001, 3600, -3600])
def test_more_than_five_minutes_are_stale(offset_s: float) -> None:
    with pytest.raises(Stale):
        verify(SIGNED, BODY, [Secret.parse(PUBLISHED)], NOW + timedelta(seconds=offset_s))


@pytest.mark.parametrize(
    "other",
    [
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": str(TIMESTAMP + 1)},
        {"webhook-signature": SIGNATURE.removeprefix("v1,")},
        {"webhook-signature": SIGNATURE.replace("v1,", "v1a,")},
        {"webhook-signature": SIGNATURE.replace("g0", "g1")},
        {"webhook-signature": "v1,  v1,="},
        {"webhook-signature": "v1,签名"},
        {"webhook-signature": "v1,\udcff"},  # a byte that is no UTF-8, as servers hand it on
    ],
)
def test_what_another_header_says_is_forged(other: dict[str, str]) -> None:
    with pytest.raises(Forged):
        verify({**SIGNED, **other}, BODY, [Secret.parse(PUBLISHED)], NOW)


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_header_is_malformed(name: str, value: str | None) -> None:
    headers = {**SIGNED, name: value}

    with pytest.raises(Malformed) as raised:
        verify(
            {key: text for key, text in headers.items() if text is not None},
            BODY,
            [Secret.parse(PUBLISHED)],
            NOW,
        )
    assert raised.value.field == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "a.1614265330"),
        ("webhook-id", "a" * 65),
        ("webhook-id", "编号"),
        ("webhook-timestamp", "1614265330.0"),
        ("webhook-timestamp", "-1"),
        ("webhook-timestamp", "１２３"),
        ("webhook-timestamp", "9" * 12),
    ],
)
def test_what_cannot_be_an_id_or_a_moment_is_malformed(name: str, value: str) -> None:
    with pytest.raises(Malformed):
        verify({**SIGNED, name: value}, BODY, [Secret.parse(PUBLISHED)], NOW)


def test_a_signature_of_another_kind_may_stand_beside_ours() -> None:
    headers = {**SIGNED, "webhook-signature": f"v1a,AAAA {SIGNATURE} v2,BBBB"}

    assert verify(headers, BODY, [Secret.parse(PUBLISHED)], NOW) == ID


@pytest.mark.parametrize(
    "text",
    [
        *("", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa"),
        *(
            "whsec_" + "A" * 31 + "=",
            "whsec_" + "A" * 87 + "=",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa S",
        ),
    ],
)
def test_what_is_no_secret_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(ValueError, match="is wanted") as raised:
        Secret.parse(text)
    assert len(text) < 8 or text not in f"{raised.value} {raised.value.__cause__}"


def test_a_secret_does_not_print_itself() -> None:
    assert repr(Secret.parse(PUBLISHED + "\n")) == "Secret()"


@pytest.mark.parametrize(("id", "secrets"), [("a.b", [OLD]), ("", [OLD]), ("a", [])])
def test_what_nobody_could_verify_is_not_signed(id: str, secrets: list[Secret]) -> None:
    with pytest.raises(ValueError, match=r"id|sign"):
        sign(id, TIMESTAMP, BODY, secrets)
