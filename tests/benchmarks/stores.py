"""Both stores: durable inserts, swaps at 32 tasks, and memory with 100,000 orders read back."""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from channel_gateway.domain.documents import to_document
from channel_gateway.ports import Cursor, Document, Store
from channel_gateway.store import open_store
from payment.orders import ORDERS, read
from payment.plugin import COLLECTIONS
from tests.benchmarks.end_to_end import unpaid
from tests.benchmarks.report import Fact, Figure, Finding
from tests.mongod import replica_set

TASKS, PAGE, MOST_MIB = 32, 200, 150


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: orders in the store for the memory part; a twentieth of them in each round."""
    for name, opened in (("SQLite", sqlite), ("MongoDB", mongodb)):
        with opened() as url:
            yield from asyncio.run(_measure(name, url, rounds, operations))


async def _measure(name: str, url: str, rounds: int, operations: int) -> list[Finding]:
    store = await open_store(url, COLLECTIONS, timeout_s=60)
    try:
        inserts, swaps = [], []
        size = max(TASKS, operations // 20)
        for number in range(rounds):
            orders = _orders(number * size, size)
            inserts.append(await _per_second(orders, lambda each: store.insert(ORDERS.name, each)))
            swaps.append(await _per_second(orders, lambda each: _swap(store, each)))
        grown, complete = await _read_back(store, rounds * size, operations)
    finally:
        await store.close()
    return [
        Figure(f"{name}: durable inserts, {TASKS} tasks", statistics.median(inserts), "a second"),
        Figure(f"{name}: reads and swaps, {TASKS} tasks", statistics.median(swaps), "a second"),
        Figure(f"{name}: memory grown by reading {operations:,} orders back", grown, "MiB"),
        Fact("", f"{name}: every order came back, and the process grew little", complete),
    ]


async def _per_second(
    orders: list[Document], work: Callable[[Document], Awaitable[object]]
) -> float:
    waiting = iter(orders)

    async def task() -> None:
        for each in waiting:
            await work(each)

    started = time.perf_counter()
    await asyncio.gather(*(task() for _ in range(TASKS)))
    return len(orders) / (time.perf_counter() - started)


async def _swap(store: Store, order: Document) -> None:
    await store.mutate(ORDERS.name, order["_id"], lambda found: found | {"state": "unknown"})


async def _read_back(store: Store, there: int, wanted: int) -> tuple[float, bool]:
    """Fill the store up, then read all of one citizen's orders, page by page."""
    for start in range(0, wanted, 2000):
        orders = _orders(there + start, min(2000, wanted - start), citizen="c1")
        await store.insert_many(ORDERS.name, orders)
    before, seen, after = _resident_mib(), 0, None
    while True:
        page = await store.find(
            ORDERS.name, equal={"citizen": "c1"}, order="created_at", limit=PAGE, after=after
        )
        seen += sum(read(document).citizen == "c1" for document in page)
        if len(page) < PAGE:
            break
        after = Cursor(page[-1]["created_at"], page[-1]["_id"])
    grown = _resident_mib() - before
    return grown, seen == wanted and grown < MOST_MIB


def _orders(first: int, count: int, **changed: str) -> list[Document]:
    now = datetime.now(UTC)
    return [to_document(unpaid(number, now)) | changed for number in range(first, first + count)]


def _resident_mib() -> float:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def sqlite() -> Iterator[str]:
    with TemporaryDirectory(prefix="benchmark-") as folder:
        yield f"sqlite:{folder}/gateway.db"


@contextmanager
def mongodb() -> Iterator[str]:
    with replica_set() as servers:
        yield servers.uri("benchmark")
