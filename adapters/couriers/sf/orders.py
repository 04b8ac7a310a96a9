"""Orders in SF's words: made, found again by our number, taken back. Pure.

Source: open.sf-express.com, EXP_RECE_CREATE_ORDER, EXP_RECE_SEARCH_ORDER_RESP,
EXP_RECE_UPDATE_ORDER.
"""

import re
from collections.abc import Mapping
from typing import Any

from adapters.couriers.sf.calls import Account
from channel_gateway.domain.errors import Refused, Unavailable
from channel_gateway.domain.parcels import Contact
from channel_gateway.ports import WaybillWish

_SENDER, _RECIPIENT = 1, 2
_SENDER_PAYS, _RECIPIENT_PAYS = 1, 2
_CANCEL, _DONE = 2, 2
_OUT_OF_REACH = 3  # filterResult 不可收派
_MOTHER = 1  # waybillType: of the parcel itself; others are of its parts, or of a receipt
_MOBILE = re.compile(r"1\d{10}")


def write_order(account: Account, wish: WaybillWish) -> dict[str, Any]:
    order: dict[str, Any] = {
        "language": "zh-CN",
        "orderId": wish.number,
        "expressTypeId": account.express_type,
        "isDocall": 1,  # somebody comes for it
        "payMethod": _RECIPIENT_PAYS if wish.recipient_pays else _SENDER_PAYS,
        "cargoDetails": [{"name": wish.goods, "count": 1}],
        "contactInfoList": [
            _side(_SENDER, wish.sender),
            _side(_RECIPIENT, wish.recipient),
        ],
    }
    if account.monthly_card and not wish.recipient_pays:
        order["monthlyCard"] = account.monthly_card
    return order


def write_search(number: str) -> dict[str, Any]:
    return {"language": "zh-CN", "orderId": number, "searchType": "1"}


def write_cancelling(number: str, waybill: str) -> dict[str, Any]:
    """With the waybill, so that SF refuses if it is another order's."""
    waybills = [{"waybillType": 1, "waybillNo": waybill}] if waybill else []
    return {
        "language": "zh-CN",
        "orderId": number,
        "dealType": _CANCEL,
        "waybillNoInfoList": waybills,
    }


def read_waybill(answer: Mapping[str, Any], number: str) -> str:
    """The waybill of an order. Raises `Refused`; `Unavailable` while there is none yet."""
    if answer.get("orderId") != number:
        raise Unavailable("SF's answer is about another order")
    if answer.get("filterResult") in (_OUT_OF_REACH, str(_OUT_OF_REACH)):
        raise Refused("SF does not fetch or deliver there: filterResult 3")
    try:
        waybills = [
            str(each["waybillNo"])
            for each in answer.get("waybillNoInfoList") or ()
            if each["waybillNo"] and str(each.get("waybillType", _MOTHER)) == str(_MOTHER)
        ]
    except (AttributeError, KeyError, TypeError) as error:
        raise Unavailable("SF's waybills cannot be read") from error
    if not waybills:
        raise Unavailable("SF has the order and no waybill for it yet")
    return waybills[0]


def read_cancelled(answer: Mapping[str, Any]) -> None:
    """Raises `Refused`."""
    if answer.get("resStatus") not in (_DONE, str(_DONE)):
        raise Refused("SF did not cancel: the order and the waybill do not fit")


def _side(kind: int, contact: Contact) -> dict[str, Any]:
    phone, address = contact.phone.reveal(), contact.address
    side = {
        "contactType": kind,
        "contact": contact.name.reveal(),
        "mobile" if _MOBILE.fullmatch(phone) else "tel": phone,
        "country": "CN",
        "province": address.province,
        "city": address.city,
        "county": address.district,
        "address": address.street,
    }
    return side | ({"postCode": address.postcode} if address.postcode else {})
