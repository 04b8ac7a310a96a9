"""Where calls come in: who calls, what was sealed, and the three things that can be asked.

An order's number makes one parcel for ever: asked again it gets the waybill made first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from mock_platforms.couriers.ems.identity import Customer
from mock_platforms.couriers.ems.refusals import (
    CANCELLED,
    FETCHED,
    NO_CUSTOMER,
    NO_ORDER,
    NO_SUCH_CALL,
    NOT_JSON,
    Refused,
    missing,
)
from mock_platforms.couriers.ems.sm4 import unseal
from mock_platforms.couriers.ems.words import traces_of
from mock_platforms.couriers.moments import beijing_text
from mock_platforms.couriers.parcels import Parcel, Parcels, Step
from mock_platforms.stage import Stage
from mock_platforms.wire import Request, Response, json_response

COURIER = "ems"
_ASKED = ("apiCode", "senderNo", "authorization", "timeStamp", "logitcsInterface")
_ORDER = ("ecommerceUserId", "logisticsOrderNo", "createdTime", "contentsAttribute", "bizProductNo")
OPERATIONS = {"020003": "ems.order", "020006": "ems.cancel", "040001": "ems.traces"}
_NUMBER = re.compile("[0-9A-Za-z-]{4,40}")
_CONTACT = ("name", "mobile", "prov", "city", "county", "address")


class Counter:
    def __init__(self, stage: Stage, parcels: Parcels, customer: Customer) -> None:
        self._stage, self._parcels, self._customer = stage, parcels, customer
        self._calls: dict[str, Callable[[Any], Any]] = {
            "020003": self._order,
            "020006": self._cancel,
            "040001": self._traces,
        }

    def answer(self, request: Request) -> Response:
        try:
            call, content = self._opened(request)
            return self._says("00000", "成功", call(content))
        except Refused as no:
            return self._says(no.code, no.message, None)

    def numbers(self, request: Request) -> Collection[str]:
        """Which parcels a call is about, for faults that are meant for one."""
        try:
            content = unseal(_form(request).get("logitcsInterface", ""), self._customer.sign_key)
        except Refused:
            return set()
        return set(_NUMBER.findall(content.decode(errors="replace")))

    def _opened(self, request: Request) -> tuple[Callable[[Any], Any], Any]:
        form = _form(request)
        for name in _ASKED:
            if not form.get(name):
                raise missing(name)
        said = (form["senderNo"], form["authorization"])
        if said != (self._customer.sender_no, self._customer.authorization):
            raise Refused(*NO_CUSTOMER)
        if form["apiCode"] not in self._calls:
            raise Refused(*NO_SUCH_CALL)
        try:
            datetime.strptime(form["timeStamp"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - its form
            content = json.loads(unseal(form["logitcsInterface"], self._customer.sign_key))
        except (ValueError, RecursionError) as error:
            raise Refused(*NOT_JSON) from error
        return self._calls[form["apiCode"]], content

    def _order(self, content: Any) -> dict[str, str]:
        if not isinstance(content, list) or len(content) != 1:
            raise Refused(*NOT_JSON)
        order = _complete(content[0], _ORDER)
        sender, receiver = (_complete(order.get(side), _CONTACT) for side in ("sender", "receiver"))
        cargos = order.get("cargos")
        if not isinstance(cargos, list) or not cargos:
            raise missing("cargos")
        for cargo in cargos:
            _complete(cargo, ("cargoName",))
        number = order["logisticsOrderNo"]
        parcel = self._parcels.of_number(COURIER, number)
        if parcel is not None and parcel.cancelled_at is not None:
            raise Refused(*CANCELLED)
        parcel = parcel or self._made(number, sender, receiver)
        return {"waybillNo": parcel.waybill, "logisticsOrderNo": number}

    def _made(self, number: str, sender: dict[str, str], receiver: dict[str, str]) -> Parcel:
        now, chance = self._stage.clock.now(), self._stage.randomness
        while self._parcels.find(waybill := "11" + chance.digits(11)):
            continue
        parcel = Parcel(COURIER, waybill, number, _side(sender), _side(receiver), ordered_at=now)
        self._parcels.add(parcel)
        self._parcels.scan(parcel, Step.ORDERED, now)
        return parcel

    def _cancel(self, content: Any) -> dict[str, str]:
        asked = _complete(content, ("logisticsOrderNo", "waybillNo", "cancelReason"))
        parcel = self._parcels.of_number(COURIER, asked["logisticsOrderNo"])
        if parcel is None or parcel.waybill != asked["waybillNo"]:
            raise Refused(*NO_ORDER)
        if parcel.fetched:
            raise Refused(*FETCHED)
        if parcel.cancelled_at is None:
            self._parcels.scan(parcel, Step.CANCELLED, self._stage.clock.now())
        return {"waybillNo": parcel.waybill}

    def _traces(self, content: Any) -> dict[str, Any]:
        asked = _complete(content, ("waybillNo",))
        parcel = self._parcels.find(asked["waybillNo"])
        known = parcel is not None and parcel.courier == COURIER
        return {"responseItems": traces_of(parcel) if parcel and known else []}

    def _says(self, code: str, message: str, content: Any) -> Response:
        body = None if content is None else json.dumps(content, ensure_ascii=False)
        said = {
            "serialNo": self._stage.randomness.hex(32).upper(),
            "retCode": code,
            "retMsg": message,
            "retBody": body,
            "retDate": beijing_text(self._stage.clock.now()),
            "success": body is not None,
        }
        return json_response(said, why="" if body is not None else f"{code} {message}")


def operation_of(request: Request) -> str:
    """Its path serves all calls: the form says which."""
    return OPERATIONS.get(_form(request).get("apiCode", ""), "ems.open")


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))


def _complete(content: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise Refused(*NOT_JSON)
    for name in names:
        if not isinstance(content.get(name), str) or not content[name]:
            raise missing(name)
    return content


def _side(contact: dict[str, str]) -> dict[str, str]:
    return {
        "name": contact["name"],
        "phone": contact["mobile"],
        "province": contact["prov"],
        "city": contact["city"],
        "district": contact["county"],
        "street": contact["address"],
    }
