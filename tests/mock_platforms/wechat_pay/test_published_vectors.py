"""The stand-in's signatures against samples that others published (tests/vectors/wechat.json)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mock_platforms.wechat_pay import signatures

VECTORS: dict[str, dict[str, Any]] = {
    vector["id"]: vector
    for vector in json.loads(
        (Path(__file__).parents[2] / "vectors" / "wechat.json").read_text(encoding="utf-8")
    )
}


def key_of(vector: dict[str, Any]) -> RSAPublicKey:
    owner = VECTORS[vector["same_key_as"]] if "same_key_as" in vector else vector
    key = load_der_public_key(base64.b64decode(owner["public_key_spki_b64"]))
    assert isinstance(key, RSAPublicKey)
    return key


def text_of(vector: dict[str, Any]) -> bytes:
    body, timestamp, nonce = vector.get("body", ""), int(vector["timestamp"]), vector["nonce"]
    if "package" in vector:
        lines = (vector["appid"], vector["timestamp"], nonce, vector["package"])
        return "".join(f"{line}\n" for line in lines).encode()
    if "method" in vector:
        return signatures.request_text(
            vector["method"], vector["url"], timestamp, nonce, body.encode()
        )
    return signatures.answer_text(timestamp, nonce, body.encode())


SIGNED = [
    "req-sign-post",
    "req-sign-get-empty-body",
    "paysign-jsapi",
    "resp-verify-pubkey",
    "notify-full",
]


@pytest.mark.parametrize("name", SIGNED)
def test_a_published_signature_verifies(name: str) -> None:
    vector = VECTORS[name]
    assert signatures.verifies(key_of(vector), text_of(vector), vector["signature"])


@pytest.mark.parametrize("name", SIGNED)
def test_a_flipped_byte_does_not(name: str) -> None:
    vector = VECTORS[name]
    text = bytearray(text_of(vector))
    text[-2] ^= 1
    assert not signatures.verifies(key_of(vector), bytes(text), vector["signature"])


def test_sealing_gives_the_published_ciphertext() -> None:
    vector = VECTORS["aead-aes-gcm-16byte-key"]
    sealed = signatures.seal(
        vector["plaintext"].encode(), vector["key"], vector["nonce"], vector["aad"]
    )
    assert sealed == vector["ciphertext"]


def test_sealing_gives_the_published_notification() -> None:
    vector = VECTORS["notify-full"]
    resource = json.loads(vector["body"])["resource"]
    sealed = signatures.seal(
        vector["plaintext"].encode(),
        vector["apiv3_key"],
        resource["nonce"],
        resource["associated_data"],
    )
    assert sealed == resource["ciphertext"]


def test_the_values_of_an_authorization_come_in_any_order() -> None:
    pairs = ['mchid="1"', 'nonce_str="n"', 'signature="s"', 'timestamp="5"', 'serial_no="A"']
    forth = signatures.read_authorization(f"{signatures.SCHEME} {','.join(pairs)}")
    back = signatures.read_authorization(f"{signatures.SCHEME} {','.join(reversed(pairs))}")
    assert forth == back


@pytest.mark.parametrize(
    "header",
    ['mchid="1", nonce_str="n"', 'mchid="1"', "mchid=1", 'mchid="1",mchid="2"', ""],
)
def test_a_lacking_authorization_is_malformed(header: str) -> None:
    with pytest.raises(signatures.Malformed):
        signatures.read_authorization(f"{signatures.SCHEME} {header}")
