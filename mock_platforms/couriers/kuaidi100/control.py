"""What kuaidi100 does by itself, on demand: find the right courier, tell the whole again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.couriers.kuaidi100.companies import CODES, courier_of
from mock_platforms.couriers.kuaidi100.subscriptions import Subscription, Subscriptions
from mock_platforms.couriers.parcels import Parcels

_ONE = "/couriers/kuaidi100/parcels/{waybill}"


@dataclass(frozen=True, slots=True)
class Office:
    parcels: Parcels
    subscriptions: Subscriptions

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "GET", "/couriers/kuaidi100/subscriptions", self.tell,
                "Who is told of which parcel.",
                answers='{"subscriptions": [{"company", "number", "url", "status", "right_com"}]}',
            ),
            ControlRoute(
                "POST", f"{_ONE}/correct-carrier", self.correct,
                "It finds that another courier has the parcel, and tells of it in its name.",
                fields={"com": "by kuaidi100's code: zhongtong"},
                answers="the subscriptions",
            ),
            ControlRoute(
                "POST", f"{_ONE}/push-all", self.push_all,
                "It tells the whole again (updateall).", answers="the subscriptions",
            ),
        ]  # fmt: skip

    def tell(self, _: Command) -> dict[str, Any]:
        return _shown(self.subscriptions.all())

    def correct(self, command: Command) -> dict[str, Any]:
        ours, com = self._of(command), command.text("com")
        if com not in CODES:
            raise Refused(f"com is one of {', '.join(sorted(CODES))}", field="com")
        parcel = self.parcels.find(command.parts["waybill"])
        if parcel is not None:
            parcel.courier = courier_of(com)
        for each in ours:
            self.subscriptions.correct(each, com)
        return _shown(ours)

    def push_all(self, command: Command) -> dict[str, Any]:
        ours = self._of(command)
        for each in ours:
            self.subscriptions.push_all(each)
        return _shown(ours)

    def _of(self, command: Command) -> list[Subscription]:
        ours = self.subscriptions.of(command.parts["waybill"])
        if not ours:
            raise Refused("nobody has subscribed to it", field="waybill", status=404)
        return ours


def _shown(subscriptions: list[Subscription]) -> dict[str, Any]:
    return {
        "subscriptions": [
            {
                "company": each.com,
                "number": each.number,
                "url": each.url,
                "status": each.status,
                "right_com": each.right_com,
            }
            for each in subscriptions
        ]
    }
