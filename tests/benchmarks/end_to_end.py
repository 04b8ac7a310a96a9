"""Signed callbacks over HTTP, acknowledged after the durable commit, each server on one core."""

import asyncio
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from channel_gateway.domain.documents import to_document
from channel_gateway.domain.money import Fen
from channel_gateway.store import open_store
from payment.order import Order, prepared
from payment.orders import ORDERS
from payment.plugin import COLLECTIONS
from payment.settlement import opened
from tests.benchmarks.load import Outcome, drive, request
from tests.benchmarks.material import PATH, Keys, order_id, wechat_callback
from tests.benchmarks.processes import TICK_S, Server, started, stay_off_the_servers_core
from tests.benchmarks.report import Fact, Figure, Finding, Ratio
from tests.benchmarks.servers.given import write_keys

HELLO, OURS = "bare aiohttp", "gateway"
FASTAPI, FLASK = "FastAPI + SDK + aiosqlite", "Flask + SDK, gunicorn"
SERVERS = {OURS: "gateway", HELLO: "hello", FASTAPI: "with_fastapi", FLASK: "with_flask"}


@dataclass(frozen=True)
class Run:
    """What a server did with a round's callbacks."""

    outcome: Outcome
    cpu_s: float

    @property
    def per_second(self) -> float:
        return self.outcome.good / self.outcome.seconds

    @property
    def per_cpu_second(self) -> float:
        return self.outcome.good / max(self.cpu_s, TICK_S)  # a short run may take less


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: callbacks in a round, all of them different, each for an order of its own."""
    stay_off_the_servers_core()
    with TemporaryDirectory(prefix="benchmark-") as name, ExitStack() as stack:
        folder, keys = Path(name), Keys()
        write_keys(folder, keys)
        asyncio.run(insert_orders(folder, rounds * operations))
        servers = [
            stack.enter_context(started(name, module, folder)) for name, module in SERVERS.items()
        ]
        runs: list[dict[str, Run]] = []
        for number in range(rounds):
            # Signed just before they are sent: after five minutes they are stale.
            requests = signed_requests(keys, number * operations, operations)
            random.shuffle(servers)
            runs.append({server.name: measure(server, requests) for server in servers})
        yield from _findings(runs)
        acknowledged = sum(run[OURS].outcome.good for run in runs)
        same = acknowledged == rounds * operations == paid_orders(folder)
        yield Fact("G5", f"all {acknowledged} acknowledged ones are in the store", same)


def measure(server: Server, requests: Sequence[bytes], rate: float | None = None) -> Run:
    before = server.cpu_seconds()
    outcome = drive(server.port, requests, rate=rate)
    return Run(outcome, server.cpu_seconds() - before)


async def insert_orders(folder: Path, count: int) -> None:
    """Orders that wait to be paid."""
    store = await open_store(f"sqlite:{folder / 'gateway.db'}", COLLECTIONS)
    now = datetime.now(UTC)
    try:
        for start in range(0, count, 2000):
            numbers = range(start, min(start + 2000, count))
            await store.insert_many(ORDERS.name, [to_document(unpaid(n, now)) for n in numbers])
    finally:
        await store.close()


def unpaid(number: int, now: datetime) -> Order:
    notice = f"330199|{number:020}"
    order = Order(
        id=order_id(number),
        notice=notice,
        pay_code=f"{number:020}",
        method="wechat_pay",
        citizen=f"{number:032x}",
        amount_fen=Fen(100),
        late_fee_fen=Fen(0),
        description="交警支队-交通违法罚款",
        created_at=now,
        expires_at=now + timedelta(minutes=30),
        open_key=f"{number:032x}|{notice}|wechat_pay",
    )
    return prepared(opened(order, now, ask_after_s=3600), f"wx{number:034}", now)


def signed_requests(keys: Keys, first: int, count: int) -> list[bytes]:
    now = datetime.now(UTC)
    callbacks = (wechat_callback(keys, number, now) for number in range(first, first + count))
    return [request("POST", PATH, each.headers, each.body) for each in callbacks]


def paid_orders(folder: Path) -> int:
    with sqlite3.connect(f"file:{folder / 'gateway.db'}?mode=ro", uri=True) as database:
        paid = "SELECT count(*) FROM orders WHERE json_extract(body, '$.state') = 'paid'"
        return int(database.execute(paid).fetchone()[0])


def _findings(runs: Sequence[dict[str, Run]]) -> Iterator[Finding]:
    for goal, other, aim in (("G5", HELLO, 0.3), ("G6", FASTAPI, 2), ("G6", FLASK, 4.5)):
        # By CPU: the client, on the other core, may be what holds the fastest of them back.
        seen = [run[OURS].per_cpu_second / run[other].per_cpu_second for run in runs]
        yield Ratio(goal, f"callbacks per CPU second: gateway / {other}", seen, at_least=aim)
        seen = [run[OURS].per_second / run[other].per_second for run in runs]
        yield Ratio("", f"the same by the clock: gateway / {other}", seen)
    for name in SERVERS:
        fastest = max(run[name].per_second for run in runs)
        yield Figure(f"{name}: callbacks", fastest, "a second")
        yield Figure(f"{name}: CPU", min(1e6 / run[name].per_cpu_second for run in runs), "µs each")
