"""Reading messages to the application gateway: true ones, and none that is not."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from adapters.alipay.open_platform import content
from adapters.alipay.pushed import Pushed, read_pushed
from channel_gateway.domain.errors import Forged, Malformed, Stale
from tests.unit.alipay.alipay_side import AES_KEY, NOW
from tests.unit.alipay.push_side import APP_ID, MESSAGE, METHOD, pushed

READ = Pushed(MESSAGE["notify_id"], METHOD, NOW, MESSAGE["biz_content"])


def read(
    key: RSAPrivateKey,
    body: bytes,
    *,
    later: timedelta = timedelta(),
    aes_key: bytes | None = AES_KEY,
) -> Pushed:
    return read_pushed(body, (key.public_key(),), NOW + later, app_id=APP_ID, aes_key=aes_key)


@pytest.mark.parametrize("sign_type_signed", [True, False])
def test_a_message_is_read_under_either_rule(
    alipay_key: RSAPrivateKey, sign_type_signed: bool
) -> None:
    assert read(alipay_key, pushed(alipay_key, sign_type_signed=sign_type_signed)) == READ


@pytest.mark.parametrize(("charset", "codec"), [("GBK", "gbk"), ("gb2312", "gbk"), ("", "utf-8")])
def test_a_message_is_read_in_its_charset(
    alipay_key: RSAPrivateKey, charset: str, codec: str
) -> None:
    body = pushed(alipay_key, {**MESSAGE, "charset": charset}, codec=codec)

    assert read(alipay_key, body) == READ


def test_a_charset_is_believed_over_a_guess(alipay_key: RSAPrivateKey) -> None:
    """联通 in GBK reads as UTF-8 too."""
    said = {**MESSAGE, "charset": "GBK", "biz_content": "联通"}

    assert read(alipay_key, pushed(alipay_key, said, codec="gbk")).content == "联通"


def test_an_encrypted_message_is_verified_as_it_came_and_opened(alipay_key: RSAPrivateKey) -> None:
    sealed = content.encrypt(MESSAGE["biz_content"], AES_KEY)
    body = pushed(alipay_key, {**MESSAGE, "biz_content": sealed, "encrypt_type": "AES"})

    assert read(alipay_key, body) == READ
    with pytest.raises(Malformed, match="aes_key"):
        read(alipay_key, body, aes_key=None)


def test_the_serial_number_of_a_certificate_may_stand_beside(alipay_key: RSAPrivateKey) -> None:
    assert read(alipay_key, pushed(alipay_key, alipay_cert_sn="0" * 32)) == READ


def test_any_key_of_alipays_will_do(alipay_key: RSAPrivateKey, app_key: RSAPrivateKey) -> None:
    keys = (app_key.public_key(), alipay_key.public_key())

    assert read_pushed(pushed(alipay_key), keys, NOW, app_id=APP_ID, aes_key=None) == READ


@pytest.mark.parametrize("minutes", [-5, 0, 24 * 60 + 22, 25 * 60])
def test_every_repeat_of_the_ladder_is_believed(alipay_key: RSAPrivateKey, minutes: int) -> None:
    assert read(alipay_key, pushed(alipay_key), later=timedelta(minutes=minutes)) == READ


@pytest.mark.parametrize("minutes", [-6, 25 * 60 + 1])
def test_what_is_older_or_from_the_future_is_not(alipay_key: RSAPrivateKey, minutes: int) -> None:
    with pytest.raises(Stale):
        read(alipay_key, pushed(alipay_key), later=timedelta(minutes=minutes))


def test_a_stranger_cannot_sign(alipay_key: RSAPrivateKey, app_key: RSAPrivateKey) -> None:
    with pytest.raises(Forged):
        read(alipay_key, pushed(app_key))


@pytest.mark.parametrize("name", sorted(MESSAGE))
def test_nothing_that_is_said_can_be_changed(alipay_key: RSAPrivateKey, name: str) -> None:
    true = pushed(alipay_key)
    at = true.index(f"{name}=".encode()) + len(name) + 1
    # The moment's last digit is a millisecond, so that it is not its age that is refused.
    at = at + 12 if name == "utc_timestamp" else at
    changed = true[:at] + (b"1" if true[at : at + 1] != b"1" else b"2") + true[at + 1 :]

    with pytest.raises(Forged):
        read(alipay_key, changed)


@pytest.mark.parametrize("beside", [{"extra": "1"}, {"route": "messages"}])
def test_nothing_can_be_added(alipay_key: RSAPrivateKey, beside: dict[str, str]) -> None:
    with pytest.raises(Forged):
        read(alipay_key, pushed(alipay_key, **beside))


@pytest.mark.parametrize("more", [b"&app_id=other", b"&%61pp_id=other", b"&sign=b3RoZXI="])
def test_nothing_can_be_said_twice_or_under_a_hidden_name(
    alipay_key: RSAPrivateKey, more: bytes
) -> None:
    with pytest.raises(Forged):
        read(alipay_key, pushed(alipay_key) + more)


@pytest.mark.parametrize("name", ["sign", "utc_timestamp"])
def test_without_signature_or_moment_it_is_nobodys(alipay_key: RSAPrivateKey, name: str) -> None:
    pieces = pushed(alipay_key).split(b"&")
    kept = [piece for piece in pieces if not piece.startswith(f"{name}=".encode())]

    with pytest.raises(Forged):
        read(alipay_key, b"&".join(kept))


@pytest.mark.parametrize("written", ["1772415000", "2026-03-02 09:30:00", "-772415000000"])
def test_a_moment_is_thirteen_digits_of_our_time(alipay_key: RSAPrivateKey, written: str) -> None:
    with pytest.raises(Forged):
        read(alipay_key, pushed(alipay_key, {**MESSAGE, "utc_timestamp": written}))


@pytest.mark.parametrize("body", [b"", b"&", b"sign=x", b"\xff\xfe", b"sign=%zz&utc_timestamp=1"])
def test_what_is_no_form_is_forged(alipay_key: RSAPrivateKey, body: bytes) -> None:
    with pytest.raises(Forged):
        read(alipay_key, body)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"app_id": "2021000000000002"}, "app_id"),
        ({"app_id": ""}, "app_id"),
        ({"notify_id": ""}, "notify_id"),
        ({"notify_id": "n" * 65}, "notify_id"),
        ({"notify_id": "a/b"}, "notify_id"),
        ({"msg_method": ""}, "msg_method"),
        ({"msg_method": "消息"}, "msg_method"),
        ({"charset": "Big5"}, "charset"),
    ],
)
def test_what_alipay_signed_and_we_cannot_read_is_named(
    alipay_key: RSAPrivateKey, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Malformed) as malformed:
        read(alipay_key, pushed(alipay_key, {**MESSAGE, **changes}))

    assert malformed.value.field == field


def test_a_content_in_another_charset_than_it_says_is_named(alipay_key: RSAPrivateKey) -> None:
    with pytest.raises(Malformed) as malformed:
        read(alipay_key, pushed(alipay_key, codec="gbk"))

    assert malformed.value.field == "biz_content"
