"""The message of EXP_RECE_CREATE_ORDER, read strictly: what lacks has a code of its own. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_platforms.couriers.sf.refusals import Refused

_SENDER, _RECIPIENT = 1, 2
# Of each side: without a name, without a telephone, without an address.
_LACKS = {_SENDER: ("6103", "6121", "6106"), _RECIPIENT: ("6108", "6119", "6117")}
_LONGEST_NUMBER = 64


@dataclass(frozen=True, slots=True)
class Order:
    number: str
    sender: dict[str, str]
    recipient: dict[str, str]


def read_order(data: Mapping[str, Any], monthly_card: str) -> Order:
    number = data.get("orderId")
    if not number or not isinstance(number, str):
        raise Refused("6118")
    if len(number) > _LONGEST_NUMBER:
        raise Refused("9001")
    if not data.get("language"):
        raise Refused("6101")
    if data.get("payMethod", 1) not in (1, 2, 3):
        raise Refused("6129")
    if data.get("monthlyCard", monthly_card) != monthly_card:
        raise Refused("6126")
    cargo = _objects(data, "cargoDetails")
    if not all(each.get("name") for each in cargo):
        raise Refused("6125")
    contacts = {each.get("contactType"): each for each in _objects(data, "contactInfoList")}
    if contacts.keys() != {_SENDER, _RECIPIENT}:
        raise Refused("6101")
    sender, recipient = (_side(contacts[kind], kind) for kind in (_SENDER, _RECIPIENT))
    return Order(number, sender, recipient)


def _side(contact: Mapping[str, Any], kind: int) -> dict[str, str]:
    nameless, phoneless, homeless = _LACKS[kind]
    name = contact.get("contact") or contact.get("company")
    phone = contact.get("mobile") or contact.get("tel")
    if not name:
        raise Refused(nameless)
    if not phone:
        raise Refused(phoneless)
    if not contact.get("address"):
        raise Refused(homeless)
    if not contact.get("country"):
        raise Refused("6101")
    names = {"province": "province", "city": "city", "district": "county", "street": "address"}
    places = {ours: str(contact.get(theirs, "")) for ours, theirs in names.items()}
    return {"name": str(name), "phone": str(phone), **places}


def _objects(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = data.get(name)
    if not (isinstance(value, list) and value and all(isinstance(one, dict) for one in value)):
        raise Refused("6101")
    return value
