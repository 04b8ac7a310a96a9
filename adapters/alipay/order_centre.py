"""A parcel as an order of Alipay's order centre (订单中心), and its card. Pure.

Sources: opendocs.alipay.com, `alipay.merchant.order.sync` (the states of the template for parcels)
and `alipay.commerce.logistics.express.order.query`. An order's state may only go on, and each sync
has a later moment, in whole seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.alipay.settings import IdMode
from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import yuan_from_fen
from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ChannelPayment, ParcelCard

SYNC = "alipay.merchant.order.sync"
EXPRESS = "alipay.commerce.logistics.express.order.query"
# What says that the order centre has this state, or a later one.
KNOWN_ALREADY = ("ORDER_ERROR_STATUS",)
KNOWN_ALREADY_IN_WORDS = ("乱序", "幂等")
TOO_SOON_IN_WORDS = ("修改时间",)
# A payment is named by one order alone: that of the first parcel.
NAMED_ALREADY_IN_WORDS = ("交易号已存在",)

CARD_LIFE = timedelta(days=30)
_SECOND = timedelta(seconds=1)
_LAST_DIGITS = 4
_BUYER = {IdMode.OPEN_ID: "buyer_open_id", IdMode.USER_ID: "buyer_id"}

# By our codes of couriers.
LOGISTICS_CODES = {
    "ems": "EMS",
    "post": "POSTB",
    "sf": "SF",
    "yto": "YTO",
    "zto": "ZTO",
    "sto": "STO",
    "yunda": "YUNDA",
}

STATUSES = {
    Stage.WAYBILL: "order_taken",
    Stage.PICKED_UP: "taked_goods",
    Stage.IN_TRANSIT: "traveling",
    Stage.OUT_FOR_DELIVERY: "traveling",
    Stage.AT_LOCKER: "traveling",
    Stage.NOT_DELIVERED: "traveling",
    Stage.PROXY_SIGNED: "traveling",  # until the citizen has it
    Stage.SIGNED: "signed",
    Stage.RETURNING: "send_back",
    Stage.RETURNED: "send_back",
    Stage.CANCELLED: "canceled",
}


@dataclass(frozen=True, slots=True)
class ParcelTemplate:
    """How Alipay calls what we tell: as its business contact handed it out."""

    biz_type: str
    statuses: Mapping[Stage, str] = field(default_factory=lambda: STATUSES)
    # by our codes: of other couriers Alipay cannot be told
    logistics_codes: Mapping[str, str] = field(default_factory=lambda: LOGISTICS_CODES)


def sync_content(
    app_id: str,
    to: OpenId,
    card: ParcelCard,
    payment: ChannelPayment | None,
    template: ParcelTemplate,
    *,
    id_mode: IdMode,
    now: datetime,
) -> dict[str, Any]:
    """`payment`: made through Alipay, else None: then it is a service without payment."""
    words = {
        "tiny_app_id": app_id,
        "merchant_biz_type": template.biz_type,
        "merchant_order_status": template.statuses[card.stage],
    }
    if card.page:
        words["merchant_order_link_page"] = card.page
    parcel = {
        "tracking_no": card.waybill,
        "logistics_code": template.logistics_codes[card.courier],
        "phone_no": _last_digits(card),
    }
    return {
        "out_biz_no": card.id,
        _BUYER[id_mode]: to.reveal(),
        **_paid(payment),
        "order_create_time": beijing_text(card.began_at),
        "order_modified_time": beijing_text(max(now, card.began_at + _SECOND)),
        "item_order_list": [{"item_name": card.goods, "quantity": 1}],
        "logistics_info_list": [parcel],
        "ext_info": [{"ext_key": key, "ext_value": value} for key, value in words.items()],
    }


def express_content(
    to: OpenId, card: ParcelCard, template: ParcelTemplate, *, id_mode: IdMode, now: datetime
) -> dict[str, Any]:
    return {
        "waybill_no": card.waybill,
        "logistics_code": template.logistics_codes[card.courier],
        "check_phone_no": _last_digits(card),
        id_mode.value: to.reveal(),
        "expire_time": beijing_text(now + CARD_LIFE),
    }


def read_card_url(node: Mapping[str, Any]) -> str | None:
    """None: Alipay has no card of this parcel."""
    url = node.get("card_url")
    return url if isinstance(url, str) and url else None


def _paid(payment: ChannelPayment | None) -> dict[str, str]:
    if payment is None:
        return {"order_type": "SERVICE_ORDER"}
    amount = yuan_from_fen(payment.amount_fen)
    return {
        "order_type": "TRADE_ORDER",
        "trade_no": payment.transaction,
        "amount": amount,
        "pay_amount": amount,
        "order_pay_time": beijing_text(payment.paid_at),
    }


def _last_digits(card: ParcelCard) -> str:
    return card.recipient_phone.reveal()[-_LAST_DIGITS:]
