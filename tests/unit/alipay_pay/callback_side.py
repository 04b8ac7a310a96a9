"""Callbacks as Alipay posts them: signed under the V1 rule, in the charset they name."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote_plus

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from adapters.alipay.open_platform import rsa2

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)

CALLBACK = {
    "app_id": "2021000000000001",
    "auth_app_id": "2021000000000001",
    "buyer_open_id": "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5",
    "charset": "utf-8",
    "fund_bill_list": '[{"amount":"12.30","fundChannel":"ALIPAYACCOUNT"}]',
    "gmt_create": "2026-03-02 09:29:00",
    "gmt_payment": "2026-03-02 09:29:30",
    "notify_id": "2026030201222162644199160501632046",
    "notify_time": "2026-03-02 09:29:31",
    "notify_type": "trade_status_sync",
    "out_trade_no": "A20260302000001",
    "seller_id": "2088102100000001",
    "subject": "行政事业性收费 + 1",
    "total_amount": "12.30",
    "trade_no": "2026030222001499160501589436",
    "trade_status": "TRADE_SUCCESS",
    "version": "1.0",
}


def signed_form(key: RSAPrivateKey, parameters: Mapping[str, str], codec: str = "utf-8") -> bytes:
    """Sign and encode; `codec` is what the bytes are in, whatever `charset` says."""
    text = "&".join(f"{name}={value}" for name, value in sorted(parameters.items()) if value)
    return form(
        {**parameters, "sign_type": "RSA2", "sign": rsa2.sign(text.encode(codec), key)}, codec
    )


def form(parameters: Mapping[str, str], codec: str = "utf-8") -> bytes:
    pairs = (f"{name}={quote_plus(value, encoding=codec)}" for name, value in parameters.items())
    return "&".join(pairs).encode()
