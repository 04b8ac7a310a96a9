"""The calls about parcels, and the control rows that show and move them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.routes import Route
from mock_platforms.wechat.errors import done
from mock_platforms.wechat.platform import OpenPlatform
from mock_platforms.wechat.waybills import COURIERS, STATUSES, Waybills

_AT = "/cgi-bin/express/delivery/open_msg"


@dataclass(frozen=True, slots=True)
class WaybillDesk:
    platform: OpenPlatform
    waybills: Waybills

    def calls(self) -> list[Route]:
        rules = {
            "trace_waybill": self.trace,
            "query_trace": self.query,
            "get_delivery_list": self.couriers,
        }
        return [
            row
            for name, rule in rules.items()
            for row in self.platform.posts(f"{_AT}/{name}", rule, name)
        ]

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "GET",
                "/wechat/waybills/{waybill_id}",
                self.look,
                "Look at how a parcel is shown in WeChat, to whom.",
                answers='{"parcels": [{"openid", "trans_id", "goods", "status", "told", …}]}',
            ),
            ControlRoute(
                "POST",
                "/wechat/waybills/{waybill_id}/status",
                self.move,
                "The courier tells WeChat how the parcel stands.",
                {"status": "0 not picked up, 1, 2 on its way, 3, 4 signed, 5 abnormal, 6 by proxy"},
                '{"parcels": […]}',
            ),
        ]

    def trace(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return done(waybill_token=self.waybills.trace(body, self.platform.citizens))

    def query(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        parcel = self.waybills.behind(body)
        return done(
            waybill_info={"status": parcel.status, "waybill_id": parcel.waybill_id},
            shop_info={"goods_info": {"detail_list": list(parcel.goods)}},
            delivery_info={
                "delivery_id": parcel.delivery_id,
                "delivery_name": COURIERS.get(parcel.delivery_id, ""),
            },
        )

    def couriers(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        listed = [{"delivery_id": id, "delivery_name": name} for id, name in COURIERS.items()]
        return done(count=len(listed), delivery_list=listed)

    def look(self, command: Command) -> dict[str, Any]:
        found = self.waybills.of_number(command.parts["waybill_id"])
        return {"parcels": [asdict(parcel) for parcel in found]}

    def move(self, command: Command) -> dict[str, Any]:
        status = command.integer("status")
        if status not in STATUSES:
            raise Refused("status is 0 to 6", field="status")
        found = self.waybills.of_number(command.parts["waybill_id"])
        if not found:
            raise Refused("WeChat knows no such parcel", field="waybill_id", status=404)
        for parcel in found:
            self.waybills.parcels[parcel.key] = replace(parcel, status=status)
        return self.look(command)
