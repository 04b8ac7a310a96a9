"""What only MongoDB does: freeze, lose an answer, fall over to another server."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from channel_gateway.ports import (
    Document,
    DuplicateKey,
    Store,
    StoreError,
    StoreUnavailable,
    VersionConflict,
)
from channel_gateway.store import open_store
from channel_gateway.store.mongo import MongoStore
from tests.contracts.store.conftest import Engine
from tests.contracts.store.lag import longest_lag
from tests.contracts.store.load import Acknowledged, check, write
from tests.contracts.store.lossy_proxy import Wire, lossy_wire
from tests.contracts.store.model import ALL
from tests.mongod import ReplicaSet, replica_set

DRIVERS = ["motor", "pymongo"]

pytestmark = [pytest.mark.mongo, pytest.mark.processes]


@pytest.fixture(scope="module")
def one_server() -> Iterator[ReplicaSet]:
    """A server that may be frozen and killed."""
    with replica_set() as servers:
        yield servers


@pytest.fixture(scope="module")
def three_servers() -> Iterator[ReplicaSet]:
    with replica_set(3) as servers:
        yield servers


@pytest.fixture
def database() -> str:
    return f"test_{uuid.uuid4().hex}"


@pytest.fixture(params=DRIVERS)
async def wire(request: pytest.FixtureRequest, one_server: ReplicaSet) -> AsyncIterator[Any]:
    async with lossy_wire(one_server.members[0].port) as wire:
        yield request.param, wire


async def over_the_wire(
    driver: str, wire: Wire, database: str, *, retry_writes: bool
) -> MongoStore:
    url = f"mongodb://127.0.0.1:{wire.port}/{database}?directConnection=true"
    store = MongoStore(url, ALL, driver=driver, timeout_s=10, retry_writes=retry_writes)
    await store.open()
    return store


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_frozen_server_is_answered_in_time(
    one_server: ReplicaSet, database: str, driver: str
) -> None:
    store = await open_store(one_server.uri(database), ALL, driver=driver, timeout_s=1)
    await store.insert("notes", {"_id": "before"})
    one_server.members[0].freeze()
    try:
        started = time.monotonic()
        async with longest_lag() as lag:
            calls = [store.insert("notes", {"_id": str(n)}) for n in range(40)]
            calls += [store.get("notes", "before") for _ in range(40)]
            results = await asyncio.gather(*calls, store.ping(), return_exceptions=True)
        assert all(isinstance(result, StoreUnavailable) for result in results)
        assert time.monotonic() - started < 2
        assert lag.longest_s < 0.25
    finally:
        one_server.members[0].thaw()
    await until_it_works(store)
    assert await store.get("notes", "before") is not None
    await store.close()


@pytest.mark.parametrize("retry_writes", [False, True], ids=["marks alone", "and retries"])
async def test_a_write_whose_answer_is_lost_is_recognised(
    wire: tuple[str, Wire], database: str, retry_writes: bool
) -> None:
    driver, lossy = wire
    store = await over_the_wire(driver, lossy, database, retry_writes=retry_writes)

    lossy.lose_answer_to("insert")
    assert (await store.insert("bookings", {"_id": "1", "seat_key": "s"}))["v"] == 1
    lossy.lose_answer_to("update")
    assert (await store.replace("bookings", {"_id": "1", "due": 5}, version=1))["v"] == 2
    lossy.lose_answer_to("update")
    [claimed] = await store.claim("bookings", "due", now=9, until=99, owner="me", limit=9)
    assert claimed == {"_id": "1", "v": 3, "due": 99, "owner": "me"}
    assert await store.get("bookings", "1") == claimed
    assert lossy.lost == ["insert", "update", "update"]
    await store.close()


async def test_a_lost_answer_that_was_a_refusal_is_not_taken_for_a_success(
    wire: tuple[str, Wire], database: str
) -> None:
    driver, lossy = wire
    store = await over_the_wire(driver, lossy, database, retry_writes=True)
    await store.insert("bookings", {"_id": "1", "seat_key": "s"})
    await store.insert("bookings", {"_id": "2"})

    lossy.lose_answer_to("insert")
    with pytest.raises(DuplicateKey) as taken:
        await store.insert("bookings", {"_id": "3", "seat_key": "s"})
    assert taken.value.index == "seat_key"
    lossy.lose_answer_to("insert")
    with pytest.raises(DuplicateKey) as taken:
        await store.insert("bookings", {"_id": "1"})
    assert taken.value.index == "_id"
    lossy.lose_answer_to("update")
    with pytest.raises(VersionConflict):
        await store.replace("bookings", {"_id": "2"}, version=7)
    lossy.lose_answer_to("update")
    with pytest.raises(DuplicateKey):
        await store.replace("bookings", {"_id": "2", "seat_key": "s"}, version=1)
    await store.close()


async def test_a_lost_refusal_without_retries_is_unknown(
    wire: tuple[str, Wire], database: str
) -> None:
    driver, lossy = wire
    store = await over_the_wire(driver, lossy, database, retry_writes=False)
    await store.insert("bookings", {"_id": "1"})
    lossy.lose_answer_to("insert")
    with pytest.raises(StoreUnavailable):
        await store.insert("bookings", {"_id": "1"})
    lossy.lose_answer_to("update")
    with pytest.raises(StoreUnavailable):
        await store.replace("bookings", {"_id": "1"}, version=7)
    await store.close()


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    "failure",
    [
        {"failCommands": ["insert"], "closeConnection": True},
        {"failCommands": ["insert"], "errorCode": 10107, "errorLabels": ["RetryableWriteError"]},
    ],
    ids=["connection closed", "not the primary"],
)
async def test_one_failure_of_the_server_is_not_seen(
    one_server: ReplicaSet, database: str, driver: str, failure: dict[str, Any]
) -> None:
    store = await open_store(one_server.uri(database), ALL, driver=driver, timeout_s=10)
    fail(one_server, failure, times=1)
    assert (await store.insert("notes", {"_id": "1"}))["v"] == 1
    await store.close()


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_write_no_majority_confirmed_is_unknown(
    one_server: ReplicaSet, database: str, driver: str
) -> None:
    store = await open_store(one_server.uri(database), ALL, driver=driver, timeout_s=10)
    unconfirmed = {"code": 64, "errmsg": "waiting for replication timed out"}
    for command, call in (
        ("insert", store.insert("notes", {"_id": "1"})),
        ("insert", store.insert_many("notes", [{"_id": "2"}])),
        ("update", store.replace("notes", {"_id": "1"}, version=1)),
        ("delete", store.delete("notes", "1")),
    ):
        fail(one_server, {"failCommands": [command], "writeConcernError": unconfirmed}, times=1)
        with pytest.raises(StoreUnavailable):
            await call
    assert await store.get("notes", "1") is None  # deleted indeed
    await store.close()


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_caller_who_leaves_does_not_stop_his_write(
    one_server: ReplicaSet, database: str, driver: str
) -> None:
    store = await open_store(one_server.uri(database), ALL, driver=driver, timeout_s=10)
    slow = {"failCommands": ["insert"], "blockConnection": True, "blockTimeMS": 200}
    fail(one_server, slow, times=8)
    writes = [asyncio.create_task(store.insert("notes", {"_id": str(n)})) for n in range(8)]
    await store.get("notes", "nobody")  # a round trip: the writes are on their way
    for task in writes:
        task.cancel()
    await asyncio.wait(writes)
    assert all(task.cancelled() for task in writes)
    await store.close()  # waits for what is under way
    again = await open_store(one_server.uri(database), ALL, driver=driver)
    assert len(await again.find("notes")) == 8
    await again.close()


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_narrow_gate_is_passed_in_order_and_waiting_counts(
    one_server: ReplicaSet, database: str, driver: str
) -> None:
    store = MongoStore(one_server.uri(database), ALL, driver=driver, timeout_s=1, pool_size=2)
    await store.open()
    slow = {"failCommands": ["find"], "blockConnection": True, "blockTimeMS": 300}
    fail(one_server, slow, times=20)
    started = time.monotonic()
    calls = [store.find("notes") for _ in range(20)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert time.monotonic() - started < 2
    assert results[:2] == [[], []]
    assert isinstance(results[-1], StoreUnavailable)
    one_server.members[0].command("configureFailPoint", "failCommand", mode="off")
    await until_it_works(store)
    await store.close()


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_server_killed_while_writing_keeps_what_it_acknowledged(
    one_server: ReplicaSet, database: str, driver: str
) -> None:
    store = await open_store(one_server.uri(database), ALL, driver=driver, timeout_s=20)
    server = one_server.members[0]

    async def kill_and_start_again() -> None:
        await asyncio.to_thread(server.kill)
        server.start_again()

    await check(store, await load_round(store, kill_and_start_again()))
    await store.close()


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_primary_killed_under_load_loses_nothing(
    three_servers: ReplicaSet, database: str, driver: str
) -> None:
    store = await open_store(three_servers.uri(database), ALL, driver=driver, timeout_s=30)
    primary = await asyncio.to_thread(three_servers.primary)

    async def kill() -> None:
        await asyncio.to_thread(primary.kill)
        assert await asyncio.to_thread(three_servers.primary) is not primary

    await check(store, await load_round(store, kill()))
    await store.close()
    primary.start_again()


@pytest.mark.parametrize("driver", DRIVERS)
async def test_an_error_of_the_server_does_not_repeat_a_documents_values(
    one_server: ReplicaSet, database: str, driver: str
) -> None:
    store = await open_store(one_server.uri(database), ALL, driver=driver, timeout_s=10)
    fail(one_server, {"failCommands": ["insert"], "errorCode": 121}, times=1)
    with pytest.raises(StoreUnavailable) as told:
        await store.insert("notes", {"_id": "1", "name": "张三"})
    assert "张三" not in str(told.value)
    assert told.value.__cause__ is None
    await store.close()


async def test_an_unknown_driver_is_refused(one_server: ReplicaSet) -> None:
    with pytest.raises(StoreError):
        await Engine("asyncmongo", one_server.uri("test")).open()


async def load_round(store: Store, trouble: Any) -> Acknowledged:
    """Write with sixteen tasks: a while before the trouble, all through it, a while after it."""
    acknowledged = Acknowledged()
    running = True
    tasks = [
        asyncio.create_task(
            write(
                store,
                f"task {n}",
                running=lambda: running,
                inserted=acknowledged.inserted.append,
                applied=acknowledged.applied.append,
            )
        )
        for n in range(16)
    ]
    await more(store, acknowledged, 300)
    await trouble
    await more(store, acknowledged, 300)
    running = False
    await asyncio.gather(*tasks)
    return acknowledged


async def more(store: Store, acknowledged: Acknowledged, count: int) -> None:
    target = len(acknowledged) + count
    while len(acknowledged) < target:
        await until_it_works(store)


async def until_it_works(store: Store) -> Document | None:
    while True:
        try:
            return await store.get("notes", "nobody")
        except StoreUnavailable:
            continue


def fail(servers: ReplicaSet, failure: dict[str, Any], *, times: int) -> None:
    servers.members[0].command(
        "configureFailPoint", "failCommand", mode={"times": times}, data=failure
    )
