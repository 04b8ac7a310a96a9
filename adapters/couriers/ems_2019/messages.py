"""Orders and traces as EMS wrote them in 2019. Pure.

Source: the interface as Hefei uses it (github.com/yanFranklin/bdc20230104), and public clients:
orderNormals in a list, cancelCode 28 for 客户取消订单, traces. Chosen by us, confidence low:
receiverPay 1 for 到付.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from adapters.couriers.china_post import stage_of
from channel_gateway.domain.days import moment_from_beijing_text
from channel_gateway.domain.errors import Malformed, Unavailable
from channel_gateway.domain.parcels import Contact, Scan, Stage
from channel_gateway.ports import WaybillWish

STAGES: Mapping[str, Stage] = {
    "00": Stage.PICKED_UP,  # 收寄
    "10": Stage.SIGNED,  # 妥投: to whom, the remark says
    "20": Stage.NOT_DELIVERED,  # 未妥投
    "30": Stage.IN_TRANSIT,  # 经转
    "40": Stage.IN_TRANSIT,  # 离开处理中心
    "41": Stage.IN_TRANSIT,  # 到达处理中心
    "50": Stage.OUT_FOR_DELIVERY,  # 安排投递
}
_BY_THE_SENDER = "1"
_STANDARD = "1"
_CANCELLED_BY_CUSTOMER = "28"


def write_order(wish: WaybillWish) -> dict[str, str]:
    order = {
        "txLogisticID": wish.number,
        "mailNo": "",
        "orderType": _BY_THE_SENDER,
        "serviceType": _STANDARD,
        "receiverPay": "1" if wish.recipient_pays else "0",
        "sender": _contact(wish.sender),
        "receiver": _contact(wish.recipient),
        "items": [{"name": wish.goods, "number": 1}],
    }
    return {"orderNormal": orjson.dumps({"orderNormals": [order]}).decode()}


def write_cancellation(number: str) -> dict[str, str]:
    return {"txLogisticID": number, "cancelCode": _CANCELLED_BY_CUSTOMER}


def read_waybill(answer: Mapping[str, Any], number: str) -> str:
    """Raises `Unavailable` unless it is the waybill of our number."""
    waybill = answer.get("mailNo")
    if answer.get("txLogisticID") != number or not isinstance(waybill, str) or not waybill:
        raise Unavailable("EMS's answer names no waybill of the order")
    return waybill


def read_traces(answer: Mapping[str, Any], waybill: str) -> tuple[Scan, ...]:
    """Raises `Unavailable`: what is not about the parcel, or unreadable, says nothing of it."""
    if answer.get("mailNo", waybill) != waybill:
        raise Unavailable("EMS's answer is about another parcel")
    try:
        return tuple(_read_scan(trace) for trace in answer.get("traces") or ())
    except (Malformed, KeyError, TypeError, AttributeError) as error:
        raise Unavailable("EMS's traces cannot be read") from error


def _read_scan(trace: Mapping[str, Any]) -> Scan:
    code, text = str(trace["code"]), str(trace.get("remark") or "")
    at, place = moment_from_beijing_text(trace["acceptTime"]), trace.get("acceptAddress")
    return Scan(at, code, stage_of(STAGES.get(code), text), str(place or ""), text)


def _contact(contact: Contact) -> dict[str, str]:
    address = contact.address
    return {
        "name": contact.name.reveal(),
        "postCode": address.postcode,
        "mobile": contact.phone.reveal(),
        "prov": address.province,
        "city": address.city,
        "county": address.district,
        "address": address.street,
    }
