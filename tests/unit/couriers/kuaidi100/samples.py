"""An account, a parcel, and pushes as the vectors have them."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from adapters.couriers.kuaidi100.account import Account, Carrier
from channel_gateway.domain.people import Phone
from channel_gateway.ports import CourierCard, Parcel

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "couriers_kuaidi100.json").read_text(encoding="utf-8")
)
SALT = VECTORS["salt"]
OLDER_SALT = "0ldS4lt0ldS4lt0ldS4lt"
YTO, ZTO = CourierCard("圆通速递", "95554"), CourierCard("中通快递", "95311")
ACCOUNT = Account(
    "https://poll.kuaidi100.test",
    "CUSTOMER",
    "the-key",
    (OLDER_SALT, SALT),
    "https://gateway.test/callbacks/couriers/kuaidi100",
    {"yto": Carrier("yuantong", YTO), "zto": Carrier("zhongtong", ZTO)},
    {"shunfeng": "sf"},
)
PARCEL = Parcel(
    "YT0000000001",
    phone=Phone("13800001234"),
    sender_city="浙江省杭州市",
    recipient_city="浙江省宁波市",
)


def body(name: str) -> bytes:
    """A push of the vectors, as it travels."""
    push = VECTORS["pushes"][name]
    return urlencode({"sign": push["sign"], "param": push["param"]}).encode()


def param(name: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(VECTORS["pushes"][name]["param"])
    return said
