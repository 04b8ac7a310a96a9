"""Deliveries on every store: what happens at once loses nothing, and happens once."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from channel_gateway.domain.parcels import Payer, Stage
from channel_gateway.ports import DuplicateKey, Store
from channel_gateway.services.licence_delivery.citizens.cancelling import cancel_asked
from channel_gateway.services.licence_delivery.couriers.orders import CANCEL
from channel_gateway.services.licence_delivery.deliveries import Deliveries
from channel_gateway.services.licence_delivery.delivery import (
    Delivery,
    Direction,
    KeptScan,
    State,
)
from channel_gateway.services.licence_delivery.following import TELL_CITIZEN
from channel_gateway.services.licence_delivery.life import (
    heard,
    issued,
    placed,
    placing,
    told_by_courier,
)
from channel_gateway.services.licence_delivery.rules.asking import ASK

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def begun(number: int, *, open_key: str | None = None, request: str = "") -> Delivery:
    return Delivery(
        id=f"D{number}",
        service="AA-BB-01",
        service_name="事项",
        department="hall",
        direction=Direction.OUT,
        payer=Payer.CITIZEN,
        courier="ems",
        request_key=request or f"r{number}",
        digest="d",
        recipient="sealed",
        created_at=NOW,
        person="p",
        open_key=open_key,
    )


async def sent(deliveries: Deliveries) -> str:
    await deliveries.add(issued(begun(1), NOW), NOW)
    await deliveries.change("D1", lambda one: placing(one, "D1-1", NOW), NOW)
    await deliveries.change("D1", lambda one: placed(one, "D1-1", "W1", NOW), NOW)
    return "D1"


def scan(stage: Stage, minute: int) -> KeptScan:
    return KeptScan(NOW + minute * MINUTE, stage.value, stage)


async def test_of_a_matter_asked_for_at_once_one_delivery_is_open(store: Store) -> None:
    deliveries = Deliveries(store)
    asked = [deliveries.add(begun(n, open_key="case|C1|out"), NOW) for n in range(8)]
    results = await asyncio.gather(*asked, return_exceptions=True)

    refused = [each for each in results if isinstance(each, DuplicateKey)]
    assert len(refused) == 7
    assert {each.index for each in refused} == {"open_key"}


async def test_the_same_call_at_once_finds_its_own_key_taken_first(store: Store) -> None:
    deliveries = Deliveries(store)
    twins = (begun(n, open_key="case|C1|out", request="same") for n in range(4))
    results = await asyncio.gather(
        *(deliveries.add(each, NOW) for each in twins), return_exceptions=True
    )

    refused = [each for each in results if isinstance(each, DuplicateKey)]
    assert {each.index for each in refused} == {"request_key"}


async def test_pushes_that_come_at_once_are_all_kept_and_ask_once(store: Store) -> None:
    deliveries = Deliveries(store)
    id = await sent(deliveries)
    way = [scan(Stage.IN_TRANSIT, minute) for minute in range(6)] * 2
    random.Random(7).shuffle(way)

    await asyncio.gather(
        *(
            deliveries.change(
                id,
                lambda one, each=each: heard(one, "D1-1", [each], NOW + MINUTE, signed=True),
                NOW + MINUTE,
            )
            for each in way
        )
    )

    delivery = await deliveries.get(id)
    assert len(delivery.attempts[0].scans) == 6
    assert delivery.state is State.IN_TRANSIT
    assert len([task for task in delivery.tasks if task.kind == ASK]) == 1
    assert len([task for task in delivery.tasks if task.kind == TELL_CITIZEN]) == 1


@pytest.mark.parametrize("seed", range(5))
async def test_pushes_and_an_answer_at_once_end_as_one_after_the_other(
    store: Store, seed: int
) -> None:
    deliveries = Deliveries(store)
    id = await sent(deliveries)
    at = NOW + 10 * MINUTE
    whole = [scan(Stage.PICKED_UP, 1), scan(Stage.OUT_FOR_DELIVERY, 5), scan(Stage.SIGNED, 8)]
    changes = [
        lambda one: told_by_courier(one, "D1-1", whole, at, at),
        lambda one: heard(one, "D1-1", whole[2:], at, signed=False),
        lambda one: heard(one, "D1-1", whole[1:2], at, signed=True),
        lambda one: heard(one, "D1-1", whole[:1], at, signed=True),
    ]
    random.Random(seed).shuffle(changes)
    await asyncio.gather(*(deliveries.change(id, each, at) for each in changes))

    delivery = await deliveries.get(id)
    assert delivery.state is State.SIGNED
    assert len(delivery.attempts[0].scans) == 3


async def test_cancelling_and_placing_at_once_leaves_no_order_behind(store: Store) -> None:
    deliveries = Deliveries(store)
    await deliveries.add(issued(begun(1), NOW), NOW)
    await asyncio.gather(
        deliveries.change("D1", lambda one: placing(one, "D1-1", NOW), NOW),
        deliveries.change("D1", lambda one: cancel_asked(one, NOW), NOW),
    )

    delivery = await deliveries.get("D1")
    [attempt] = delivery.attempts
    begun_at_the_courier = attempt.placing_at is not None
    assert delivery.state is State.CANCELLED
    assert (attempt.cancel_asked_at is not None) is begun_at_the_courier
    assert [task.kind for task in delivery.tasks] == [CANCEL] * begun_at_the_courier


async def test_a_waybill_is_of_one_delivery(store: Store) -> None:
    deliveries = Deliveries(store)
    await sent(deliveries)
    await deliveries.add(placing(issued(begun(2), NOW), "D2-1", NOW), NOW)

    with pytest.raises(DuplicateKey) as taken:
        await deliveries.change("D2", lambda one: placed(one, "D2-1", "W1", NOW), NOW)
    assert taken.value.index == "waybill_key"
    found = await deliveries.of_waybill("ems", "W1")
    assert found is not None
    assert found.id == "D1"
