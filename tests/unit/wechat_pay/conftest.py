import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from payment.connectors.wechat_pay.account import Account
from payment.connectors.wechat_pay.api import Api
from payment.connectors.wechat_pay.method import WechatPay
from payment.connectors.wechat_pay.signing import Merchant
from tests.unit.wechat_pay.platform_side import (
    APIV3_KEY,
    FakeClock,
    FakeRandomness,
    FakeSender,
    Signer,
)

PUBLIC_KEY_ID = "PUB_KEY_ID_0000000000000024101100397200000006"


def made() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def merchant() -> Merchant:
    return Merchant("1230000109", "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB", made())


@pytest.fixture(scope="session")
def public() -> Signer:
    """The platform signing with the merchant's «WeChat Pay public key»."""
    return Signer(PUBLIC_KEY_ID, made())


@pytest.fixture(scope="session")
def certified() -> Signer:
    """The platform signing with its certificate."""
    return Signer("5157F09EFDC096DE15EBE81A47057A7232F1B8E1", made())


@pytest.fixture(scope="session")
def renewed() -> Signer:
    """The platform signing with the certificate that follows."""
    return Signer("7132D72A03E93CDDF8C03BBD1F37EEDF00000001", made())


@pytest.fixture
def account(merchant: Merchant, public: Signer) -> Account:
    return Account(
        base_url="http://example.test",
        app_id="wxd678efh567hg6787",
        merchant=merchant,
        aead=AESGCM(APIV3_KEY),
        public_keys={public.serial: public.key.public_key()},
        certificates=False,
    )


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sender() -> FakeSender:
    return FakeSender()


@pytest.fixture
def api(account: Account, sender: FakeSender, clock: FakeClock) -> Api:
    return Api(account, sender, clock, FakeRandomness())


@pytest.fixture
def method(account: Account, api: Api) -> WechatPay:
    url = "https://gateway.example/callbacks/wechat_pay"
    return WechatPay(account, api, name="wechat_pay", channel="wechat", notify_url=url)


@pytest.fixture(scope="session")
def vectors() -> dict[str, dict[str, Any]]:
    file = Path(__file__).parents[2] / "vectors" / "wechat.json"
    return {vector["id"]: vector for vector in json.loads(file.read_bytes())}
