"""Signatures and seals hold as published, and nothing else opens."""

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wechat.push_form import read_form
from adapters.wechat.push_seal import Seal, check_signature, signature
from channel_gateway.domain.errors import Forged
from tests.unit.wechat.push_side import AES_KEY, APP, sealed

FOLDER = Path(__file__).parents[2] / "vectors"
VECTORS = {each["id"]: each for each in json.loads((FOLDER / "wechat.json").read_text())}
OF_WECHATPY = json.loads((FOLDER / "wechatpy_push.json").read_text())
SEAL = Seal(AES_KEY, APP)


def test_the_published_signatures_hold() -> None:
    plain, secure = VECTORS["push-url-verify"], VECTORS["push-secure-json"]
    query, token = secure["query"], secure["token"]

    check_signature(plain["signature"], plain["token"], plain["timestamp"], plain["nonce"])
    check_signature(query["signature"], token, query["timestamp"], query["nonce"])
    signed = (token, query["timestamp"], query["nonce"], secure["encrypt"])
    check_signature(query["msg_signature"], *signed)


@pytest.mark.parametrize("name", ["push-secure-json", "push-encrypt-wxjava", "push-secure-reply"])
def test_what_wechat_published_opens(name: str) -> None:
    vector = VECTORS[name]

    opened = Seal(vector["encoding_aes_key"], vector["appid"]).opened(vector["encrypt"])

    assert opened.decode() == vector["plaintext"]


@pytest.mark.parametrize("vector", OF_WECHATPY, ids=lambda vector: vector["id"])
def test_what_wechatpy_published_opens_and_is_signed(vector: dict[str, Any]) -> None:
    signed = (vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])

    check_signature(vector["msg_signature"], *signed)
    opened = Seal(vector["encoding_aes_key"], vector["appid"]).opened(vector["encrypt"])

    assert vector["says"].items() <= read_form(opened).items()


@pytest.mark.parametrize("wrong", ["", "0" * 40, "é" * 40, "F464b24f"])
def test_another_signature_is_forged(wrong: str) -> None:
    with pytest.raises(Forged):
        check_signature(wrong, "AAAAA", "1714036504", "1514711492")


def test_a_signature_in_capitals_is_another() -> None:
    with pytest.raises(Forged):
        check_signature(signature("a", "b").upper(), "a", "b")


@given(st.integers(0, 400), st.integers(1, 255))
def test_a_flipped_byte_never_bears_the_same_signature(place: int, change: int) -> None:
    encrypted = sealed(b"x" * 200)
    raw = bytearray(b64decode(encrypted))
    raw[place % len(raw)] ^= change
    mark = signature("AAAAA", "1", "2", encrypted)

    with pytest.raises(Forged):
        check_signature(mark, "AAAAA", "1", "2", b64encode(raw).decode())


@pytest.mark.parametrize("length", [0, 1, 13, 14, 30, 1000])
def test_a_message_of_any_length_opens(length: int) -> None:
    assert SEAL.opened(sealed(b"x" * length)) == b"x" * length


@pytest.mark.parametrize(
    "encrypted",
    [
        sealed(b"x", app="wx2"),
        sealed(b"x", app="wx11"),
        sealed(b"x", app=""),
        sealed(b"x" * 8, padding=b"\x00"),
        sealed(b"x" * 9, padding=b"\x10" * 16),
        sealed(b"", app="", padding=b"\x0c" * 12),
        sealed(b"", app="", length=0, padding=b"\x2c" * 44),
        sealed(b"x" * 8, padding=b"\x21" * 33),
        sealed(b"x" * 8, padding=b"\x07\x01" + b"\x00" * 31),
        sealed(b"x" * 5, padding=b"\x01\x02\x03\x04"),
        sealed(b"x", length=2),
        sealed(b"x", length=2**32 - 1),
        sealed(b"x", length=0),
        "",
        "A",
        "not base64!",
        "证",
        b64encode(b"x" * 31).decode(),
        b64encode(b"x" * 16).decode(),
        b64encode(b"x" * 32).decode(),
    ],
)
def test_what_is_sealed_otherwise_does_not_open(encrypted: str) -> None:
    with pytest.raises(Forged):
        SEAL.opened(encrypted)


@given(st.binary(max_size=256))
def test_whatever_is_no_seal_is_forged_and_nothing_else(raw: bytes) -> None:
    with pytest.raises(Forged):
        SEAL.opened(b64encode(raw).decode())


@pytest.mark.parametrize("key", ["", "a" * 42, "a" * 44, "a" * 42 + "!", "证" * 43])
def test_a_key_that_is_none_is_refused_unseen(key: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey") as wrong:
        Seal(key, APP)

    assert not key or key not in str(wrong.value)
