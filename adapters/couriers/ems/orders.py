"""Orders as EMS takes them (020003 订单接入, 020006 订单取消). Pure.

Source: public clients of api.ems.com.cn. Chosen by us, confidence low: a document by express
(内件性质 1, 业务产品 1), paymentMode 2 for 到付.
"""

from datetime import datetime
from typing import Any

from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.parcels import Contact
from channel_gateway.ports import WaybillWish

_DOCUMENT = "1"
_EXPRESS = "1"
_SENDER_PAYS, _RECIPIENT_PAYS = "1", "2"


def write_order(wish: WaybillWish, sender_no: str, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "ecommerceUserId": sender_no,
            "logisticsOrderNo": wish.number,
            "createdTime": beijing_text(now),
            "contentsAttribute": _DOCUMENT,
            "bizProductNo": _EXPRESS,
            "paymentMode": _RECIPIENT_PAYS if wish.recipient_pays else _SENDER_PAYS,
            "sender": _contact(wish.sender),
            "receiver": _contact(wish.recipient),
            "cargos": [{"cargoName": wish.goods, "cargoQuantity": 1}],
        }
    ]


def write_cancellation(number: str, waybill: str) -> dict[str, str]:
    return {"logisticsOrderNo": number, "waybillNo": waybill, "cancelReason": "用户取消"}


def read_waybill(body: Any, number: str) -> str:
    """The waybill made for our number; clients have seen it alone and in a list of one.

    Raises `Unavailable` when it is not in there.
    """
    made = body[0] if isinstance(body, list) and body else body
    waybill = made.get("waybillNo") if isinstance(made, dict) else None
    if not isinstance(waybill, str) or not waybill:
        raise Unavailable("EMS's answer names no waybill")
    if made.get("logisticsOrderNo", number) != number:
        raise Unavailable("EMS's answer is about another order")
    return waybill


def _contact(contact: Contact) -> dict[str, str]:
    address = contact.address
    return {
        "name": contact.name.reveal(),
        "mobile": contact.phone.reveal(),
        "prov": address.province,
        "city": address.city,
        "county": address.district,
        "address": address.street,
        "postCode": address.postcode,
    }
