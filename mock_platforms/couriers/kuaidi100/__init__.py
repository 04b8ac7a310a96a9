"""Kuaidi100 (快递100): follows the parcels of every courier, and tells who has subscribed."""

from __future__ import annotations

from mock_platforms.couriers.kuaidi100.control import Office
from mock_platforms.couriers.kuaidi100.desk import QUERY, SUBSCRIBE, Desk
from mock_platforms.couriers.kuaidi100.subscriptions import PUSH, Subscriptions
from mock_platforms.couriers.parcels import Parcels
from mock_platforms.couriers.player import Player
from mock_platforms.faults import CALL, NOTICE, FaultKind
from mock_platforms.routes import Route
from mock_platforms.stage import Stage

FAULTS = (
    FaultKind(
        "kuaidi100_company_refused",
        "701: of this courier nothing is told.",
        CALL,
        frozenset({SUBSCRIBE}),
    ),
    FaultKind(
        "kuaidi100_push_forged", "Somebody signs who has not our salt.", NOTICE, frozenset({PUSH})
    ),
    FaultKind(
        "kuaidi100_push_unsigned", "The push brings no sign at all.", NOTICE, frozenset({PUSH})
    ),
)


def build(stage: Stage, parcels: Parcels) -> Player:
    customer = stage.keys.secret("kuaidi100_customer", 32, "0123456789ABCDEF")
    key = stage.keys.secret("kuaidi100_key", 12)
    stage.keys.secret("kuaidi100_salt", 32)  # the subscriber's own, made here so that a clone runs
    subscriptions = Subscriptions(stage, parcels)
    subscriptions.begin()
    desk = Desk(stage, parcels, subscriptions, customer, key)
    return Player(
        name="kuaidi100",
        routes=[
            Route("POST", "/poll", desk.subscribe, SUBSCRIBE),
            Route("POST", "/poll/query.do", desk.query, QUERY),
        ],
        describe={
            "customer": customer,
            "key": key,
            "salt_files": [str(stage.keys.path("kuaidi100_salt.txt"))],
        },
        control=Office(parcels, subscriptions).rows(),
        notices=[PUSH],
        faults=FAULTS,
        trouble=desk.trouble,
    )
