"""Where calls come in: an order, its cancellation, the traces of a waybill.

An order's txLogisticID makes one parcel for ever: asked again it gets the waybill made first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from mock_platforms.couriers.ems_2019.refusals import (
    MISSING,
    NO_ORDER,
    NO_SUCH_CALL,
    NOT_JSON,
    NOT_NOW,
    Refused,
)
from mock_platforms.couriers.ems_2019.signing import Customer, check
from mock_platforms.couriers.ems_2019.words import traces_of
from mock_platforms.couriers.parcels import Parcel, Parcels, Step
from mock_platforms.stage import Stage
from mock_platforms.wire import Request, Response, json_response

COURIER = "ems_2019"
OPERATIONS = {
    "ems.inland.order.create.normal": "ems_2019.order",
    "ems.inland.waybill.got.cancellation": "ems_2019.cancel",
    "ems.inland.trace.query": "ems_2019.traces",
    "ems.track": "ems_2019.traces",  # as the published vector calls it
}
_CONTACT = ("name", "prov", "city", "county", "address")

Form = dict[str, str]


class Counter:
    def __init__(self, stage: Stage, parcels: Parcels, customer: Customer) -> None:
        self._stage, self._parcels, self._customer = stage, parcels, customer
        self._calls: dict[str, Callable[[Form], dict[str, Any]]] = {
            "ems_2019.order": self._order,
            "ems_2019.cancel": self._cancel,
            "ems_2019.traces": self._traces,
        }

    def answer(self, request: Request) -> Response:
        form = _form(request)
        try:
            check(form, self._customer)
            call = self._calls.get(operation_of(request), _no_such_call)
            return json_response({"success": "T", **call(form)})
        except Refused as no:
            said = {"success": "F", "errorCode": no.code, "errorMsg": no.message}
            return json_response(said, why=f"{no.code} {no.message}")

    def _order(self, form: Form) -> dict[str, Any]:
        try:
            [order] = json.loads(form.get("orderNormal", ""))["orderNormals"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Refused(*NOT_JSON) from error
        number = _texts(order, ("txLogisticID", "orderType", "serviceType"))["txLogisticID"]
        sides = [_side(order.get(side)) for side in ("sender", "receiver")]
        parcel = self._parcels.of_number(COURIER, number)
        if parcel is not None and parcel.cancelled_at is not None:
            raise Refused(*NOT_NOW)
        parcel = parcel or self._made(number, *sides)
        return {"mailNo": parcel.waybill, "txLogisticID": number}

    def _made(self, number: str, sender: dict[str, str], receiver: dict[str, str]) -> Parcel:
        now, chance = self._stage.clock.now(), self._stage.randomness
        while self._parcels.find(waybill := "10" + chance.digits(11)):
            continue
        parcel = Parcel(COURIER, waybill, number, sender, receiver, ordered_at=now)
        self._parcels.add(parcel)
        self._parcels.scan(parcel, Step.ORDERED, now)
        return parcel

    def _cancel(self, form: Form) -> dict[str, Any]:
        asked = _texts(form, ("txLogisticID", "cancelCode"))
        parcel = self._parcels.of_number(COURIER, asked["txLogisticID"])
        if parcel is None:
            raise Refused(*NO_ORDER)
        if parcel.fetched:
            raise Refused(*NOT_NOW)
        if parcel.cancelled_at is None:
            self._parcels.scan(parcel, Step.CANCELLED, self._stage.clock.now())
        return {"txLogisticID": parcel.number}

    def _traces(self, form: Form) -> dict[str, Any]:
        waybill = _texts(form, ("mailNo",))["mailNo"]
        parcel = self._parcels.find(waybill)
        known = parcel is not None and parcel.courier == COURIER
        return {"mailNo": waybill, "traces": traces_of(parcel) if parcel and known else []}


def operation_of(request: Request) -> str:
    """Its path serves all calls: the form says which."""
    return OPERATIONS.get(_form(request).get("method", ""), "ems_2019.gateway")


def _form(request: Request) -> Form:
    return dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))


def _no_such_call(_: Form) -> dict[str, Any]:
    raise Refused(*NO_SUCH_CALL)


def _texts(content: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise Refused(*NOT_JSON)
    for name in names:
        if not isinstance(content.get(name), str) or not content[name]:
            raise Refused(MISSING[0], f"{MISSING[1]}: {name}")
    return content


def _side(contact: Any) -> dict[str, str]:
    said = _texts(contact, _CONTACT)
    phone = said.get("mobile") or said.get("phone")
    if not isinstance(phone, str):
        raise Refused(MISSING[0], f"{MISSING[1]}: mobile")
    return {
        "name": said["name"],
        "phone": phone,
        "province": said["prov"],
        "city": said["city"],
        "district": said["county"],
        "street": said["address"],
    }
