"""Refused callbacks: counted, the newest kept masked, and never in the way of the answer."""

import asyncio
import json
from dataclasses import replace

import pytest

from channel_gateway.domain.errors import Forged
from channel_gateway.ports import StoreUnavailable, UnknownCodes
from channel_gateway.service import Callback
from channel_gateway.store.memory import MemoryStore
from channel_gateway.web.edge import COLLECTIONS
from channel_gateway.web.exchange import Exchange
from channel_gateway.web.refused.keeping import (
    A_SECOND,
    AT_ONCE,
    KEPT,
    REFUSED,
    SHOWN,
    RefusedCallbacks,
)
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from tests.web.conftest import OPERATOR_KEY

OPERATOR = Headers({"Authorization": f"Bearer {OPERATOR_KEY}"})
KEPT_AT = "/v1/operator/refused-callbacks"


async def courier(request, _now):
    if request.body == b"broken":
        raise RuntimeError("13800138000")
    if request.body == b"forged":
        raise Forged
    if request.body == b"good":
        return HttpResponse(200, Headers(), b"ok")
    return HttpResponse(200, Headers(), b'{"result":false}', "unreadable")


@pytest.fixture
def table(table):
    table.callbacks += [
        Callback("courier", "/courier", courier, "Parcels.", keeps_refused=True),
        Callback("silent", "/silent", courier, "Keeps nothing."),
    ]
    return table


@pytest.fixture
def exchange(table, edge):
    return Exchange(table, edge)


async def pushed(exchange, body, path="/callbacks/courier"):
    return await exchange.send(HttpRequest("POST", path, Headers(), body))


async def seen(exchange, edge, query=""):
    await edge.refused.settled()
    answer = await exchange.send(HttpRequest("GET", KEPT_AT + query, OPERATOR))
    return answer.status, json.loads(answer.body)


async def test_what_was_refused_is_shown_newest_first_and_masked(exchange, edge, clock):
    await pushed(exchange, b"phone=13800138000&x=1")
    clock.move(seconds=5)
    await pushed(exchange, b"forged")

    status, found = await seen(exchange, edge)

    assert status == 200
    assert [(one["code"], one["status"], one["body"]) for one in found["callbacks"]] == [
        ("forged", 502, "•×6"),
        ("unreadable", 200, "phone=•×11&x=1"),
    ]


async def test_what_went_well_is_not_kept_nor_what_is_not_to_be(exchange, edge):
    await pushed(exchange, b"good")
    await pushed(exchange, b"bad", "/callbacks/silent")

    assert (await seen(exchange, edge))[1] == {"callbacks": []}


async def test_what_broke_us_is_kept_without_its_words(exchange, edge):
    assert (await pushed(exchange, b"broken")).status == 500

    (one,) = (await seen(exchange, edge))[1]["callbacks"]

    assert one["code"] == "internal"
    assert "138" not in json.dumps(one)


async def test_nothing_of_it_lies_open_in_the_store(exchange, edge):
    await pushed(exchange, b"a word of theirs")
    await edge.refused.settled()

    assert "word" not in str(await edge.store.find(REFUSED.name))


async def test_of_a_flood_a_few_are_written_and_all_are_counted(exchange, edge, clock):
    for _ in range(100):
        await pushed(exchange, b"bad")
    clock.move(seconds=1)
    await pushed(exchange, b"bad")

    found = (await seen(exchange, edge))[1]["callbacks"]

    assert len(found) == A_SECOND + 1
    told = edge.metrics.text().decode()
    assert 'gateway_callbacks_refused_total{code="unreadable",name="courier"} 101.0' in told


async def test_the_ring_keeps_the_newest(exchange, edge, clock):
    for number in range(KEPT + 5):
        await pushed(exchange, f"{number}.".encode())
        clock.move(seconds=1)
        await edge.refused.settled()

    found = (await seen(exchange, edge))[1]["callbacks"]

    assert [one["body"] for one in found] == [f"{n}." for n in range(KEPT + 4, 4, -1)]
    assert len(await edge.store.find(REFUSED.name, limit=1000)) == KEPT


