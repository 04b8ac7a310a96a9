"""Signing our requests: against `openssl speed`, and with no key parsed after start."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

from alipay import AliPay
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from adapters.alipay.open_platform import rsa2
from adapters.alipay.open_platform.account import NO_SN, Account
from adapters.alipay.open_platform.requests import gateway_request
from adapters.alipay.open_platform.sdk import Sdk
from payment.connectors.wechat_pay.signing import Merchant, authorization, pay_parameters
from tests.benchmarks import openssl
from tests.benchmarks.callback_function import alipay_cases, wechat_cases
from tests.benchmarks.material import Keys
from tests.benchmarks.pairing import Case, in_rounds, microseconds, ratios
from tests.benchmarks.report import Fact, Figure, Finding, Ratio

WECHAT_REQUEST, WECHAT_PAGE = "WeChat Pay request", "WeChat Pay page parameters"
ALIPAY_SIGNATURE = "Alipay signature"
ALIPAY_REQUEST, ALIPAY_SDK = "Alipay request, whole", "python-alipay-sdk sign_data()"
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
BODY = b'{"appid":"wxd678efh567hg6787","mchid":"1230000109","out_trade_no":"G1","amount":100}' * 4


def run(rounds: int, operations: int) -> Iterator[Finding]:
    keys = Keys()
    cases = list(_cases(keys, max(1, operations // 5)))
    measured = in_rounds(cases, rounds, openssl.speed)
    for case in (WECHAT_REQUEST, WECHAT_PAGE, ALIPAY_SIGNATURE):
        seen = ratios(measured, case, openssl.SIGN)
        yield Ratio("G4", f"{case} / openssl sign", seen, at_least=0.9)
    # Most of what it does besides signing is the SDK's own building of parameters.
    seen = ratios(measured, ALIPAY_REQUEST, openssl.SIGN)
    yield Ratio("", f"{ALIPAY_REQUEST} / openssl sign", seen)
    seen = ratios(measured, ALIPAY_REQUEST, ALIPAY_SDK)
    yield Ratio("G4", f"{ALIPAY_REQUEST} / {ALIPAY_SDK}", seen, at_least=4.5)
    yield from _no_key_is_parsed(keys, cases)
    for name in (openssl.SIGN, WECHAT_REQUEST, ALIPAY_SIGNATURE, ALIPAY_REQUEST, ALIPAY_SDK):
        yield Figure(name, microseconds(measured, name), "µs CPU")


def _cases(keys: Keys, count: int) -> Iterator[Case]:
    merchant = Merchant("1230000109", "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB", keys.merchant)
    account = Account(
        gateway_url="http://127.0.0.1/gateway.do",
        app_id="2021000000000001",
        app_key=keys.merchant,
        alipay_keys={NO_SN: keys.platform.public_key()},
    )
    ours = Sdk(account.app_id, account.app_key)
    theirs = AliPay(
        appid=account.app_id,
        app_private_key_string=keys.merchant_pem,
        alipay_public_key_string=keys.platform_public_pem,
    )
    numbers = range(count)

    def wechat_request(number: int) -> str:
        path, nonce = "/v3/pay/transactions/jsapi", f"{number:032}"
        return authorization(merchant, "POST", path, BODY, timestamp=1767585600, nonce=nonce)

    def wechat_page(number: int) -> dict[str, str]:
        prepay_id, nonce = f"wx{number:034}", f"{number:032}"
        return pay_parameters(merchant, "wx1", prepay_id, timestamp=1767585600, nonce=nonce)

    def alipay_signature(number: int) -> str:
        return rsa2.sign(BODY + b"%d" % number, keys.merchant)

    def alipay_request(number: int) -> object:
        biz = {"out_trade_no": f"G{number:027}"}
        method = "alipay.trade.query"
        return gateway_request(account, ours, method, biz, now=NOW, encrypts=False)

    def alipay_sdk(number: int) -> str:
        biz = {"out_trade_no": f"G{number:027}"}
        return theirs.sign_data(theirs.build_body("alipay.trade.query", biz))

    yield Case(WECHAT_REQUEST, wechat_request, numbers)
    yield Case(WECHAT_PAGE, wechat_page, numbers)
    yield Case(ALIPAY_SIGNATURE, alipay_signature, numbers)
    yield Case(ALIPAY_REQUEST, alipay_request, numbers)
    yield Case(ALIPAY_SDK, alipay_sdk, numbers[: max(1, count // 5)])


def _no_key_is_parsed(keys: Keys, signing: list[Case]) -> Iterator[Finding]:
    """Count every call into `cryptography`'s loaders, once the keys are there."""
    with _counted_key_loads() as loads:
        load_pem_private_key(keys.merchant_pem.encode(), None)
    yield Fact("G4", "the counter sees a key that is parsed", len(loads) == 1)
    reading = [*wechat_cases(keys, 5), *alipay_cases(keys, 5)]
    ours = [case for case in (*signing, *reading) if case.name.startswith(("WeChat", "Alipay"))]
    with _counted_key_loads() as loads:
        for case in ours:
            for each in case.inputs:
                case.run(each)
    yield Fact("G4", f"no key is parsed after start ({len(loads)} calls)", not loads)


@contextmanager
def _counted_key_loads() -> Iterator[list[str]]:
    seen: list[str] = []

    def look(_: FrameType, event: str, called: object) -> None:
        if event == "c_call":
            name = getattr(called, "__name__", "")
            if name.startswith(("load_pem_", "load_der_", "from_private_", "from_public_")):
                seen.append(name)

    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(None)
