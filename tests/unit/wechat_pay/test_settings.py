"""The section is read whole or not at all, and an error names the key, never a secret."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import ValidationError

from channel_gateway.ports import SignatureExplainer, Tools
from channel_gateway.service import Table
from payment.connectors.wechat_pay.plugin import Settings, build
from payment.connectors.wechat_pay.signing import Merchant
from payment.ports import PaymentMethod
from tests.unit.wechat_pay.platform_side import (
    APIV3_KEY,
    FakeClock,
    FakeRandomness,
    FakeSender,
    Signer,
)


@pytest.fixture
def section(merchant: Merchant, public: Signer, tmp_path: Path) -> dict[str, Any]:
    key_file, public_file = tmp_path / "merchant.pem", tmp_path / "public.pem"
    key_file.write_bytes(
        merchant.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    public_file.write_bytes(
        public.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return {
        "base_url": "http://127.0.0.1:8001/",
        "mch_id": "1230000109",
        "app_id": "wxd678efh567hg6787",
        "merchant_serial": "408B",
        "merchant_key_file": str(key_file),
        "apiv3_key": APIV3_KEY.decode(),
        "public_key_id": public.serial,
        "public_key_file": str(public_file),
    }


@pytest.fixture
def tools(section: dict[str, Any]) -> Tools:
    untouched: Any = None  # the connector needs neither store nor vault
    return Tools(
        name="wechat_pay",
        section=section,
        store=untouched,
        http=FakeSender(),
        clock=FakeClock(),
        randomness=FakeRandomness(),
        vault=untouched,
        identities=untouched,
        chains=untouched,
        public_url="https://gateway.example",
    )


def test_a_section_becomes_an_account_with_its_keys_parsed(
    section: dict[str, Any], merchant: Merchant, public: Signer
) -> None:
    account = Settings.model_validate(section).account()

    assert account.base_url == "http://127.0.0.1:8001"
    assert account.merchant.key.public_key() == merchant.key.public_key()
    assert account.public_keys == {public.serial: public.key.public_key()}


def test_secrets_may_stand_in_the_section_or_in_files(
    section: dict[str, Any], tmp_path: Path
) -> None:
    section["merchant_key"] = Path(section.pop("merchant_key_file")).read_text()
    (tmp_path / "apiv3").write_text(section.pop("apiv3_key") + "\n")
    section["apiv3_key_file"] = str(tmp_path / "apiv3")

    assert Settings.model_validate(section).account().merchant.mch_id == "1230000109"


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ("base_url", "base_url"),
        ("mch_id", "mch_id"),
        ("app_id", "app_id"),
        ("merchant_serial", "merchant_serial"),
        ("merchant_key_file", "merchant_key"),
        ("apiv3_key", "apiv3_key"),
        ("public_key_id", "public_key_id"),
        ("public_key_file", "public_key_file"),
    ],
)
def test_a_missing_key_is_named(section: dict[str, Any], left_out: str, named: str) -> None:
    del section[left_out]

    with pytest.raises(ValidationError, match=named) as error:
        Settings.model_validate(section)

    assert APIV3_KEY.decode() not in str(error.value)


def test_an_unknown_key_is_named(section: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="mchid"):
        Settings.model_validate({**section, "mchid": "1"})


def test_without_any_way_to_verify_it_does_not_start(section: dict[str, Any]) -> None:
    del section["public_key_id"], section["public_key_file"]

    with pytest.raises(ValidationError, match="certificates"):
        Settings.model_validate(section)


def test_an_apiv3_key_of_another_length_is_refused(section: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="32 characters"):
        Settings.model_validate({**section, "apiv3_key": "short"}).account()


@pytest.mark.parametrize(
    ("name", "key_of"),
    [
        (
            "merchant_key_file",
            lambda key: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        ),
        (
            "public_key_file",
            lambda key: key.public_key().public_bytes(
                Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
            ),
        ),
    ],
)
def test_a_key_of_another_kind_is_refused_by_its_name(
    section: dict[str, Any], tmp_path: Path, name: str, key_of: Any
) -> None:
    (tmp_path / "other.pem").write_bytes(key_of(Ed25519PrivateKey.generate()))

    with pytest.raises(ValueError, match=name.removesuffix("_file")):
        Settings.model_validate({**section, name: str(tmp_path / "other.pem")}).account()


def test_certificates_alone_are_a_way_to_verify(section: dict[str, Any]) -> None:
    del section["public_key_id"], section["public_key_file"]

    account = Settings.model_validate({**section, "certificates": True}).account()

    assert (account.public_keys, account.asks_for) == ({}, None)


def test_nothing_prints_a_secret(section: dict[str, Any]) -> None:
    settings = Settings.model_validate(section)

    assert APIV3_KEY.decode() not in repr(settings) + repr(settings.account())


async def test_building_offers_the_method_the_explainer_and_its_readiness(tools: Tools) -> None:
    table = Table()

    build(table, tools)

    assert table.offered(PaymentMethod)["wechat_pay"].channel == "wechat"
    assert table.offered(SignatureExplainer)["wechat_pay"].name == "wechat_pay"
    await table.readiness[0].check()


def test_two_accounts_may_stand_beside_each_other(tools: Tools) -> None:
    table = Table()

    build(table, tools)
    build(table, replace(tools, name="wechat_pay_second"))

    assert set(table.offered(PaymentMethod)) == {"wechat_pay", "wechat_pay_second"}
