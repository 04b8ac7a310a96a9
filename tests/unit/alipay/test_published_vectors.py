"""What Alipay itself signed, encrypted and named must be read by us, byte for byte."""

from typing import Any

import pytest

from adapters.alipay.open_platform import content, rsa2
from adapters.alipay.open_platform.answers import read_envelope, read_node
from adapters.alipay.open_platform.certificates import sn
from channel_gateway.domain.errors import Forged
from channel_gateway.wire import HttpResponse
from tests.unit.alipay.alipay_side import VECTORS

KEYS = {name: rsa2.public_key(text) for name, text in VECTORS["keys"].items()}
ANSWERS = pytest.mark.parametrize("answer", VECTORS["sync_response"], ids=lambda one: one["node"])


def body_of(answer: dict[str, Any], text: str) -> bytes:
    return f'{{"{answer["node"]}":{text},"sign":"{answer["sign"]}"}}'.encode()


def method_of(answer: dict[str, Any]) -> str:
    return answer["node"].removesuffix("_response").replace("_", ".")


@ANSWERS
def test_a_real_answer_verifies(answer: dict[str, Any]) -> None:
    response = HttpResponse(200, body=body_of(answer, answer["signed_text"]))
    envelope = read_envelope(response, method_of(answer))

    assert read_node(envelope, KEYS[answer["key"]], None)["code"] == "10000"


@ANSWERS
def test_a_real_answer_written_anew_does_not_verify(answer: dict[str, Any]) -> None:
    rewritten = answer["signed_text"].replace('":"', '": "')
    envelope = read_envelope(HttpResponse(200, body=body_of(answer, rewritten)), method_of(answer))

    with pytest.raises(Forged):
        read_node(envelope, KEYS[answer["key"]], None)


def test_the_backslash_before_a_slash_is_part_of_what_was_signed() -> None:
    answer = VECTORS["sync_response"][0]
    unescaped = answer["signed_text"].replace(r"\/", "/")
    envelope = read_envelope(HttpResponse(200, body=body_of(answer, unescaped)), method_of(answer))

    with pytest.raises(Forged):
        read_node(envelope, KEYS[answer["key"]], None)


@pytest.mark.parametrize("sample", VECTORS["aes"], ids=lambda one: one["cipher"][:8])
def test_published_ciphertexts_open_and_come_out_again(sample: dict[str, str]) -> None:
    key = content.content_key(sample["key"])

    assert content.decrypt(sample["cipher"], key) == sample["plain"]
    assert content.encrypt(sample["plain"], key) == sample["cipher"]


@pytest.mark.parametrize("sample", VECTORS["cert_sn"], ids=lambda one: one["sn"][:8])
def test_published_certificates_have_the_published_serial_numbers(sample: dict[str, str]) -> None:
    assert sn(sample["issuer"], int(sample["serial_decimal"])) == sample["sn"]
