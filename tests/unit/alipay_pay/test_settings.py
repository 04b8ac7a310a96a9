"""What the two plug-ins take from the settings, and what they refuse at start."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import ValidationError

import adapters.alipay
import payment.connectors.alipay.plugin
from adapters.alipay.channel import LOGIN_CODES
from channel_gateway.ports import Channel, SignatureExplainer, Tools
from channel_gateway.service import Table
from payment.connectors.alipay.settings import Settings
from payment.ports import PaymentMethod
from tests.unit.alipay.alipay_side import NOW, Authority, FixedClock, Gateway, pem

Section = dict[str, Any]


@pytest.fixture
def section(tmp_path: Path, app_key: RSAPrivateKey, alipay_key: RSAPrivateKey) -> Section:
    """Public-key mode."""
    private = app_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = alipay_key.public_key()
    (tmp_path / "app.pem").write_bytes(private)
    (tmp_path / "alipay.pem").write_bytes(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return {
        "gateway_url": "http://127.0.0.1/gateway.do?charset=utf-8",
        "app_id": "2021000000000001",
        "app_key_file": str(tmp_path / "app.pem"),
        "alipay_public_key_file": str(tmp_path / "alipay.pem"),
        "aes_key": "aa4BtZ4tspm2wnXLb1ThQA==",
        "seller_id": "2088102100000001",
    }


@pytest.fixture
def certificates(
    tmp_path: Path, authority: Authority, app_key: RSAPrivateKey, alipay_key: RSAPrivateKey
) -> Section:
    """What certificate mode adds."""
    texts = {
        "app_cert_file": pem(authority.leaf(app_key.public_key(), 1)),
        "alipay_cert_file": pem(authority.leaf(alipay_key.public_key(), 2), authority.middle),
        "alipay_root_cert_file": pem(authority.root),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in texts}


def tools(name: str, section: Section, gateway: Gateway) -> Tools:
    unused: Any = None
    return Tools(
        name=name,
        section=section,
        store=unused,
        http=gateway,
        clock=FixedClock(),
        randomness=unused,
        vault=unused,
        identities=unused,
        chains=unused,
        public_url="https://gateway.example",
    )


def test_the_connector_offers_a_method_and_its_explainer(
    section: Section, gateway: Gateway
) -> None:
    table = Table()

    payment.connectors.alipay.plugin.build(table, tools("alipay_pay", section, gateway))

    method = table.offered(PaymentMethod)["alipay_pay"]
    assert (method.channel, method.merchant) == ("alipay", "2088102100000001")
    assert "alipay_pay" in table.offered(SignatureExplainer)


def test_the_channel_offers_itself_and_keeps_login_codes(
    section: Section, gateway: Gateway
) -> None:
    table = Table()
    del section["seller_id"]

    adapters.alipay.build(table, tools("alipay", section, gateway))

    assert table.offered(Channel)["alipay"].app == "2021000000000001"
    assert LOGIN_CODES in adapters.alipay.COLLECTIONS
    assert "alipay_codes" in [job.name for job in table.jobs]


def test_a_query_in_the_gateways_address_is_left_out(section: Section) -> None:
    account = Settings.model_validate(section).account(NOW)

    assert account.gateway_url == "http://127.0.0.1/gateway.do"
    assert account.certified is None


def test_three_certificate_files_win_over_a_public_key(
    section: Section, certificates: Section
) -> None:
    account = Settings.model_validate(section | certificates).account(NOW)

    assert account.certified is not None
    assert set(account.alipay_keys) != {""}


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ("app_key_file", "app_key or app_key_file"),
        ("alipay_public_key_file", "no answer can be verified"),
        ("seller_id", "seller_id"),
    ],
)
def test_what_is_missing_is_named(section: Section, missing: str, why: str) -> None:
    del section[missing]

    with pytest.raises(ValidationError, match=why):
        Settings.model_validate(section)


def test_certificate_mode_needs_all_three_files(section: Section, certificates: Section) -> None:
    del certificates["alipay_root_cert_file"]

    with pytest.raises(ValidationError, match="certificate mode needs"):
        Settings.model_validate(section | certificates)


def test_an_unknown_key_is_refused_and_no_value_is_shown(section: Section) -> None:
    with pytest.raises(ValidationError) as raised:
        Settings.model_validate(section | {"app_secret": "hush"})

    assert "hush" not in str(raised.value)


def test_our_own_public_key_in_place_of_alipays_is_refused(
    section: Section, app_key: RSAPrivateKey
) -> None:
    own = app_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    Path(section["alipay_public_key_file"]).write_bytes(own)

    with pytest.raises(ValueError, match="application's own"):
        Settings.model_validate(section).account(NOW)


@pytest.mark.parametrize("key", ["c2hvcnQ=", "not base64!"])
def test_a_content_key_of_another_size_is_refused(section: Section, key: str) -> None:
    with pytest.raises(ValueError, match=r"^aes_key: "):
        Settings.model_validate(section | {"aes_key": key}).account(NOW)