async def test_forged_noise_pushes_nothing_else_out(exchange, edge, clock):
    await pushed(exchange, b"7.")  # signed, and unreadable
    for _ in range(KEPT + 5):
        for _ in range(A_SECOND + 1):
            await pushed(exchange, b"forged")
        await pushed(exchange, b"8.")
        clock.move(seconds=1)
        await edge.refused.settled()

    found = (await seen(exchange, edge, "?callback=courier&code=unreadable"))[1]["callbacks"]

    assert [one["body"] for one in found] == ["8."] * KEPT
    assert len((await seen(exchange, edge))[1]["callbacks"]) == 2 * KEPT


async def test_one_callback_can_be_asked_for(exchange, edge, table):
    await pushed(exchange, b"bad")

    assert len((await seen(exchange, edge, "?callback=courier"))[1]["callbacks"]) == 1
    status, problem = await seen(exchange, edge, "?callback=silent")
    assert (status, problem["field"]) == (422, "query.callback")


async def test_of_several_callbacks_the_newest_stand_first_and_no_more_than_fit(edge, clock):
    names = [f"courier{number}" for number in range(SHOWN // KEPT + 1)]
    for _ in range(KEPT):
        for name in names:
            clock.move(seconds=1)
            edge.refused.note(name, "forged", 400, b"1.")
            await edge.refused.settled()

    found = [each for each, _ in await edge.refused.newest(names)]

    assert len(found) == SHOWN
    assert [each.callback for each in found[:3]] == names[-1:-4:-1]
    assert found[0].at == clock.now()


async def test_only_operators_see_them(exchange):
    assert (await exchange.send(HttpRequest("GET", KEPT_AT))).status == 401


async def test_a_store_that_is_away_or_slow_is_not_waited_for(table, edge, caplog):
    class Slow(MemoryStore):
        gate = asyncio.Event()

        async def insert(self, collection, document):
            await self.gate.wait()
            raise StoreUnavailable

    store = Slow(COLLECTIONS)
    await store.open()
    refused = RefusedCallbacks(store, edge.vault, edge.clock, edge.randomness)
    exchange = Exchange(table, replace(edge, refused=refused))

    async with asyncio.timeout(5):
        answer = await pushed(exchange, b"bad")
    store.gate.set()
    await refused.settled()

    assert (answer.status, answer.body) == (200, b'{"result":false}')
    assert "a refused callback is not kept" in caplog.text


async def test_a_store_that_is_slow_is_given_few_at_once(edge, clock):
    class Slow(MemoryStore):
        gate = asyncio.Event()

        async def insert(self, collection, document):
            await self.gate.wait()
            return await super().insert(collection, document)

    store = Slow(COLLECTIONS)
    await store.open()
    refused = RefusedCallbacks(store, edge.vault, edge.clock, edge.randomness)
    for _ in range(20):
        refused.note("courier", "forged", 400, b"1.")
        clock.move(seconds=1)
    store.gate.set()
    await refused.settled()

    assert len(await store.find(REFUSED.name)) == AT_ONCE


async def test_after_a_month_it_is_forgotten(exchange, edge, clock):
    await pushed(exchange, b"bad")
    await edge.refused.settled()
    clock.move(days=29)
    await edge.refused.purge(clock.now())
    assert len(await edge.store.find(REFUSED.name)) == 1

    clock.move(days=2)
    await edge.refused.purge(clock.now())

    assert await edge.store.find(REFUSED.name) == []


async def test_a_refusal_said_with_200_is_counted_as_one(exchange, edge):
    await pushed(exchange, b"bad")
    await pushed(exchange, b"good")

    told = edge.metrics.text().decode()

    assert 'gateway_callbacks_total{name="courier",outcome="refused"} 1.0' in told
    assert 'gateway_callbacks_total{name="courier",outcome="acknowledged"} 1.0' in told


async def test_codes_of_couriers_that_no_table_has_are_counted_by_courier(exchange, edge, table):
    for each in table.offered(UnknownCodes).values():
        each.unknown_code("ems")

    assert 'gateway_courier_codes_unknown_total{courier="ems"} 1.0' in edge.metrics.text().decode()
