"""Signatures of kuaidi100: the published ones hold, and no other does."""

import subprocess
from hashlib import md5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.couriers.kuaidi100.signing import is_signed, push_sign, query_sign
from tests.unit.couriers.kuaidi100.samples import SALT, VECTORS

PUBLISHED = VECTORS["published"]


def test_the_published_query_is_signed_so() -> None:
    vector = PUBLISHED["query"]

    sign = query_sign(vector["param"].encode(), vector["key"], vector["customer"])
    assert sign == vector["sign"]


def test_the_published_push_is_signed_so() -> None:
    vector = PUBLISHED["push"]
    param, sign = vector["param"].encode(), vector["sign"].encode()

    assert push_sign(param, vector["salt"]) == vector["sign"]
    assert is_signed(param, sign, [vector["salt"]])


@pytest.mark.parametrize("name", VECTORS["pushes"])
def test_openssl_signs_as_we_do(name: str) -> None:
    push = VECTORS["pushes"][name]
    text = (push["param"] + SALT).encode()
    said = subprocess.run(["openssl", "md5", "-r"], input=text, capture_output=True, check=True)

    assert push_sign(push["param"].encode(), SALT) == push["sign"]
    assert said.stdout.split()[0].decode().upper() == push["sign"]


def test_a_signature_in_lower_case_holds() -> None:
    push = VECTORS["pushes"]["polling"]

    assert is_signed(push["param"].encode(), push["sign"].lower().encode(), [SALT])


def test_any_of_several_salts_will_do_and_no_other() -> None:
    push = VECTORS["pushes"]["polling"]
    param, sign = push["param"].encode(), push["sign"].encode()

    assert is_signed(param, sign, ["another", SALT])
    assert not is_signed(param, sign, ["another"])
    assert not is_signed(param, sign, [])


@given(st.binary(), st.integers(min_value=0), st.integers(1, 255))
def test_a_flipped_byte_never_verifies(param: bytes, place: int, by: int) -> None:
    sign = md5(param + SALT.encode(), usedforsecurity=False).hexdigest().encode()
    spoiled = bytearray(param or b"x")
    spoiled[place % len(spoiled)] ^= by

    assert is_signed(param, sign, [SALT])
    assert not is_signed(bytes(spoiled), sign, [SALT])
