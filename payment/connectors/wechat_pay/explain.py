"""Say what is wrong with a signed message of WeChat Pay, part by part, in the order of checks.

The last finding is the verdict. Of what is private only lengths and names are said.
"""

import re
from collections.abc import Iterable
from datetime import datetime

import orjson

from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.findings import Finding, as_judged, listed, with_verdict
from channel_gateway.wire import HttpRequest
from payment.connectors.judging import refusal
from payment.connectors.wechat_pay import mistakes
from payment.connectors.wechat_pay.account import Account
from payment.connectors.wechat_pay.api import Api
from payment.connectors.wechat_pay.callbacks import read_callback
from payment.connectors.wechat_pay.findings import (
    decoded,
    signature_finding,
    text_finding,
    timestamp_finding,
)
from payment.connectors.wechat_pay.signing import SCHEME, request_text, target_of
from payment.connectors.wechat_pay.trust import SIGNATURE_LENGTH, opened, signed_text

CALLBACK_HEADERS = (
    "Wechatpay-Timestamp",
    "Wechatpay-Nonce",
    "Wechatpay-Serial",
    "Wechatpay-Signature",
)
PAIRS = ("mchid", "serial_no", "timestamp", "nonce_str", "signature")


class Explainer:
    def __init__(self, name: str, account: Account, api: Api) -> None:
        self.name = name
        self._account = account
        self._api = api

    def recognises(self, request: HttpRequest) -> bool:
        return request.headers.get("Authorization", "").startswith("WECHATPAY2-") or any(
            name.startswith("wechatpay-") for name in request.headers
        )

    def explain(self, request: HttpRequest, now: datetime) -> tuple[Finding, ...]:
        if "Authorization" in request.headers and "Wechatpay-Signature" not in request.headers:
            return with_verdict(self._request(request, now))
        return as_judged(self._callback(request, now), self._refusal(request, now))

    def _refusal(self, request: HttpRequest, now: datetime) -> str | None:
        """What the gateway does with it: the same steps."""
        aead, merchant = self._account.aead, self._account.merchant.mch_id
        return refusal(
            lambda: read_callback(request.headers, request.body, self._api.keys, aead, now),
            app=self._account.app_id,
            merchant=merchant,
        )

    def _callback(self, request: HttpRequest, now: datetime) -> Iterable[Finding]:
        headers, body = request.headers, request.body
        missing = [name for name in CALLBACK_HEADERS if name not in headers]
        yield Finding("headers", not missing, listed("missing", missing) or "all four are there")
        if missing:
            return
        if headers.get("Wechatpay-Signature-Type", SCHEME) != SCHEME:
            yield Finding("scheme", False, f"is not {SCHEME}, the one we verify")
        timestamp, nonce, serial, signature = (headers[name] for name in CALLBACK_HEADERS)
        yield timestamp_finding(timestamp, nonce, now)
        yield self._platform_serial(serial)
        yield signature_finding(signature)
        if raw := decoded(signature):
            text = signed_text(timestamp, nonce, body)
            key = self._api.keys.get(serial)
            others = {f"the key of {name}": k for name, k in self._api.keys.items() if k is not key}
            others["the merchant's own key"] = self._account.merchant.key.public_key()
            guesses = mistakes.in_callback(timestamp, nonce, body)
            yield text_finding(key, others, raw, text, guesses)
        yield self._resource(body)

    def _request(self, request: HttpRequest, now: datetime) -> Iterable[Finding]:
        merchant = self._account.merchant
        scheme, _, rest = request.headers["Authorization"].partition(" ")
        yield Finding("scheme", scheme == SCHEME, f"{SCHEME} is wanted")
        pairs = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        missing = [name for name in PAIRS if name not in pairs]
        yield Finding("pairs", not missing, listed("missing", missing) or "all five are there")
        if missing:
            return
        mch_id, serial, timestamp, nonce, signature = (pairs[name] for name in PAIRS)
        yield Finding("mchid", mch_id == merchant.mch_id, f"ours is {merchant.mch_id}")
        yield timestamp_finding(timestamp, nonce, now)
        yield self._merchant_serial(serial)
        yield signature_finding(signature)
        if raw := decoded(signature):
            target = target_of(request.url) if "://" in request.url else request.url
            sent = (request.method, target, timestamp, nonce, request.body)
            guesses = mistakes.in_request(*sent)
            others = {f"the platform's key {name}": k for name, k in self._api.keys.items()}
            yield text_finding(merchant.key.public_key(), others, raw, request_text(*sent), guesses)

    def _platform_serial(self, serial: str) -> Finding:
        held = listed("we hold", sorted(self._api.keys)) or "we hold no key at all"
        if serial in self._api.keys:
            return Finding("serial", True, "names a key we hold")
        if serial == self._account.merchant.serial:
            return Finding("serial", False, f"is our own certificate's, not the platform's; {held}")
        if len(serial) == SIGNATURE_LENGTH:
            return Finding("serial", False, "is as long as a signature: headers are mixed up")
        modes = {name.startswith("PUB_KEY_ID_") for name in self._api.keys}
        if modes == {True} and not serial.startswith("PUB_KEY_ID_"):
            words = "is a certificate's, but only a public key is held: set certificates = true"
        elif modes == {False} and serial.startswith("PUB_KEY_ID_"):
            words = "is a public key's, but only certificates are held: set public_key_id"
        else:
            words = "names a key we do not hold"
        return Finding("serial", False, f"{words}; {held}")

    def _merchant_serial(self, serial: str) -> Finding:
        ours = self._account.merchant.serial
        if serial == ours:
            return Finding("serial", True, "is our certificate's")
        if serial in self._api.keys:
            return Finding("serial", False, f"is the platform's key; has to be our own, {ours}")
        if serial.upper() == ours.upper():
            return Finding("serial", False, f"differs in upper and lower case from {ours}")
        return Finding("serial", False, f"is not our certificate's, {ours}")

    def _resource(self, body: bytes) -> Finding:
        try:
            opened(self._account.aead, orjson.loads(body)["resource"])
        except Malformed as error:
            return Finding("resource", False, str(error))
        except (ValueError, KeyError, TypeError):
            return Finding("resource", False, "the body is no callback with a resource")
        return Finding("resource", True, "opens with our APIv3 key")
