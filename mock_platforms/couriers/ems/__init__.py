"""A stand-in of China Post EMS, generation 2: sealed calls, and pushes by contract."""

from __future__ import annotations

from mock_platforms.couriers.ems.counter import OPERATIONS, Counter, operation_of
from mock_platforms.couriers.ems.identity import identity
from mock_platforms.couriers.ems.pushes import FORGED, PUSH, Pushes
from mock_platforms.couriers.parcels import Parcels
from mock_platforms.couriers.player import Player
from mock_platforms.routes import Route
from mock_platforms.stage import Stage

NAME = "ems"
PATH = "/amp-prod-api/f/amp/api/open"


def build(stage: Stage, parcels: Parcels) -> Player:
    customer = identity(stage.keys)
    counter = Counter(stage, parcels, customer)
    pushes = Pushes(stage, parcels, customer)
    parcels.listen(NAME, pushes.hear)
    return Player(
        name=NAME,
        routes=[Route("POST", PATH, counter.answer, "ems.open")],
        describe=customer.described(),
        control=pushes.rows(),
        notices=[PUSH],
        faults=[FORGED],
        operation=lambda _, request: operation_of(request),
        more_operations=list(OPERATIONS.values()),
        orders=counter.numbers,
    )
