"""The two platforms that take money, in the words a journey needs: faults, calls, answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from mock_platforms.alipay.ciphers import sign_rsa2
from mock_platforms.alipay.notices import form_body, text_to_sign
from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import Answer, House


@dataclass(frozen=True, slots=True)
class Till:
    """One platform: its names in the settings, in faults and in its control plane."""

    plugin: str
    channel: str
    stand_in: str
    operations: Mapping[str, str]  # the port's verbs in the stand-in's words
    payment_callback: str
    refund_callback: str
    untrue: Mapping[str, str]  # what is spoiled in a callback: the fault that does it
    takes: tuple[int, bytes]  # the answer that ends the repeats
    again: bytes  # how a body begins that asks for the next
    first_repeat_s: int

    @property
    def path(self) -> str:
        return f"/callbacks/{self.plugin}"

    def took(self, answer: Answer) -> bool:
        return (answer.status, answer.body) == self.takes

    def refused(self, answer: Answer) -> bool:
        """Whether it was not believed: the platform sends it again, in vain."""
        return answer.status == 400 and answer.body.startswith(self.again)

    def put_off(self, answer: Answer) -> bool:
        """Whether it could not be kept: the platform sends it again."""
        return answer.status == 503 and answer.body.startswith(self.again)


WECHAT_PAY = Till(
    plugin="wechat_pay",
    channel="wechat",
    stand_in="wechat_pay",
    operations={
        "prepare": "orders.prepay",
        "ask": "orders.query",
        "close": "orders.close",
        "refund": "refunds.create",
        "ask_refund": "refunds.query",
    },
    payment_callback="notify.transaction",
    refund_callback="notify.refund",
    untrue={
        "signature": "notify_forged",
        "age": "notify_stale",
        "amount": "notify_wrong_amount",
        "app": "notify_wrong_app",
        "merchant": "notify_wrong_merchant",
        "probe": "notify_probe",
        "serial": "notify_unknown_serial",
        "clock": "clock_skew",
    },
    takes=(204, b""),
    again=b'{"code":"FAIL"',
    first_repeat_s=15,
)
ALIPAY = Till(
    plugin="alipay_pay",
    channel="alipay",
    stand_in="alipay",
    operations={
        "prepare": "alipay.trade.create",
        "ask": "alipay.trade.query",
        "close": "alipay.trade.close",
        "refund": "alipay.trade.refund",
        "ask_refund": "alipay.trade.fastpay.refund.query",
    },
    payment_callback="trade_status_sync",
    refund_callback="trade_status_sync.refund",
    untrue={
        "signature": "notify_forged",
        "age": "notify_stale",
        "amount": "notify_wrong_amount",
        "app": "notify_wrong_app",
        "merchant": "notify_wrong_seller",
    },
    takes=(200, b"success"),
    again=b"failure",
    first_repeat_s=240,
)
TILLS = (WECHAT_PAY, ALIPAY)


@dataclass(frozen=True, slots=True)
class Sent:
    """A callback as it travelled."""

    headers: dict[str, str]
    body: bytes


def sent(attempt: Mapping[str, Any]) -> Sent:
    """What a recorded attempt sent, byte for byte."""
    return Sent(dict(attempt["headers"]), attempt["body"].encode())


async def post(house: House, till: Till, letter: Sent) -> Answer:
    """Put a callback into the gateway's letter box."""
    return await house.call("POST", till.path, letter.body, letter.headers)


def alipay_params(letter: Sent) -> dict[str, str]:
    """The parameters of an Alipay callback, without its signature."""
    said = dict(parse_qsl(letter.body.decode(), keep_blank_values=True))
    return {name: value for name, value in said.items() if name not in ("sign", "sign_type")}


def alipay_letter(params: Mapping[str, str], keys: KeyFolder) -> Sent:
    """A callback that says this, signed by the platform; its charset is the one it names."""
    body = form_body(params, sign_rsa2(text_to_sign(params), keys.private_key("alipay_platform")))
    form = f"application/x-www-form-urlencoded; charset={params['charset']}"
    return Sent({"Content-Type": form}, body)
