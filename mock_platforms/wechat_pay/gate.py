"""The door of APIv3: who may come in, and the signature on what goes out.

The checks run in the order seen on the live platform: headers, Authorization, scheme, age,
certificate, signature.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from inspect import isawaitable
from typing import Any

from mock_platforms.faults import Fault
from mock_platforms.routes import Handler
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay import signatures
from mock_platforms.wechat_pay.errors import Refusal, bad_field, impossible, unsigned
from mock_platforms.wechat_pay.identity import Merchant, PlatformKeys, Signer
from mock_platforms.wire import Headers, Request, Response

OLDEST_S = 300


@dataclass(frozen=True, slots=True)
class Call:
    """A call that has passed the door."""

    request: Request
    body: dict[str, Any]

    @property
    def parts(self) -> dict[str, str]:
        return dict(self.request.parts)

    @property
    def query(self) -> dict[str, str]:
        return self.request.query


Result = dict[str, Any] | None | Response  # None is 204; a Response leaves as it is, unsigned
Rule = Callable[[Call], Result | Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Gate:
    stage: Stage
    merchant: Merchant
    keys: PlatformKeys

    def guard(self, rule: Rule) -> Handler:
        """Return the handler that checks the request, applies the rule and signs its result."""

        async def handle(request: Request) -> Response:
            try:
                check(request, self.merchant, self.stage.signing_now())
                outcome = rule(Call(request, _body(request)))
                result = await outcome if isawaitable(outcome) else outcome
            except Refusal as refusal:
                return self._unsigned(refusal.response(), request)
            if isinstance(result, Response):
                return result
            return self._signed(result, request)

        return handle

    def _signed(self, result: dict[str, Any] | None, request: Request) -> Response:
        # With blanks: a client that writes the JSON anew before verifying is found out.
        body = b"" if result is None else json.dumps(result, ensure_ascii=False).encode()
        response = Response(204 if result is None else 200, self._manners(), body)
        signer = self.keys.for_request(request.headers.get("Wechatpay-Serial"))
        return self.sign(response, signer, self.stage.signing_now())

    def sign(self, response: Response, signer: Signer, moment: datetime) -> Response:
        signed = signed_headers(signer, moment, self.stage.randomness.text(32), response.body)
        return replace(response, headers=Headers({**response.headers, **signed}))

    def _unsigned(self, response: Response, request: Request) -> Response:
        headers = Headers({**self._manners(), **response.headers})
        if response.status == 401 and request.path.startswith("/v3/pay/"):
            headers = Headers({k: v for k, v in headers.items() if k != "Request-ID"})
        return replace(response, headers=headers)

    def _manners(self) -> Headers:
        return Headers(
            {
                "Content-Type": "application/json; charset=utf-8",
                "Request-ID": f"08{self.stage.randomness.hex(46).upper()}-0",
                "Cache-Control": "no-cache, must-revalidate",
                "X-Content-Type-Options": "nosniff",
                "Content-Language": "zh-CN",
            }
        )

    def named_key(self, call: Call) -> Signer:
        """Return the key for which a client says it sealed its fields, or refuse the call."""
        signer = self.keys.by_serial(call.request.headers.get("Wechatpay-Serial", ""))
        if signer is None:
            raise Refusal(400, "PARAM_ERROR", "平台证书序列号Wechatpay-Serial错误")
        return signer

    def opened(self, call: Call, name: str) -> str:
        """Return a sealed field in the clear, or refuse the call."""
        try:
            return signatures.unseal_field(self.named_key(call).key, call.body.get(name, ""))
        except ValueError as error:
            raise bad_field(f"/body/{name}", None, "敏感信息解密失败") from error

    def skewed(self, response: Response, request: Request, fault: Fault) -> Response:
        """Return the answer signed rightly, by a clock that goes wrong."""
        signer = self.keys.by_serial(response.headers.get("Wechatpay-Serial", ""))
        if signer is None:
            return response
        skew = timedelta(seconds=fault.parameters["seconds"])
        return self.sign(response, signer, self.stage.signing_now() + skew)


def check(request: Request, who: Merchant, now: datetime) -> None:
    """Let a request pass, or raise the platform's refusal."""
    if not request.headers.get("User-Agent") or not request.headers.get("Accept"):
        raise impossible("Http头缺少Accept或User-Agent")
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if request.body and kind != "application/json":
        raise impossible("Http头Content-Type应为application/json")  # its words are not known
    try:
        given = signatures.read_authorization(request.headers.get("Authorization", ""))
    except signatures.Malformed as error:
        raise unsigned(_no_authorization(request.path)) from error
    except signatures.WrongScheme as error:
        raise unsigned("HTTP头Authorization认证类型不正确") from error
    if abs(now.timestamp() - given.timestamp) > OLDEST_S:
        raise unsigned("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
    if given.mchid != who.mch_id:
        raise unsigned("商户未申请过证书。")
    if given.serial_no.upper() != who.serial:
        raise unsigned("商户证书序列号有误。请使用签名私钥匹配的证书序列号")
    text = signatures.request_text(
        request.method, request.target, given.timestamp, given.nonce_str, request.body
    )
    if not signatures.verifies(who.public_key, text, given.signature):
        raise unsigned("错误的签名，验签失败", _mismatch(request, given, text))


def _no_authorization(path: str) -> str:
    if path.startswith("/v3/pay/"):
        return "签名信息错误，验签失败"
    return "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"


def _mismatch(request: Request, given: signatures.Authorization, text: bytes) -> dict[str, Any]:
    """Tell what the platform would have signed, the body cut to its first few characters."""
    head = signatures.request_text(
        request.method, request.target, given.timestamp, given.nonce_str, b""
    )[:-1]
    return {
        "detail": {"issue": "sign not match"},
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": request.method,
            "url": request.target,
            "sign_message_length": len(text),
            "truncated_sign_message": (head + request.body[:8] + b"\n").decode(errors="replace"),
        },
    }


def signed_headers(signer: Signer, moment: datetime, nonce: str, body: bytes) -> dict[str, str]:
    """Return the five Wechatpay-* headers."""
    timestamp = int(moment.timestamp())
    return {
        "Wechatpay-Serial": signer.serial,
        "Wechatpay-Timestamp": str(timestamp),
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": signatures.sign(
            signer.key, signatures.answer_text(timestamp, nonce, body)
        ),
        "Wechatpay-Signature-Type": signatures.SCHEME,
    }


def without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object without its nulls: the platform takes them for absent."""
    return {
        name: without_nulls(item) if isinstance(item, dict) else item
        for name, item in value.items()
        if item is not None
    }


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        return without_nulls(request.json())
    except ValueError as error:
        raise Refusal(400, "PARAM_ERROR", "请求正文不是合法的JSON") from error
