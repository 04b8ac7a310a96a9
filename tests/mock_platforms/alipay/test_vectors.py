"""The stand-in's cryptography and texts against what Alipay itself signed."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from hypothesis import given
from hypothesis import strategies as st

from mock_platforms.alipay.certificates import serial_text
from mock_platforms.alipay.ciphers import decrypt_content, encrypt_content, verifies_rsa2
from mock_platforms.alipay.wire import node_text, notice_text

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "alipay.json").read_text()
)
KEYS: dict[str, Any] = {
    name: load_der_public_key(b64decode(der)) for name, der in VECTORS["keys"].items()
}


@pytest.mark.parametrize("vector", VECTORS["sync_response"], ids=lambda vector: vector["node"])
def test_a_node_is_written_exactly_as_alipay_writes_it(vector: dict[str, str]) -> None:
    written = node_text(json.loads(vector["signed_text"]))
    assert verifies_rsa2(written.encode(), vector["sign"], KEYS[vector["key"]])


@pytest.mark.parametrize("vector", VECTORS["notify"], ids=lambda vector: vector["rule"])
def test_a_real_notice_verifies_over_the_stand_in_s_text(vector: dict[str, Any]) -> None:
    params = vector["params"]
    text = notice_text(params).encode(params["charset"])
    assert verifies_rsa2(text, params["sign"], KEYS[vector["key"]])


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_flipped_byte_never_verifies(position: int, flip: int) -> None:
    vector = VECTORS["sync_response"][0]
    text = bytearray(vector["signed_text"].encode())
    text[position % len(text)] ^= flip
    assert not verifies_rsa2(bytes(text), vector["sign"], KEYS[vector["key"]])


@pytest.mark.parametrize("vector", VECTORS["aes"], ids=lambda vector: vector["source"])
def test_content_encryption_agrees_with_the_official_sdks(vector: dict[str, str]) -> None:
    assert encrypt_content(vector["plain"].encode(), vector["key"]) == vector["cipher"]
    assert decrypt_content(vector["cipher"], vector["key"]) == vector["plain"].encode()


@pytest.mark.parametrize("vector", VECTORS["cert_sn"], ids=lambda vector: vector["what"])
def test_serial_numbers_agree_with_published_certificates(vector: dict[str, str]) -> None:
    assert serial_text(vector["issuer"], int(vector["serial_decimal"])) == vector["sn"]
