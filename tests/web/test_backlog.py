"""What waits for the worker or for a person is in the metrics, as of now."""

import pytest

from channel_gateway.domain.days import milliseconds
from channel_gateway.ports import Collection, Index
from channel_gateway.service import Reaction
from channel_gateway.store.memory import MemoryStore
from channel_gateway.web.edge import COLLECTIONS

FEES = Collection("fees", (Index(("due",)), Index(("gave_up_at",))))


@pytest.fixture
async def store():
    store = MemoryStore((*COLLECTIONS, FEES))
    await store.open()
    return store


async def test_the_metrics_say_how_late_the_latest_task_is_and_how_many_letters_are_dead(
    connect, table, edge, store, clock
):
    async def pay(*_):
        return None

    table.reactions.append(Reaction("fees", "pay", pay, ()))
    client = await connect(table, edge)
    now = milliseconds(clock.now())
    for number, due in enumerate((now - 90_000, now - 5_000, now + 60_000)):
        await store.insert("fees", {"_id": f"f{number}", "due": due})
    await store.insert("fees", {"_id": "dead", "gave_up_at": now})

    told = (await (await client.get("/metrics")).text()).splitlines()

    assert 'gateway_task_late_seconds{collection="fees"} 90.0' in told
    assert 'gateway_dead_letters{collection="fees"} 1.0' in told


async def test_metrics_are_there_while_the_store_is_not(connect, table, edge, store):
    async def pay(*_):
        return None

    table.reactions.append(Reaction("fees", "pay", pay, ()))
    client = await connect(table, edge)
    await store.close()

    answer = await client.get("/metrics")

    assert answer.status == 200
    assert "gateway_task_late_seconds{" not in await answer.text()
