"""Kuaidi100's codes of couriers, and what it shows of a parcel without a telephone number. Pure."""

from __future__ import annotations

from mock_platforms.couriers.parcels import Parcel

# By the name a parcel's courier has with us; its own codes are always lower case.
COMPANIES = {
    "sf": "shunfeng", "ems": "ems", "ems_2019": "ems", "yto": "yuantong", "zto": "zhongtong",
    "sto": "shentong", "yunda": "yunda", "jd": "jd", "jt": "jtexpress", "deppon": "debangwuliu",
}  # fmt: skip
CODES = frozenset(COMPANIES.values())
_PHONE_NEEDED = frozenset({"shunfeng", "zhongtong"})
_SHOWN = 4  # digits of a number that are compared


def code_of(courier: str) -> str:
    return COMPANIES.get(courier, courier)


def courier_of(com: str) -> str:
    return next((name for name, code in COMPANIES.items() if code == com), com)


def needs_phone(com: str) -> bool:
    return com in _PHONE_NEEDED


def may_see(parcel: Parcel, com: str, phone: str) -> bool:
    """Whether who asks with this number sees the parcel. Where no number is known any will do."""
    if not needs_phone(com):
        return True
    known = {each["phone"] for each in (parcel.sender, parcel.recipient) if each.get("phone")}
    return bool(phone) and (not known or any(each[-_SHOWN:] == phone[-_SHOWN:] for each in known))
