"""Open certification: what is asked, the page's signed address, and what each word means."""

import json
import re
import subprocess
from base64 import b64decode
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from adapters.alipay.certify import (
    CERTIFY,
    GRACE,
    INITIALIZE,
    LIFE,
    QUERY,
    outer_order_no,
    read_certify_id,
    read_reference,
    read_result,
)
from adapters.alipay.open_platform.account import Account, certified_keys
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused
from adapters.alipay.real_names import AlipayRealNames
from channel_gateway.domain.errors import Malformed, Refused, TooMany, Unavailable
from channel_gateway.domain.people import IdNumber, OpenId, Person, PersonName
from channel_gateway.ports import ProofBegun, ProofResult, ProofState, RealNames, WhyFailed
from channel_gateway.vault import Vault
from tests.unit.alipay.alipay_side import (
    NOW,
    Authority,
    FixedClock,
    Gateway,
    pem,
    refusal,
    success,
)

NUMBER = "PROOF0001"
PERSON = Person(PersonName("林示例"), IdNumber("990101199001010019"))
OPENID = OpenId("074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5")
CERTIFY_ID = "2109b5e671aa3ff2eb4851816c65828f"
PENDING, PROVEN = ProofResult(ProofState.PENDING), ProofResult(ProofState.PROVEN)
EXPIRED = ProofResult(ProofState.FAILED, WhyFailed.EXPIRED)


class Digits:
    count = 0

    def token(self, length: int) -> str:
        self.count += 1
        return str(self.count).rjust(length, "0")


def names_over(platform: OpenPlatform, clock: FixedClock) -> AlipayRealNames:
    vault = Vault({"1": bytes(32)}, bytes(32), Digits())
    return AlipayRealNames(platform, clock, Digits(), vault, name="alipay")


@pytest.fixture
def names(platform: OpenPlatform, clock: FixedClock) -> AlipayRealNames:
    return names_over(platform, clock)


@pytest.fixture
async def proof(names: AlipayRealNames, gateway: Gateway) -> ProofBegun:
    gateway.answers(INITIALIZE, success(certify_id=CERTIFY_ID))
    return await names.begin(NUMBER, PERSON, OPENID)


def read_address(proof: ProofBegun) -> dict[str, str]:
    return dict(parse_qsl(proof.page["url"].partition("?")[2], strict_parsing=True))


def openssl_says(parameters: dict[str, str], key: RSAPrivateKey, folder: Path) -> bytes:
    """What `openssl` makes of a signature over the sorted parameters."""
    text = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters) if name != "sign")
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "key.pem").write_bytes(public)
    (folder / "sign").write_bytes(b64decode(parameters["sign"]))
    return subprocess.run(
        ["openssl", "dgst", "-sha256", "-verify", folder / "key.pem", "-signature",
         folder / "sign"],
        input=text.encode(), capture_output=True, check=False,
    ).stdout  # fmt: skip


def test_it_proves_names(names: AlipayRealNames) -> None:
    port: RealNames = names

    assert port.name == "alipay"


async def test_a_certification_names_face_card_and_the_way_back(
    proof: ProofBegun, gateway: Gateway
) -> None:
    assert gateway.parameters()["method"] == INITIALIZE
    assert gateway.content() == {
        "outer_order_no": "PROOF0001000000000001",
        "biz_code": "FACE",
        "identity_param": {
            "identity_type": "CERT_INFO",
            "cert_type": "IDENTITY_CARD",
            "cert_name": "林示例",
            "cert_no": "990101199001010019",
        },
        "merchant_config": {"return_url": "alipays://platformapi/startapp?appId=2021000000000001"},
    }


