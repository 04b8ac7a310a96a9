"""The city service's messages: cards on the phone, one for each order number.

Source: developers.weixin.qq.com, «消息通路发消息» (cityservice_sendmsgdata). Inferred, since no
page says it: the errcodes, and that the same once more tells the citizen nothing new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mock_platforms.wechat.errors import Errcode

STYLES = ("result_page_style_id", "deal_msg_style_id", "card_style_id")


@dataclass(frozen=True, slots=True)
class Card:
    openid: str
    order_no: str
    biz_template_id: str
    data: Mapping[str, str]
    at: datetime
    merged: int = 0  # how many messages came after the first
    result_page: bool = False


@dataclass
class City:
    templates: dict[str, Sequence[str]] = field(default_factory=dict)  # biz_template_id → keys
    cards: dict[tuple[str, str], Card] = field(default_factory=dict)  # by openid and order_no

    def send(self, body: Mapping[str, Any], now: datetime) -> tuple[Card, bool]:
        """Merge a message into its card; tell whether it says anything new. Raises Errcode."""
        openid, order_no = body.get("openid"), body.get("order_no")
        if not isinstance(openid, str) or not openid.startswith("o"):
            raise Errcode(40003)
        keys = self.templates.get(str(body.get("biz_template_id")))
        if keys is None:
            raise Errcode(40037)
        if not isinstance(order_no, str) or not order_no:
            raise Errcode(47001)
        if any(not isinstance(body.get(style, ""), str) for style in STYLES):
            raise Errcode(47001)
        data = _values(body.get("data"), keys)
        before = self.cards.get((openid, order_no))
        template, styled = str(body["biz_template_id"]), bool(body.get("result_page_style_id"))
        card = Card(openid, order_no, template, data, now, result_page=styled)
        if before is not None:
            card = replace(card, merged=before.merged + 1)
        self.cards[openid, order_no] = card
        new = before is None or (before.biz_template_id, before.data) != (template, data)
        return card, new


def _values(data: Any, keys: Sequence[str]) -> dict[str, str]:
    if not isinstance(data, dict):
        raise Errcode(47001)
    values = {}
    for key in keys:
        given = data.get(key)
        value = given.get("value") if isinstance(given, dict) else None
        if not isinstance(value, str) or not value:
            raise Errcode(47003, f"argument invalid! data.{key}.value is empty")
        values[key] = value
    return values
