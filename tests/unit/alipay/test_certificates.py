"""Certificate mode: names of certificates, chains, and a new one fetched once."""

import asyncio
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from adapters.alipay.open_platform.account import Account, certified_keys
from adapters.alipay.open_platform.certificates import (
    certificate_sn,
    certificates_in,
    chains_to,
    root_sn,
    sn,
)
from adapters.alipay.open_platform.client import OpenPlatform
from channel_gateway.domain.errors import Unavailable, UnknownKey
from tests.unit.alipay.alipay_side import (
    NOW,
    Authority,
    FixedClock,
    Gateway,
    certificate,
    distinguished_name,
    pem,
    refusal,
    success,
)

QUERY = "alipay.trade.query"
DOWNLOAD = "alipay.open.app.alipaycert.download"


@pytest.fixture
def first(authority: Authority, alipay_key: RSAPrivateKey) -> Any:
    return authority.leaf(alipay_key.public_key(), 100)


@pytest.fixture
def second(authority: Authority, alipay_key: RSAPrivateKey) -> Any:
    return authority.leaf(alipay_key.public_key(), 200)


@pytest.fixture
def account(authority: Authority, app_key: RSAPrivateKey, first: Any) -> Account:
    app = authority.leaf(app_key.public_key(), 300)
    certified, keys = certified_keys(
        pem(app), pem(first, authority.middle), pem(authority.root), app_key, NOW
    )
    return Account("http://127.0.0.1/gateway.do", "2021", app_key, keys, certified)


def download(found: Any) -> dict[str, str]:
    return dict(success(alipay_cert_content=b64encode(pem(found).encode()).decode()))


async def why_not_believed(platform: OpenPlatform) -> BaseException | None:
    """Call; the answer is not believed, so it is unknown whether Alipay acted."""
    with pytest.raises(Unavailable) as raised:
        await platform.call(QUERY, {})
    return raised.value.__cause__


def test_the_name_is_read_backwards(first: Any) -> None:
    assert certificate_sn(first) == sn("CN=Middle,OU=CA,O=Test,C=CN", 100)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_only_roots_signed_with_rsa_count_and_unreadable_ones_are_passed_over(
    authority: Authority, line_end: str
) -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    name = distinguished_name("SM2 stands here")
    other = certificate("SM2", name, curve.public_key(), curve, 9, may_issue=True)
    broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    file = (broken + pem(other, authority.root) + "\n" + pem(authority.middle)).replace(
        "\n", line_end
    )

    names = [certificate_sn(authority.root), certificate_sn(authority.middle)]
    assert root_sn(certificates_in(file)) == "_".join(names)


def test_a_chain_needs_every_authority_between(authority: Authority, first: Any) -> None:
    assert chains_to([authority.root], first, [authority.middle], NOW)
    assert not chains_to([authority.root], first, [], NOW)


def test_a_chain_through_one_who_may_not_issue_is_none(
    authority: Authority, app_key: RSAPrivateKey, alipay_key: RSAPrivateKey
) -> None:
    merchant = authority.leaf(app_key.public_key(), 400)
    forged = certificate("x", merchant.subject, alipay_key.public_key(), app_key, 401)

    assert not chains_to([authority.root], forged, [merchant, authority.middle], NOW)


def test_a_chain_ends_with_its_validity(authority: Authority, first: Any) -> None:
    later = NOW + timedelta(days=366)

    assert not chains_to([authority.root], first, [authority.middle], later)


async def test_requests_name_both_certificates(
    platform: OpenPlatform, gateway: Gateway, first: Any, account: Account
) -> None:
    gateway.answers(QUERY, success(), cert_sn=certificate_sn(first))

    await platform.call(QUERY, {})

    assert account.certified
    assert gateway.parameters()["app_cert_sn"] == account.certified.app_sn
    assert gateway.parameters()["alipay_root_cert_sn"] == account.certified.root_sn


async def test_a_new_certificate_is_fetched_once_for_all_who_wait(
    platform: OpenPlatform, gateway: Gateway, second: Any
) -> None:
    new = certificate_sn(second)
    for _ in range(3):
        gateway.answers(QUERY, success(), cert_sn=new)
    gateway.answers(DOWNLOAD, download(second), cert_sn=new)

    await asyncio.gather(*(platform.call(QUERY, {}) for _ in range(3)))

    assert [gateway.parameters(at)["method"] for at in range(4)].count(DOWNLOAD) == 1
    assert gateway.content(3) == {"alipay_cert_sn": new}


async def test_after_a_failed_fetch_a_minute_passes_before_the_next(
    platform: OpenPlatform, gateway: Gateway, clock: FixedClock, second: Any
) -> None:
    new = certificate_sn(second)
    gateway.answers(QUERY, success(), cert_sn=new)
    gateway.answers(DOWNLOAD, refusal("isv.alipay-cert-not-exist", "40002"), cert_sn=new)
    gateway.answers(QUERY, success(), cert_sn=new)
    for _ in range(2):
        assert isinstance(await why_not_believed(platform), UnknownKey)
    assert len(gateway.sent) == 3

    clock.moment += timedelta(minutes=1)
    gateway.answers(QUERY, success(), cert_sn=new)
    gateway.answers(DOWNLOAD, download(second), cert_sn=new)

    assert await platform.call(QUERY, {}) == success()


async def test_a_certificate_of_another_authority_is_not_believed(
    platform: OpenPlatform, gateway: Gateway, alipay_key: RSAPrivateKey, app_key: RSAPrivateKey
) -> None:
    name = distinguished_name("Middle")
    own = certificate("Alipay", name, alipay_key.public_key(), app_key, 500)
    gateway.answers(QUERY, success(), cert_sn=certificate_sn(own))
    gateway.answers(DOWNLOAD, download(own), cert_sn=certificate_sn(own))

    assert "chain" in str(await why_not_believed(platform))


async def test_another_certificate_than_the_wanted_one_is_not_believed(
    platform: OpenPlatform, gateway: Gateway, authority: Authority, alipay_key: RSAPrivateKey
) -> None:
    other = authority.leaf(alipay_key.public_key(), 201)
    gateway.answers(QUERY, success(), cert_sn="0" * 32)
    gateway.answers(DOWNLOAD, download(other), cert_sn="0" * 32)

    assert "asked for" in str(await why_not_believed(platform))


async def test_an_answer_that_names_no_certificate_or_our_own_is_by_an_unknown_key(
    platform: OpenPlatform, gateway: Gateway, account: Account
) -> None:
    assert account.certified
    for sn_named in ("", account.certified.app_sn):
        gateway.answers(QUERY, success(), cert_sn=sn_named)

        assert isinstance(await why_not_believed(platform), UnknownKey)
    assert len(gateway.sent) == 2  # nothing was fetched


def test_files_that_do_not_belong_together_are_refused_at_start(
    authority: Authority, app_key: RSAPrivateKey, first: Any
) -> None:
    app, root = pem(authority.leaf(app_key.public_key(), 300)), pem(authority.root)
    alipay = pem(first, authority.middle)

    for files, why in (
        ((alipay, alipay, root), "application's key"),
        ((app, pem(first), root), "does not chain"),
        ((app, alipay, ""), "no certificate"),
    ):
        with pytest.raises(ValueError, match=why):
            certified_keys(*files, app_key, NOW)