async def test_the_address_names_the_certification_and_nobody(
    proof: ProofBegun, gateway: Gateway
) -> None:
    parameters = read_address(proof)

    assert proof.page["url"].startswith("http://127.0.0.1/gateway.do?")
    assert parameters["method"] == CERTIFY
    assert json.loads(parameters["biz_content"]) == {"certify_id": CERTIFY_ID}
    assert (parameters["timestamp"], parameters["charset"]) == ("2026-03-02 09:30:00", "utf-8")
    assert proof.page["certifyId"] == CERTIFY_ID
    assert len(gateway.sent) == 1  # nothing asked for the page
    for private in ("林示例", "990101199001010019", OPENID.reveal()):
        assert private not in f"{gateway.sent[0].url} {proof}"


async def test_openssl_verifies_the_address(
    proof: ProofBegun, app_key: RSAPrivateKey, tmp_path: Path
) -> None:
    assert openssl_says(read_address(proof), app_key, tmp_path) == b"Verified OK\n"


async def test_with_certificates_the_address_names_them(
    authority: Authority, app_key: RSAPrivateKey, alipay_key: RSAPrivateKey, tmp_path: Path
) -> None:
    alipay, app = (
        authority.leaf(alipay_key.public_key(), 1),
        authority.leaf(app_key.public_key(), 2),
    )
    certified, keys = certified_keys(
        pem(app), pem(alipay, authority.middle), pem(authority.root), app_key, NOW
    )
    account = Account("http://127.0.0.1/gateway.do", "2021", app_key, keys, certified)
    gateway, clock = Gateway(alipay_key), FixedClock()
    gateway.answers(INITIALIZE, success(certify_id=CERTIFY_ID), cert_sn=next(iter(keys)))

    proof = await names_over(OpenPlatform(account, gateway, clock), clock).begin(
        NUMBER, PERSON, OPENID
    )

    parameters = read_address(proof)
    assert parameters["app_cert_sn"] == certified.app_sn
    assert parameters["alipay_root_cert_sn"] == certified.root_sn
    assert openssl_says(parameters, app_key, tmp_path) == b"Verified OK\n"


async def test_each_certification_has_a_number_of_its_own(
    names: AlipayRealNames, gateway: Gateway
) -> None:
    for certify_id in ("a" * 32, "b" * 32):
        gateway.answers(INITIALIZE, success(certify_id=certify_id))
    proofs = [await names.begin(NUMBER, PERSON, OPENID) for _ in range(2)]

    assert gateway.content(0)["outer_order_no"] != gateway.content(1)["outer_order_no"]
    assert len({proof.reference for proof in proofs}) == 2


@given(st.from_regex(r"[0-9A-Za-z]{1,32}", fullmatch=True))
def test_every_number_of_ours_makes_one_that_alipay_takes(number: str) -> None:
    made = outer_order_no(number, "7" * 12)

    assert re.fullmatch(r"[0-9A-Za-z]{1,32}", made)
    assert made.startswith(number[:20])


@pytest.mark.parametrize(
    ("node", "result"),
    [
        (success(passed="T"), PROVEN),
        (success(passed="T", material_info="{}", identity_info="{}"), PROVEN),
        (success(passed="F"), PENDING),
        (success(passed="F", fail_reason=""), PENDING),
        (success(passed="F", fail_reason="Z1147"), ProofResult(ProofState.FAILED)),
        (success(passed="F", fail_reason="a new one"), ProofResult(ProofState.FAILED)),
    ],
)
async def test_each_word_has_its_meaning(
    names: AlipayRealNames, gateway: Gateway, proof: ProofBegun, node: Any, result: ProofResult
) -> None:
    gateway.answers(QUERY, node)

    assert await names.result(NUMBER, proof.reference, PERSON, OPENID) == result
    assert gateway.content() == {"certify_id": CERTIFY_ID}


@pytest.mark.parametrize("passed", ["", "t", "TRUE", "Y", None, True, ["T"], 1])
def test_an_unknown_word_is_an_error_and_no_result(passed: object) -> None:
    with pytest.raises(Malformed):
        read_result({"passed": passed})


