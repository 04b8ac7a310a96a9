"""丰桥's services: an order made, found, cancelled; the routes of parcels.

A number makes one order for ever: a second one is 8016, also after the first was cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_platforms.couriers.parcels import Parcel, Parcels, Step
from mock_platforms.couriers.sf.order_fields import read_order
from mock_platforms.couriers.sf.refusals import Refused
from mock_platforms.couriers.sf.routes import NAME, route_json
from mock_platforms.faults import CALL, FaultKind
from mock_platforms.stage import Stage

OPERATIONS = {
    "EXP_RECE_CREATE_ORDER": "sf.create",
    "EXP_RECE_SEARCH_ORDER_RESP": "sf.search",
    "EXP_RECE_UPDATE_ORDER": "sf.update",
    "EXP_RECE_SEARCH_ROUTES": "sf.routes",
}
FAULTS = (
    FaultKind(
        "order_not_found", "8018 for an order that is there.", CALL, frozenset({"sf.search"})
    ),
    FaultKind(
        "routes_behind",
        "The newest route, pushed already, is not in the answer yet.",
        CALL,
        frozenset({"sf.routes"}),
    ),
)
_MOST_NUMBERS = 10
_CANCEL = 2


class Desk:
    def __init__(self, stage: Stage, parcels: Parcels) -> None:
        self.monthly_card = "755" + stage.keys.secret("sf_monthly_card", 7, "0123456789")
        self._stage = stage
        self._parcels = parcels
        self._services: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "EXP_RECE_CREATE_ORDER": self._create,
            "EXP_RECE_SEARCH_ORDER_RESP": self._search,
            "EXP_RECE_UPDATE_ORDER": self._update,
            "EXP_RECE_SEARCH_ROUTES": self._routes,
        }

    def serves(self, service: str) -> bool:
        return service in self._services

    def answer(self, service: str, data: Mapping[str, Any]) -> dict[str, Any]:
        return self._services[service](data)

    def _create(self, data: Mapping[str, Any]) -> dict[str, Any]:
        order = read_order(data, self.monthly_card)
        if self._parcels.of_number(NAME, order.number):
            raise Refused("8016")
        now = self._stage.clock.now()
        waybill = "SF" + self._stage.randomness.digits(13)
        parcel = Parcel(NAME, waybill, order.number, order.sender, order.recipient, now)
        self._parcels.scan(self._parcels.add(parcel), Step.ORDERED, now)
        return _order_json(parcel) | {"filterResult": 2, "remark": ""}

    def _search(self, data: Mapping[str, Any]) -> dict[str, Any]:
        parcel = self._ordered(data)
        if self._stage.faults.take("couriers", "order_not_found", "sf.search", [parcel.number]):
            raise Refused("8018")
        if parcel.cancelled_at:
            raise Refused("8037")
        return _order_json(parcel) | {"filterResult": 2, "remark": ""}

    def _update(self, data: Mapping[str, Any]) -> dict[str, Any]:
        parcel, deal = self._ordered(data), data.get("dealType", 1)
        if deal not in (1, _CANCEL):
            raise Refused("6131")
        named = [each.get("waybillNo") for each in data.get("waybillNoInfoList") or ()]
        if any(each != parcel.waybill for each in named):
            raise Refused("8017")
        if parcel.cancelled_at:
            raise Refused("8037")
        if deal != _CANCEL:
            raise Refused("8252")  # an order is confirmed as it is made
        if parcel.fetched:
            raise Refused("8044")
        self._parcels.scan(parcel, Step.CANCELLED, self._stage.clock.now())
        return _order_json(parcel) | {"resStatus": 2, "extraInfoList": None}

    def _routes(self, data: Mapping[str, Any]) -> dict[str, Any]:
        numbers, kind = data.get("trackingNumber"), str(data.get("trackingType"))
        if not isinstance(numbers, list) or not numbers:
            raise Refused("8013")
        if len(numbers) > _MOST_NUMBERS:
            raise Refused("9083")
        if kind not in ("1", "2"):
            raise Refused("6133")
        if str(data.get("methodType")) != "1":
            raise Refused("6132")
        phones = str(data.get("checkPhoneNo", "")).split(",")
        answers = [
            self._route_list(kind, str(number), phones[place] if place < len(phones) else "")
            for place, number in enumerate(numbers)
        ]
        return {"routeResps": answers}

    def _route_list(self, kind: str, number: str, phone: str) -> dict[str, Any]:
        """What is not there, and what one may not see, look alike: no routes."""
        find = self._parcels.find
        parcel = find(number) if kind == "1" else self._parcels.of_number(NAME, number)
        if parcel is None or parcel.courier != NAME or not _may_see(parcel, phone):
            return {"mailNo": number, "routes": []}
        routes = [
            route
            for scan in reversed(parcel.newest_first())
            if (route := route_json(scan)) is not None
        ]
        known = [parcel.number, parcel.waybill]
        if self._stage.faults.take("couriers", "routes_behind", "sf.routes", known):
            routes = routes[:-1]
        return {"mailNo": parcel.waybill, "routes": routes}

    def _ordered(self, data: Mapping[str, Any]) -> Parcel:
        number = data.get("orderId")
        if not number:
            raise Refused("6118")
        parcel = self._parcels.of_number(NAME, str(number))
        if parcel is None:
            raise Refused("8024")
        return parcel


def _may_see(parcel: Parcel, phone: str) -> bool:
    """The last four digits of either side's telephone; its own orders SF shows without."""
    known = [side["phone"][-4:] for side in (parcel.sender, parcel.recipient) if side.get("phone")]
    if not phone:
        return bool(parcel.number)
    return phone in known or (not known and len(phone) == 4 and phone.isdigit())


def _order_json(parcel: Parcel) -> dict[str, Any]:
    waybills = [{"waybillType": 1, "waybillNo": parcel.waybill}]
    return {"orderId": parcel.number, "waybillNoInfoList": waybills}
