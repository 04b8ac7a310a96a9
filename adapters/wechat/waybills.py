"""A parcel in WeChat's own component: told of once paid through WeChat, opened by a token. Pure.

Source: developers.weixin.qq.com, «物流服务 · 物流查询组件» (open_msg, trace_waybill): every call
gives a token, and a token opens the component for its own citizen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.wechat.answers import read_answer
from adapters.wechat.app import App, post
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ParcelCard
from channel_gateway.wire import HttpRequest, HttpResponse

# By our codes of couriers; EMS carries what is posted, too.
DELIVERY_IDS = {
    "ems": "EMS",
    "post": "EMS",
    "sf": "SF",
    "yto": "YTO",
    "zto": "ZTO",
    "sto": "STO",
    "yunda": "YUNDA",
}


@dataclass(frozen=True, slots=True)
class ParcelLooks:
    """What WeChat shows beside a parcel, and how it calls its courier."""

    image_url: str
    delivery_ids: Mapping[str, str] = field(default_factory=lambda: DELIVERY_IDS)


def trace_waybill(
    app: App, token: str, to: OpenId, card: ParcelCard, transaction: str, looks: ParcelLooks
) -> HttpRequest:
    """`transaction`: WeChat Pay's number of the payment; there is no component without one."""
    goods = {"goods_name": card.goods, "goods_img_url": looks.image_url}
    body: dict[str, Any] = {
        "openid": to.reveal(),
        "waybill_id": card.waybill,
        "trans_id": transaction,
        "goods_info": {"detail_list": [goods]},
        "receiver_phone": card.recipient_phone.reveal(),  # some couriers show nothing without it
    }
    if delivery_id := looks.delivery_ids.get(card.courier):  # else WeChat tells by the number
        body["delivery_id"] = delivery_id
    if card.page:
        body["order_detail_path"] = card.page
    path = "/cgi-bin/express/delivery/open_msg/trace_waybill"
    return post(app.url(path, access_token=token), body)


def read_waybill_token(response: HttpResponse) -> str:
    """Raises `Malformed`, and what all calls raise."""
    token = read_answer(response).get("waybill_token")
    if not isinstance(token, str) or not token:
        raise Malformed("an answer without a waybill_token", field="waybill_token")
    return token
