"""Requests to the gateway: public parameters in the query, the business in the body. Pure.

Of a page, which a citizen opens, all stands in the query.

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
    biz_content = _text(biz) if biz is not None else ""
    if biz_content and encrypts and account.aes_key is not None:
        biz_content = content.encrypt(biz_content, account.aes_key)
        top["encrypt_type"] = "AES"
    query: list[str] = []
    body: list[str] = []
    for pair in sdk.signed_pairs(method, now, biz_content, top | _certificates(account)):
        (body if pair.partition("=")[0] in _IN_BODY else query).append(pair)
    url = f"{account.gateway_url}?{'&'.join(query)}"
    return HttpRequest("POST", url, _HEADERS, "&".join(body).encode())


def page_address(
    account: Account, sdk: Sdk, method: str, biz: Mapping[str, Any], *, now: datetime
) -> str:
    """Build and sign the address of a page. Whoever holds it sees what `biz` says."""
    pairs = sdk.signed_pairs(method, now, _text(biz), _certificates(account))
    return f"{account.gateway_url}?{'&'.join(pairs)}"


def _text(biz: Mapping[str, Any]) -> str:
    return json.dumps(biz, ensure_ascii=False, separators=(",", ":"))


def _certificates(account: Account) -> dict[str, str]:
    if account.certified is None:
        return {}
    return {
        "app_cert_sn": account.certified.app_sn,
        "alipay_root_cert_sn": account.certified.root_sn,
    }
