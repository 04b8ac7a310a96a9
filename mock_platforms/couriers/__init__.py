"""Couriers: one world of parcels, each courier in a folder of its own that offers `build`.

    def build(stage: Stage, parcels: Parcels) -> Player

Its routes have paths of their own, so that all couriers share one root address.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from mock_platforms.couriers.control import Depot
from mock_platforms.couriers.parcels import Parcels
from mock_platforms.couriers.player import Player
from mock_platforms.routes import find
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Request

NAME = "couriers"


def build(stage: Stage) -> StandIn:
    parcels = Parcels(stage.randomness)
    folders = sorted(each.name for each in pkgutil.iter_modules(__path__) if each.ispkg)
    players: list[Player] = [
        import_module(f"{__name__}.{name}").build(stage, parcels) for name in folders
    ]
    depot = Depot(stage, parcels)
    owners = {row.operation: each for each in players for row in each.routes}

    def called(request: Request) -> Player:
        row, _ = find([row for each in players for row in each.routes], request)
        return owners[row.operation]

    def describe(base_url: str) -> Mapping[str, Any]:
        return {each.name: {"base_url": base_url, **each.describe} for each in players}

    return StandIn(
        name=NAME,
        routes=[row for each in players for row in each.routes],
        describe=describe,
        control=[*depot.rows(), *(row for each in players for row in each.control)],
        notices=[notice for each in players for notice in each.notices],
        faults=[kind for each in players for kind in each.faults],
        trouble=lambda status, request: called(request).trouble(status, request),
        orders=lambda request: called(request).orders(request),
        operation=lambda route, request: owners[route.operation].operation(route, request),
        more_operations=[name for each in players for name in each.more_operations],
    )
