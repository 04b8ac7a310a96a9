"""Requests to the gateway: public parameters in the query, the business in the body. Pure.

The charset must stand in the query: without it there, real callbacks came back in GBK
(yansongda/pay#125, yansongda/laravel-pay#19).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.alipay.open_platform import content
from adapters.alipay.open_platform.account import Account
from adapters.alipay.open_platform.sdk import Sdk
from channel_gateway.wire import Headers, HttpRequest

_IN_BODY = frozenset({"biz_content", "encrypt_type", "grant_type", "code", "refresh_token"})
_HEADERS = Headers({"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"})


def gateway_request(
    account: Account,
    sdk: Sdk,
    method: str,
    biz: Mapping[str, Any] | None,
    *,
    now: datetime,
    encrypts: bool,
    **top: str,
) -> HttpRequest:
    """Build and sign a call. `biz` None: a method whose parameters stand beside `biz_content`."""
    biz_content = ""
    if biz is not None:
        biz_content = json.dumps(biz, ensure_ascii=False, separators=(",", ":"))
        if encrypts and account.aes_key is not None:
            biz_content = content.encrypt(biz_content, account.aes_key)
            top["encrypt_type"] = "AES"
    if account.certified:
        top["app_cert_sn"] = account.certified.app_sn
        top["alipay_root_cert_sn"] = account.certified.root_sn
    query: list[str] = []
    body: list[str] = []
    for pair in sdk.signed_pairs(method, now, biz_content, top):
        (body if pair.partition("=")[0] in _IN_BODY else query).append(pair)
    url = f"{account.gateway_url}?{'&'.join(query)}"
    return HttpRequest("POST", url, _HEADERS, "&".join(body).encode())
