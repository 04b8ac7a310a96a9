"""What openssl and the standard say about SM4 and the push's digest, held to both sides."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB

from adapters.couriers.ems.push import digest
from adapters.couriers.ems.sealing import SealingKey, sealed
from mock_platforms.couriers.ems.pushes import digest as digest_there
from mock_platforms.couriers.ems.sm4 import unseal
from tests.unit.couriers.ems.ems_side import VECTORS

SM4_VECTORS = VECTORS["ems-sm4"]
PUSH = VECTORS["ems-push-digest"]


@pytest.mark.parametrize("one", SM4_VECTORS["sealed"], ids=lambda one: str(one["content"]))
def test_we_seal_as_openssl_does(one: dict[str, str]) -> None:
    assert sealed(one["content"].encode(), SealingKey(SM4_VECTORS["key"])) == one["text"]


@pytest.mark.parametrize("one", SM4_VECTORS["sealed"], ids=lambda one: str(one["content"]))
def test_the_stand_in_opens_what_openssl_sealed(one: dict[str, str]) -> None:
    assert unseal(one["text"], SM4_VECTORS["key"]) == one["content"].encode()


def test_the_library_s_sm4_is_the_standard_s() -> None:
    known = VECTORS["sm4-standard"]
    cipher = Cipher(SM4(bytes.fromhex(known["key_hex"])), ECB())  # noqa: S305 - one block
    encryptor = cipher.encryptor()

    made = encryptor.update(bytes.fromhex(known["plain_hex"])) + encryptor.finalize()
    assert made.hex() == known["sealed_hex"]


def test_a_push_s_digest_is_the_published_one_on_both_sides() -> None:
    assert digest(PUSH["body"].encode(), PUSH["key"].encode()) == PUSH["digest"]
    assert digest_there(PUSH["body"], PUSH["key"]) == PUSH["digest"]


@pytest.mark.parametrize("text", ["", "bW9jaw==", "not base64", "bW9jay1zbTQta2V5LTE2YmJi"])
def test_what_is_no_sixteen_bytes_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="16 bytes in Base64"):
        SealingKey(text)


def test_a_key_does_not_print() -> None:
    assert SM4_VECTORS["key"] not in repr(SealingKey(SM4_VECTORS["key"]))
