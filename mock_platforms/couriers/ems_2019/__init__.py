"""A stand-in of China Post EMS, generation 1 (2019): signed calls; it tells nothing by itself."""

from __future__ import annotations

from mock_platforms.couriers.ems_2019.counter import OPERATIONS, Counter, operation_of
from mock_platforms.couriers.ems_2019.signing import Customer
from mock_platforms.couriers.parcels import Parcels
from mock_platforms.couriers.player import Player
from mock_platforms.routes import Route
from mock_platforms.stage import Stage

NAME = "ems_2019"
PATH = "/api/gateway"


def build(stage: Stage, parcels: Parcels) -> Player:
    customer = Customer(
        "ems2019gateway",
        stage.keys.secret("ems_2019_authorization", 32),
        stage.keys.secret("ems_2019_app_secret", 32),
    )
    counter = Counter(stage, parcels, customer)
    return Player(
        name=NAME,
        routes=[Route("POST", PATH, counter.answer, "ems_2019.gateway")],
        describe={
            "app_key": customer.app_key,
            "authorization": customer.authorization,
            "app_secret": customer.app_secret,
        },
        operation=lambda _, request: operation_of(request),
        more_operations=list(dict.fromkeys(OPERATIONS.values())),
    )
