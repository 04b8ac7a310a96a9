"""Reading a callback, the function alone: against `openssl speed` and against the SDKs."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl

from alipay import AliPay
from wechatpayv3 import WeChatPay, WeChatPayType

from channel_gateway.domain.errors import Forged
from channel_gateway.wire import Headers
from payment.connectors.alipay import callbacks as alipay
from payment.connectors.wechat_pay import callbacks as wechat
from payment.connectors.wechat_pay.signing import HASH, PADDING
from tests.benchmarks import openssl
from tests.benchmarks.material import (
    PUBLIC_KEY_ID,
    Keys,
    SignedCallback,
    alipay_callback,
    wechat_callback,
)
from tests.benchmarks.pairing import Case, in_rounds, microseconds, ratios
from tests.benchmarks.report import Figure, Finding, Ratio
from tests.unit.alipay_pay.callback_side import NOW as ALIPAY_NOW
from tests.unit.wechat_pay.platform_side import APIV3_KEY
from tests.unit.wechat_pay.platform_side import NOW as WECHAT_NOW

WECHAT, WECHAT_SDK = "WeChat Pay callback", "wechatpayv3.callback()"
ALIPAY, ALIPAY_SDK = "Alipay callback", "python-alipay-sdk verify()"
VERIFY_ALONE = "RSA verification alone, by cryptography"
WECHAT_REFUSED = ("stale", "unsigned", "of an unknown key", "cut short")
ALIPAY_REFUSED = ("stale", "unsigned", "without a moment")


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: different callbacks of each kind; each is read once a slice."""
    keys = Keys()
    cases = [*wechat_cases(keys, operations), *alipay_cases(keys, operations)]
    measured = in_rounds(cases, rounds, openssl.speed)

    def against(case: str, reference: str) -> list[float]:
        return ratios(measured, case, reference)

    yield Ratio("G1", f"{WECHAT} / openssl verify", against(WECHAT, openssl.VERIFY), at_least=0.5)
    yield Ratio("", f"{VERIFY_ALONE} / openssl verify", against(VERIFY_ALONE, openssl.VERIFY))
    yield Ratio("G2", f"{WECHAT} / {WECHAT_SDK}", against(WECHAT, WECHAT_SDK), at_least=1.3)
    yield Ratio("G3", f"{ALIPAY} / {ALIPAY_SDK}", against(ALIPAY, ALIPAY_SDK), at_least=8)
    for good, kinds in ((WECHAT, WECHAT_REFUSED), (ALIPAY, ALIPAY_REFUSED)):
        for kind in kinds:
            cost = [1 / ratio for ratio in against(f"{good} {kind}", good)]
            yield Ratio("G11", f"cost of refusing: {good} {kind} / a good one", cost, at_most=0.1)
    for name in (openssl.VERIFY, VERIFY_ALONE, WECHAT, WECHAT_SDK, ALIPAY, ALIPAY_SDK):
        yield Figure(name, microseconds(measured, name), "µs CPU")


def wechat_cases(keys: Keys, count: int) -> Iterator[Case]:
    callbacks = [wechat_callback(keys, number, WECHAT_NOW) for number in range(count)]
    trusted = {PUBLIC_KEY_ID: keys.platform.public_key()}
    sdk = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid="1230000109",
        private_key=keys.merchant_pem,
        cert_serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
        appid="wxd678efh567hg6787",
        apiv3_key=APIV3_KEY.decode(),
        public_key=keys.platform_public_pem,
        public_key_id=PUBLIC_KEY_ID,
    )

    def ours(callback: tuple[Headers, bytes]) -> object:
        return wechat.read_callback(*callback, trusted, keys.aead, WECHAT_NOW)

    def theirs(callback: SignedCallback) -> object:
        read = sdk.callback(callback.headers, callback.body)
        if not read:
            raise AssertionError("the SDK refused a good callback")
        return read

    def refuse(callback: tuple[Headers, bytes]) -> None:
        try:
            ours(callback)
        except Forged:
            return
        raise AssertionError("a bad callback was taken")

    def arrived(**changed: str | None) -> list[tuple[Headers, bytes]]:
        spoilt = {f"Wechatpay-{name.capitalize()}": value for name, value in changed.items()}
        return [
            (
                Headers({k: v for k, v in (each.headers | spoilt).items() if v is not None}),
                each.body,
            )
            for each in callbacks
        ]

    key, signature = keys.platform.public_key(), keys.platform.sign(b"it", PADDING, HASH)

    def verify(_: SignedCallback) -> None:
        key.verify(signature, b"it", PADDING, HASH)

    old = str(int((WECHAT_NOW - timedelta(minutes=6)).timestamp()))
    yield Case(WECHAT, ours, arrived())
    yield Case(VERIFY_ALONE, verify, callbacks)
    yield Case(WECHAT_SDK, theirs, callbacks)
    yield Case(f"{WECHAT} stale", refuse, arrived(timestamp=old))
    yield Case(f"{WECHAT} unsigned", refuse, arrived(signature=None))
    yield Case(f"{WECHAT} of an unknown key", refuse, arrived(serial="PUB_KEY_ID_1"))
    yield Case(f"{WECHAT} cut short", refuse, arrived(signature="c2hvcnQ="))


def alipay_cases(keys: Keys, count: int) -> Iterator[Case]:
    bodies = [alipay_callback(keys, number) for number in range(count)]
    trusted = (keys.platform.public_key(),)
    sdk = AliPay(
        appid="2021000000000001",
        app_private_key_string=keys.merchant_pem,
        alipay_public_key_string=keys.platform_public_pem,
    )

    def ours(body: bytes) -> object:
        return alipay.read_callback(body, trusted, ALIPAY_NOW)

    def theirs(body: bytes) -> None:
        # As its document shows: the framework's form as a dict, the signature taken out of it.
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if not sdk.verify(form, form.pop("sign")):
            raise AssertionError("the SDK refused a good callback")

    def refuse(body: bytes) -> None:
        try:
            ours(body)
        except Forged:
            return
        raise AssertionError("a bad callback was taken")

    yield Case(ALIPAY, ours, bodies)
    yield Case(ALIPAY_SDK, theirs, bodies[: max(1, count // 10)])
    yield Case(f"{ALIPAY} stale", refuse, [b.replace(b"=2026-", b"=2025-") for b in bodies])
    yield Case(f"{ALIPAY} unsigned", refuse, [b.replace(b"sign=", b"sing=") for b in bodies])
    moved = [b.replace(b"notify_time", b"notify_tame") for b in bodies]
    yield Case(f"{ALIPAY} without a moment", refuse, moved)
