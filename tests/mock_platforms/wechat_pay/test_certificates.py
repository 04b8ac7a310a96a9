"""Platform certificates: sealed, rotated, and gone for new merchants."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mock_platforms.wire import Response

from .conftest import Merchant, rs256_verifies, words


def opened(merchant: Merchant, entry: dict[str, Any]) -> x509.Certificate:
    seal = entry["encrypt_certificate"]
    key = AESGCM(merchant.facts["apiv3_key"].encode())
    pem = key.decrypt(
        seal["nonce"].encode(),
        base64.b64decode(seal["ciphertext"]),
        seal["associated_data"].encode(),
    )
    return x509.load_pem_x509_certificate(pem)


async def listed(merchant: Merchant) -> tuple[Response, dict[str, x509.Certificate]]:
    answer = await merchant.call("GET", "/v3/certificates")
    data = json.loads(answer.body)["data"]
    return answer, {entry["serial_no"]: opened(merchant, entry) for entry in data}


async def test_the_list_is_signed_by_what_it_lists(merchant: Merchant) -> None:
    answer, certificates = await listed(merchant)
    ((serial, certificate),) = certificates.items()
    assert int(serial, 16) == certificate.serial_number
    assert len(serial) == 40
    assert rs256_verifies(certificate.public_key(), answer.headers, answer.body)


async def test_while_certificates_rotate_either_signs(merchant: Merchant) -> None:
    old = merchant.facts["platform_serial"]
    await merchant.command("POST", "/wechat_pay/certificates/rotate")
    signers = set()
    for _ in range(20):
        answer, certificates = await listed(merchant)
        serial = answer.headers["Wechatpay-Serial"]
        assert rs256_verifies(certificates[serial].public_key(), answer.headers, answer.body)
        signers.add(serial)
    assert len(signers) == len(certificates) == 2
    await merchant.command("POST", "/wechat_pay/certificates/retire")
    _, certificates = await listed(merchant)
    assert set(certificates) == signers - {old}


@pytest.mark.parametrize(
    ("algorithm", "status"), [("RSA", 200), ("ALL", 200), ("SM2", 404), ("DSA", 400)]
)
async def test_only_certificates_of_the_asked_algorithm_are_listed(
    merchant: Merchant, algorithm: str, status: int
) -> None:
    target = f"/v3/certificates?algorithm_type={algorithm}"
    assert (await merchant.call("GET", target)).status == status


async def test_a_new_merchant_has_none(merchant: Merchant) -> None:
    await merchant.command("POST", "/wechat_pay/settings", {"certificates": False})
    answer = await merchant.call("GET", "/v3/certificates")
    assert (answer.status, words(answer)["code"]) == (404, "RESOURCE_NOT_EXISTS")
    prepaid = await merchant.prepay()
    assert prepaid.headers["Wechatpay-Serial"] == merchant.facts["public_key_id"]
