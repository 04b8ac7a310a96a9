"""Notifications: sealed, signed anew for each attempt, repeated by WeChat Pay's own ladder.

Source: pay.weixin.qq.com, "payment notification" and "refund result notification".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from mock_platforms.deliveries import Notice
from mock_platforms.faults import Fault
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay import signatures
from mock_platforms.wechat_pay.answers import refund_notice, transaction
from mock_platforms.wechat_pay.books import Order, Refund
from mock_platforms.wechat_pay.gate import Gate, signed_headers
from mock_platforms.wechat_pay.identity import Signer
from mock_platforms.wechat_pay.moments import beijing_day, rfc3339
from mock_platforms.wire import Headers, Outgoing, Response

MINUTE, HOUR = 60, 3600
# Fifteen repeats, 24 hours and 4 minutes in all.
LADDER_S: tuple[int, ...] = (
    *(15, 15, 30, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE),
    *(30 * MINUTE,) * 3,
    HOUR,
    *(3 * HOUR,) * 3,
    *(6 * HOUR,) * 2,
)

SUMMARIES = {
    "TRANSACTION.SUCCESS": "支付成功",
    "REFUND.SUCCESS": "退款成功",
    "REFUND.ABNORMAL": "退款异常",
    "REFUND.CLOSED": "退款关闭",
    "SECURITY_ECHO.SUCCESS": "回调通知成功",
}
# How a resource calls itself, and what is sealed along with it: nothing, in the self-test's sample.
RESOURCES = {
    "TRANSACTION": ("transaction", "transaction"),
    "REFUND": ("refund", "refund"),
    "SECURITY_ECHO": ("security", ""),
}
PAYMENT, REFUND, ECHO = "notify.transaction", "notify.refund", "notify.security_echo"

Plain = dict[str, Any]


def wrong_amount(plain: Plain) -> Plain:
    amount = {name: v + 1 if isinstance(v, int) else v for name, v in plain["amount"].items()}
    return plain | {"amount": amount}


def wrong_app(plain: Plain) -> Plain:
    return {k: "wx" + "f" * 16 if k.endswith("appid") else v for k, v in plain.items()}


def wrong_merchant(plain: Plain) -> Plain:
    return {k: "1900009999" if k.endswith("mchid") else v for k, v in plain.items()}


# Rightly signed, but not what the order says.
UNTRUE: Mapping[str, Callable[[Plain], Plain]] = {
    "notify_wrong_amount": wrong_amount,
    "notify_wrong_app": wrong_app,
    "notify_wrong_merchant": wrong_merchant,
}
MISSIGNED = (
    "notify_forged",
    "notify_probe",
    "notify_stale",
    "notify_unknown_serial",
    "clock_skew",
)
SPOILS = (*UNTRUE, *MISSIGNED)


@dataclass(frozen=True, slots=True)
class Notices:
    stage: Stage
    gate: Gate

    def payment(self, order: Order) -> Notice:
        """Return the notice of a payment. There is none of a failed one."""
        numbers = {order.out_trade_no, order.transaction_id}
        event = "TRANSACTION.SUCCESS"
        return self._notice(PAYMENT, order.notify_url, event, transaction(order), numbers)

    def refund(self, refund: Refund) -> Notice:
        """Return the notice of how a refund ended."""
        numbers = {
            refund.out_refund_no,
            refund.refund_id,
            refund.order.out_trade_no,
            refund.order.transaction_id,
        }
        event = f"REFUND.{refund.status}"
        return self._notice(REFUND, refund.notify_url, event, refund_notice(refund), numbers)

    def echo(self, url: str, plain: Plain, serial: str) -> Notice:
        """Return the self-test's notice, signed by the kind of key the call named."""
        keys, event = self.gate.keys, "SECURITY_ECHO.SUCCESS"
        notice = self._notice(ECHO, url, event, plain, set(), lambda: keys.for_request(serial))
        return replace(notice, spoils=MISSIGNED)

    def _notice(
        self,
        kind: str,
        url: str,
        event: str,
        plain: Plain,
        numbers: set[str],
        choose: Callable[[], Signer] | None = None,
    ) -> Notice:
        now = self.stage.clock.now()
        envelope = {
            "id": f"EV-{beijing_day(now):%Y%m%d}{self.stage.randomness.digits(11)}",
            "create_time": rfc3339(now),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": SUMMARIES[event],
        }
        return Notice(
            platform="wechat_pay",
            kind=kind,
            orders=numbers,
            compose=lambda fault: self.compose(url, envelope, plain, fault, choose),
            accepted=accepted,
            ladder_s=LADDER_S,
            spoils=SPOILS,
        )

    def compose(
        self,
        url: str,
        envelope: Plain,
        plain: Plain,
        fault: Fault | None,
        choose: Callable[[], Signer] | None = None,
    ) -> Outgoing:
        """Return one attempt, spoiled as the fault says."""
        kind = fault.kind if fault else ""
        body = self._sealed(envelope, UNTRUE.get(kind, dict)(plain))
        signer = (choose or self.gate.keys.for_notice)()
        moment = self.stage.signing_now()
        if kind == "notify_forged":
            signer = Signer(signer.serial, strangers_key(self.stage.keys))
        if kind == "notify_unknown_serial":
            signer = Signer(self.stage.randomness.hex(40).upper(), signer.key)
        if fault and kind in ("notify_stale", "clock_skew"):
            moment += timedelta(seconds=fault.parameters["seconds"])
        signed = signed_headers(signer, moment, self.stage.randomness.text(32), body)
        if kind == "notify_probe":
            signed["Wechatpay-Signature"] = signatures.probe(signed["Wechatpay-Signature"])
        headers = {"Content-Type": "application/json", "User-Agent": "Mozilla/4.0", **signed}
        return Outgoing("POST", url, Headers(headers), body)

    def _sealed(self, envelope: Plain, plain: Plain) -> bytes:
        original, beside = RESOURCES[envelope["event_type"].partition(".")[0]]
        nonce = self.stage.randomness.text(12)
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
        resource = {
            "original_type": original,
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": signatures.seal(text, self.gate.merchant.apiv3_key, nonce, beside),
            "associated_data": beside,
            "nonce": nonce,
        }
        whole = {**envelope, "resource": resource}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def accepted(response: Response) -> bool:
    """Return whether the merchant took it: the status alone decides."""
    return response.status in (200, 204)


def strangers_key(keys: KeyFolder) -> RSAPrivateKey:
    """Return a key that is not WeChat Pay's: the merchant's own will do."""
    return keys.private_key("wechat_pay_merchant")