@pytest.mark.parametrize("node", [{}, {"certify_id": ""}, {"certify_id": 7}])
def test_a_certification_without_id_is_malformed(node: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        read_certify_id(node)


@pytest.mark.parametrize(
    ("node", "error"),
    [
        (refusal("INVALID_PARAMETER"), AlipayRefused),
        (refusal("OPEN_CERTIFY_BILL_NOT_EXIST"), AlipayRefused),
        (refusal("isv.insufficient-isv-permissions", "40006"), AlipayRefused),
        (refusal("SYSTEM_ERROR"), Unavailable),
        (refusal("aop.unknow-error", "20000"), Unavailable),
        (refusal("isv.app-call-limited", "40005"), TooMany),
    ],
)
async def test_each_refusal_has_its_name(
    names: AlipayRealNames, gateway: Gateway, proof: ProofBegun, node: Any, error: type[Exception]
) -> None:
    gateway.answers(QUERY, node)
    gateway.answers(INITIALIZE, node)

    with pytest.raises(error):
        await names.result(NUMBER, proof.reference, PERSON, OPENID)
    with pytest.raises(error):
        await names.begin(NUMBER, PERSON, OPENID)


async def test_what_alipay_calls_expired_has_failed(
    names: AlipayRealNames, gateway: Gateway, proof: ProofBegun
) -> None:
    gateway.answers(QUERY, refusal("CERTIFY_ID_EXPIRED"))

    assert await names.result(NUMBER, proof.reference, PERSON, OPENID) == EXPIRED


async def test_what_is_not_done_in_time_has_failed(
    names: AlipayRealNames, gateway: Gateway, proof: ProofBegun, clock: FixedClock
) -> None:
    told = []
    for pause in (LIFE, GRACE - timedelta(seconds=1), timedelta(seconds=1)):
        clock.moment += pause
        gateway.answers(QUERY, success(passed="F"))
        told.append(await names.result(NUMBER, proof.reference, PERSON, OPENID))

    assert told == [PENDING, PENDING, EXPIRED]
    assert proof.expires_at == NOW + LIFE


async def test_a_late_proof_is_a_proof(
    names: AlipayRealNames, gateway: Gateway, proof: ProofBegun, clock: FixedClock
) -> None:
    clock.moment += timedelta(days=30)
    gateway.answers(QUERY, success(passed="T"))

    assert await names.result(NUMBER, proof.reference, PERSON, OPENID) == PROVEN


@pytest.mark.parametrize(
    ("number", "person", "openid"),
    [
        ("PROOF0002", PERSON, OPENID),
        (NUMBER, Person(PersonName("周样张"), PERSON.id_number), OPENID),
        (NUMBER, Person(PERSON.name, IdNumber("990101198506150127")), OPENID),
        (NUMBER, PERSON, OpenId("074another")),
    ],
    ids=["number", "name", "id_number", "openid"],
)
async def test_a_proof_for_somebody_else_is_refused_unasked(
    names: AlipayRealNames,
    gateway: Gateway,
    proof: ProofBegun,
    number: str,
    person: Person,
    openid: OpenId,
) -> None:
    with pytest.raises(Refused):
        await names.result(number, proof.reference, person, openid)

    assert len(gateway.sent) == 1


async def test_a_reference_does_not_carry_another_certification(
    names: AlipayRealNames, gateway: Gateway, proof: ProofBegun
) -> None:
    certification = read_reference(proof.reference)
    swapped = proof.reference.replace(certification.certify_id, "f" * 32)

    with pytest.raises(Refused):
        await names.result(NUMBER, swapped, PERSON, OPENID)


@pytest.mark.parametrize("reference", ["", ".", "..", "a.b", "a.x.b", "a.99999999999.b", "a.1.é"])
async def test_a_reference_that_is_none_is_refused(
    names: AlipayRealNames, gateway: Gateway, reference: str
) -> None:
    with pytest.raises(Refused):
        await names.result(NUMBER, reference, PERSON, OPENID)

    assert gateway.sent == []
