"""Couriers: one world of parcels, each courier in a folder of its own that offers `build`.

    def build(stage: Stage, parcels: Parcels) -> Player

Its routes have paths of their own, so that all couriers share one root address.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from mock_platforms.couriers.company import Company
from mock_platforms.couriers.control import Depot
from mock_platforms.couriers.corrections import LATE_CORRECTION, SCANS, Corrections
from mock_platforms.couriers.outages import Outages
from mock_platforms.couriers.parcels import Parcels
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn

NAME = "couriers"


def build(stage: Stage) -> StandIn:
    parcels = Parcels(stage.randomness)
    folders = sorted(each.name for each in pkgutil.iter_modules(__path__) if each.ispkg)
    builds = [import_module(f"{__name__}.{name}").build for name in folders]
    return together(stage, parcels, Company([each(stage, parcels) for each in builds]))


def together(stage: Stage, parcels: Parcels, company: Company) -> StandIn:
    """The couriers as one stand-in, with what happens to parcels whoever carries them."""
    Corrections(stage, parcels).begin()
    players = company.players
    own = [row for each in players for row in each.control]
    return StandIn(
        name=NAME,
        routes=company.routes,
        describe=company.describe,
        control=[*Depot(stage, parcels).rows(), *Outages(stage, players).rows(), *own],
        notices=[notice for each in players for notice in each.notices],
        faults=[LATE_CORRECTION, *(kind for each in players for kind in each.faults)],
        orders=company.orders,
        trouble=company.trouble,
        operation=company.operation,
        more_operations=[SCANS, *(name for each in players for name in each.more_operations)],
    )
