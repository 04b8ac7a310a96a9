"""SF Express 顺丰速运 through its 丰桥: orders, routes, and routes pushed without any signature."""

from __future__ import annotations

from mock_platforms.couriers.parcels import Parcels
from mock_platforms.couriers.player import Player
from mock_platforms.couriers.sf.desk import FAULTS, OPERATIONS, Desk
from mock_platforms.couriers.sf.gate import Gate, orders_named, service_named, trouble
from mock_platforms.couriers.sf.pushes import PUSH, Pushes
from mock_platforms.couriers.sf.routes import NAME
from mock_platforms.routes import Route
from mock_platforms.stage import Stage


def build(stage: Stage, parcels: Parcels) -> Player:
    gate = Gate(
        stage,
        partner_id="CITY" + stage.keys.secret("sf_partner_id", 8, "ABCDEFGHJKLMNPQRSTUVWXYZ"),
        checkword=stage.keys.secret("sf_checkword", 32),
        access_token=stage.keys.secret("sf_access_token", 32),
    )
    desk, pushes = Desk(stage, parcels), Pushes(stage, parcels)
    parcels.listen(NAME, pushes.hear)
    return Player(
        name=NAME,
        routes=[Route("POST", "/std/service", gate.keeping(desk), "sf.service")],
        describe={
            "partner_id": gate.partner_id,
            "checkword": gate.checkword,
            "access_token": gate.access_token,
            "monthly_card": desk.monthly_card,
        },
        control=pushes.rows(),
        notices=[PUSH],
        faults=FAULTS,
        trouble=trouble,
        orders=orders_named,
        operation=lambda route, request: OPERATIONS.get(service_named(request), route.operation),
        more_operations=list(OPERATIONS.values()),
    )
