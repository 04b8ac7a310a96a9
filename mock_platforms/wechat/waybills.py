"""Parcels in WeChat's own pages (物流查询组件): who may see which, and what is shown. Pure.

Source: developers.weixin.qq.com, «物流服务 · 物流查询组件» (open_msg). Inferred, since no page says
it: all errcodes but 9300507; that a number of a payment is 28 digits; that of a parcel told of
again the last goods are shown; which couriers ask for the receiver's phone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mock_platforms.randomness import Randomness
from mock_platforms.wechat.errors import Errcode

COURIERS = {
    "EMS": "中国邮政速递物流",
    "SF": "顺丰速运",
    "YTO": "圆通速递",
    "ZTO": "中通快递",
    "STO": "申通快递",
    "YUNDA": "韵达速递",
}
ASK_FOR_PHONE = frozenset({"SF"})
STATUSES = range(7)  # 0 not picked up, 1, 2 on its way, 3, 4 signed, 5 abnormal, 6 by proxy

_NUMBER = re.compile(r"[0-9A-Za-z-]{6,40}", re.ASCII)
_PAYMENT = re.compile(r"\d{28}", re.ASCII)
_PHONE = re.compile(r"\d{4,15}", re.ASCII)
_ADDRESS = re.compile(r"https?://[!-~]{4,500}", re.ASCII)
_LONGEST_DESCRIPTION = 40
_LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class Parcel:
    openid: str
    waybill_id: str
    trans_id: str
    delivery_id: str
    goods: tuple[Mapping[str, str], ...]
    page: str
    status: int = 0
    told: int = 1  # how often

    @property
    def key(self) -> tuple[str, str, str]:
        return self.openid, self.waybill_id, self.trans_id


@dataclass
class Waybills:
    randomness: Randomness
    parcels: dict[tuple[str, str, str], Parcel] = field(default_factory=dict)
    _tokens: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def trace(self, body: Mapping[str, Any], citizens: Collection[str]) -> str:
        """Take a parcel in; every call gives a token of its own. Raises Errcode."""
        parcel = _parcel(body, citizens)
        known = self.parcels.get(parcel.key)
        if known is not None:
            parcel = replace(parcel, status=known.status, told=known.told + 1)
        self.parcels[parcel.key] = parcel
        token = self.randomness.text(32)
        self._tokens[token] = parcel.key
        return token

    def behind(self, body: Mapping[str, Any]) -> Parcel:
        """The parcel of a token, for its own citizen. Raises Errcode."""
        key = self._tokens.get(str(body.get("waybill_token")))
        if key is None or body.get("openid", key[0]) != key[0]:
            raise Errcode(9300507)
        return self.parcels[key]

    def of_number(self, waybill_id: str) -> list[Parcel]:
        return [each for each in self.parcels.values() if each.waybill_id == waybill_id]


def _parcel(body: Mapping[str, Any], citizens: Collection[str]) -> Parcel:
    openid = body.get("openid")
    if not isinstance(openid, str) or openid not in citizens:
        raise Errcode(40003)
    delivery_id = body.get("delivery_id", "")
    if delivery_id and delivery_id not in COURIERS:
        raise Errcode(47001)
    _fitting(body, "receiver_phone", _PHONE, needed=delivery_id in ASK_FOR_PHONE)
    page = body.get("order_detail_path", "")
    if not isinstance(page, str):
        raise Errcode(47001)
    return Parcel(
        openid,
        _fitting(body, "waybill_id", _NUMBER),
        _fitting(body, "trans_id", _PAYMENT),
        delivery_id,
        _goods(body.get("goods_info")),
        page,
    )


def _goods(info: Any) -> tuple[Mapping[str, str], ...]:
    listed = info.get("detail_list") if isinstance(info, dict) else None
    if not isinstance(listed, list) or not listed:
        raise Errcode(47001)
    for one in listed:
        if not isinstance(one, dict):
            raise Errcode(47001)
        name, words = one.get("goods_name"), one.get("goods_desc", "")
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
            raise Errcode(47001)
        if not isinstance(words, str) or len(words) > _LONGEST_DESCRIPTION:
            raise Errcode(47001)
        _fitting(one, "goods_img_url", _ADDRESS)
    return tuple(listed)


def _fitting(
    fields: Mapping[str, Any], name: str, form: re.Pattern[str], *, needed: bool = True
) -> str:
    value = fields.get(name, "")
    if value == "" and not needed:
        return ""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Errcode(47001)
    return value
