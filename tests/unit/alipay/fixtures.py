"""Fixtures for everything that talks to Alipay's gateway; keys are made once a run."""

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from adapters.alipay.open_platform.account import NO_SN, Account
from adapters.alipay.open_platform.client import OpenPlatform
from tests.unit.alipay.alipay_side import (
    AES_KEY,
    Authority,
    FixedClock,
    Gateway,
    certificate,
    distinguished_name,
)


@pytest.fixture(scope="session")
def app_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def alipay_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def gateway(alipay_key: RSAPrivateKey) -> Gateway:
    return Gateway(alipay_key)


@pytest.fixture
def account(app_key: RSAPrivateKey, alipay_key: RSAPrivateKey) -> Account:
    return Account(
        gateway_url="http://127.0.0.1/gateway.do",
        app_id="2021000000000001",
        app_key=app_key,
        alipay_keys={NO_SN: alipay_key.public_key()},
        aes_key=AES_KEY,
    )


@pytest.fixture(scope="session")
def authority() -> Authority:
    key = generate_private_key(65537, 2048)
    root_name = distinguished_name("Root")
    root = certificate("Root", root_name, key.public_key(), key, 11, may_issue=True)
    middle = certificate("Middle", root_name, key.public_key(), key, 12, may_issue=True)
    return Authority(key, root, middle)


@pytest.fixture
def platform(account: Account, gateway: Gateway, clock: FixedClock) -> OpenPlatform:
    return OpenPlatform(account, gateway, clock)
