"""RoutePushService: new routes are told to one address, unsigned, up to ten at a time.

Source: showdoc.com.cn/hnqiao/9157102515696868. Only parcels ordered through 丰桥 are told of, each
node once; what was not taken comes again as it was, three times.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

from mock_platforms.commands import Command, ControlRoute
from mock_platforms.couriers.parcels import Parcel, Parcels, Scan
from mock_platforms.couriers.sf.routes import pushed_json
from mock_platforms.deliveries import Notice
from mock_platforms.faults import Fault
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing, Response

PUSH = "sf.push"
MOST_ROUTES = 10
LADDER_S = (600, 600, 600)


class Pushes:
    def __init__(self, stage: Stage, parcels: Parcels) -> None:
        self._stage = stage
        self._parcels = parcels
        self._url = ""
        self._form = False
        self._gather_s = 0.0
        self._waiting: list[tuple[Parcel, Scan]] = []

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST", "/couriers/sf/push-address", self.set_address,
                "From now on routes are pushed there.",
                fields={
                    "url": "as given to SF's console; empty: nowhere",
                    "form?": "true: XML in a form; else JSON",
                    "gather_s?": "for how long routes are gathered into one push",
                },
                answers='{"url", "form"}',
            )
        ]  # fmt: skip

    def set_address(self, command: Command) -> dict[str, Any]:
        self._url, self._form = command.text("url", ""), command.flag("form")
        self._gather_s = command.number("gather_s", 0)
        return {"url": self._url, "form": self._form}

    def hear(self, parcel: Parcel, scan: Scan) -> None:
        if not self._url or not parcel.number:
            return
        self._waiting.append((parcel, scan))
        if len(self._waiting) == 1:
            self._stage.clock.after(self._gather_s, self._push, "sf routes gathered")

    def _push(self) -> None:
        told = [
            route
            for parcel, scan in self._waiting
            if (route := pushed_json(parcel, scan, self._stage.randomness.digits(15))) is not None
        ]
        self._waiting = []
        for first in range(0, len(told), MOST_ROUTES):
            self._post(told[first : first + MOST_ROUTES])

    def _post(self, routes: Sequence[dict[str, Any]]) -> None:
        compose = partial(_form if self._form else _json, self._url, routes)
        numbers = {str(route[name]) for route in routes for name in ("mailno", "orderid")}
        self._stage.deliveries.post(
            Notice("couriers", PUSH, numbers, compose, _accepted, ladder_s=LADDER_S)
        )


def _json(url: str, routes: Sequence[dict[str, Any]], _: Fault | None) -> Outgoing:
    body = json.dumps({"Body": {"WaybillRoute": routes}}, ensure_ascii=False).encode()
    return Outgoing("POST", url, Headers({"Content-Type": "application/json;charset=UTF-8"}), body)


def _form(url: str, routes: Sequence[dict[str, Any]], _: Fault | None) -> Outgoing:
    body = urlencode({"content": _xml(routes)}).encode()
    kind = "application/x-www-form-urlencoded; charset=UTF-8"
    return Outgoing("POST", url, Headers({"Content-Type": kind}), body)


def _xml(routes: Sequence[dict[str, Any]]) -> str:
    told = "".join(
        "<WaybillRoute "
        + " ".join(f"{name}={quoteattr(str(v))}" for name, v in route.items() if v is not None)
        + "/>"
        for route in routes
    )
    head = "<?xml version='1.0' encoding='UTF-8'?>"
    return f'{head}<Request service="RoutePushService" lang="zh-CN"><Body>{told}</Body></Request>'


def _accepted(response: Response) -> bool:
    """`return_code` 0000; or in form mode a Head that says OK."""
    if response.status != 200:
        return False
    if b"<Head>OK</Head>" in response.body:
        return True
    try:
        return bool(json.loads(response.body)["return_code"] == "0000")
    except (ValueError, KeyError, TypeError):
        return False
