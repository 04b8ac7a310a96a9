"""What the non-tax platform wants to be told, field by field. Pure.

Source: developers.weixin.qq.com, «缴费支付下单» (nontaxunifiedorder) and «查询应收信息». Inferred:
that a wrong field is a 40097, as elsewhere on the open platform, and the forms of texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from mock_platforms.wechat.errors import Errcode

SCENES = ("biz", "ctiyservice", "miniprogram", "offline", "pc", "app", "other")
_REGION = re.compile(r"\d{6}", re.ASCII)
_IP = re.compile(r"[0-9a-fA-F:.]{3,45}", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)
_ANY = re.compile(r"(?s).{1,128}")
_ADDRESS = re.compile(r"https?://[!-~]{4,500}", re.ASCII)


def wrong(name: str) -> Errcode:
    return Errcode(40097, f"invalid args: {name}")


def text(
    fields: Mapping[str, Any], name: str, form: re.Pattern[str] = _ANY, *, needed: bool = True
) -> str:
    value = fields.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise wrong(name)
    return value


def whole(fields: Mapping[str, Any], name: str, *, least: int = 0, needed: bool = True) -> int:
    value = fields.get(name)
    if value is None and not needed:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise wrong(name)
    return value


def day(fields: Mapping[str, Any], name: str, *, needed: bool = True) -> date | None:
    written = text(fields, name, _DAY, needed=needed)
    if not written:
        return None
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError as error:
        raise wrong(name) from error


def one_number(fields: Mapping[str, Any]) -> str:
    """Return the department's number: order_no or payment_notice_no, and never both."""
    given = [name for name in ("order_no", "payment_notice_no") if fields.get(name)]
    if len(given) != 1:
        raise wrong("order_no or payment_notice_no, one of them")
    return text(fields, given[0])


def owed(fields: Mapping[str, Any]) -> None:
    """Check the amount and what it is for: the items add up to it."""
    fee = whole(fields, "fee", least=1)
    items = fields.get("items")
    if not isinstance(items, list) or not items:
        raise wrong("items")
    for item in items:
        if not isinstance(item, dict):
            raise wrong("items")
        whole(item, "no", least=1)
        text(item, "item_id")
        text(item, "item_name")
        late = whole(item, "overdue", needed=False) + whole(item, "penalty", needed=False)
        if late > whole(item, "fee"):
            raise wrong("items.fee")
    if sum(item["fee"] for item in items) != fee:
        raise wrong("fee")


def unit(fields: Mapping[str, Any]) -> None:
    text(fields, "department_code")
    text(fields, "region_code", _REGION)
    if fields.get("payment_notice_type", 1) not in (1, 2):
        raise wrong("payment_notice_type")


def order(fields: Mapping[str, Any]) -> None:
    """Check a unifiedorder, but for who asks and who pays."""
    one_number(fields)
    unit(fields)
    owed(fields)
    text(fields, "department_name")
    text(fields, "desc")
    text(fields, "ip", _IP)
    text(fields, "user_name", needed=False)
    whole(fields, "service_id", least=1, needed=False)
    whole(fields, "payment_notice_create_time", least=1)
    day(fields, "payment_expire_date", needed=False)
    if fields.get("scene") not in SCENES:
        raise wrong("scene")
    text(fields, "return_url", _ADDRESS, needed=fields["scene"] != "miniprogram")
    if fields["scene"] == "app":
        text(fields, "app_appid")
    if fields.get("trade_type", "JSAPI") not in ("JSAPI", "MWEB"):
        raise wrong("trade_type")
    if not isinstance(fields.get("auto_call_pay", False), bool):
        raise wrong("auto_call_pay")
