"""Parcels on their way: signed pushes verified, kept and confirmed, beside the bare store write.

Each delivery is told of fifteen scans, one push each, in disorder; then the worker asks the courier
and everything must have ended as the courier has it.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson

from adapters.couriers.ems.push import Receiver, digest
from adapters.couriers.ems.traces import read_scan
from channel_gateway.domain.days import BEIJING
from channel_gateway.domain.documents import to_document
from channel_gateway.domain.parcels import Payer, Scan
from channel_gateway.ports import (
    Courier,
    CourierCard,
    Deliverable,
    Document,
    Parcel,
    Parcels,
    Store,
)
from channel_gateway.service import Table
from channel_gateway.services.licence_delivery.couriers.hearing import HeardParcels
from channel_gateway.services.licence_delivery.couriers.reactions import CourierReactions
from channel_gateway.services.licence_delivery.deliveries import DELIVERIES, Deliveries, read
from channel_gateway.services.licence_delivery.delivery import (
    Attempt,
    Delivery,
    Direction,
    State,
)
from channel_gateway.services.licence_delivery.news import News
from channel_gateway.services.licence_delivery.sealed import Sealed
from channel_gateway.store import open_store
from channel_gateway.vault import Vault
from channel_gateway.wire import HttpRequest
from channel_gateway.worker.outbox import Outbox
from channel_gateway.world import SystemRandomness
from tests.benchmarks.report import Fact, Figure, Finding, Ratio
from tests.benchmarks.stores import TASKS, mongodb, sqlite

COURIER, KEY = "ems", b"a key of the benchmark"
BEGAN = datetime(2026, 3, 2, 1, tzinfo=UTC)
# What happens to a parcel, an hour after the other.
CODES = (
    *("203", "389", "305", "954", "989", "954", "989", "912"),
    *("954", "989", "306", "303", "702", "705", "704"),
)
# MongoDB writes a tenth as fast here: a tenth of the deliveries show as much.
ENGINES = {"SQLite": (sqlite, 1), "MongoDB": (mongodb, 10)}


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: deliveries in all rounds together; of each, fifteen scans."""
    for name, (opened, part) in ENGINES.items():
        with opened() as url:
            yield from asyncio.run(_measure(name, url, rounds, max(TASKS, operations // part)))


async def _measure(name: str, url: str, rounds: int, count: int) -> list[Finding]:
    store = await open_store(url, (DELIVERIES,), timeout_s=60)
    office = Office(store)
    bare, pushed, asked, ended = [], [], [], []
    try:
        for number in range(rounds):
            first, last = count * number // rounds, count * (number + 1) // rounds
            waybills = [f"1{each:012}" for each in range(first, last)]
            await store.insert_many(DELIVERIES.name, [_begun(each) for each in waybills])
            pushes = _pushes(waybills)
            pushed.append(await _per_second(pushes, office.receive))
            finished = await _per_second([waybills], lambda _: office.finish())
            asked.append(finished * len(waybills))
            there = [await store.get(DELIVERIES.name, _id(each)) for each in waybills]
            ended.append(all(each is not None and _has_ended(each) for each in there))
            # Documents as large as those, one field changed, under the same indexes.
            writes = [_id(each) for each in waybills for _ in CODES]
            random.Random(number).shuffle(writes)
            bare.append(await _per_second(writes, partial(_write, store)))
    finally:
        await store.close()
    whole = [1 / (1 / one + 1 / (two * len(CODES))) for one, two in zip(pushed, asked, strict=True)]
    return [
        Ratio("", f"{name}: scans a second / bare writes", _over(pushed, bare)),
        Ratio("", f"{name}: the same, with what confirms them", _over(whole, bare)),
        Figure(f"{name}: scans pushed, verified and kept", statistics.median(pushed), "a second"),
        Figure(f"{name}: parcels asked for and settled", statistics.median(asked), "a second"),
        Figure(f"{name}: bare writes, {TASKS} tasks", statistics.median(bare), "a second"),
        Fact("", f"{name}: {count:,} deliveries ended as the courier has them", all(ended)),
    ]


@dataclass
class PlayedCourier:
    """Knows of every parcel what was pushed of it."""

    card: CourierCard = field(default_factory=lambda: CourierCard("EMS", "11183"))
    pause_s: int = 60

    async def trace(self, parcel: Parcel) -> tuple[Scan, ...]:
        return tuple(read_scan(each) for each in _traces(parcel.waybill))

    async def follow(self, parcel: Parcel) -> None: ...


def _nobody() -> None:
    """Who is not there is not told."""


class SilentCatalogue:
    """All that is asked of it is who sends."""

    async def deliverable(self, service: str) -> Deliverable | None:
        return None


class LaterClock:
    """So late that every question is due."""

    def now(self) -> datetime:
        return BEGAN + timedelta(days=2)


class Office:
    """Our side: the courier's callback, and the worker that asks."""

    def __init__(self, store: Store) -> None:
        sealed = Sealed(Vault({"1": b"d" * 32}, b"i" * 32, SystemRandomness()))
        deliveries, courier = Deliveries(store), PlayedCourier()

        def couriers() -> Mapping[str, Courier]:
            return {COURIER: courier}

        table = Table()
        table.offer(Parcels, "deliveries", HeardParcels(deliveries, sealed, couriers, tuple))
        self._receiver = Receiver(table, courier=COURIER, keys=(KEY,))
        catalogue: Any = SilentCatalogue()
        asking = CourierReactions(
            deliveries, sealed, catalogue, couriers=couriers, orders=dict, counting=tuple
        )
        telling = News(
            deliveries,
            sealed,
            catalogue,
            departments=_nobody,
            messenger=_nobody,
            cases=_nobody,
            couriers=couriers,
        )
        rows = [*asking.rows(), *telling.rows()]
        self._outbox = Outbox(store, rows, LaterClock(), owner="benchmark")

    async def receive(self, request: HttpRequest) -> None:
        response = await self._receiver.receive(request, BEGAN + timedelta(days=1))
        if response.status != 200:
            raise RuntimeError("a push was refused")

    async def finish(self) -> None:
        while await self._outbox.work():
            pass


async def _per_second(things: Sequence[object], work: Callable[..., Awaitable[object]]) -> float:
    waiting = iter(things)

    async def task() -> None:
        for each in waiting:
            await work(each)

    started = time.perf_counter()
    await asyncio.gather(*(task() for _ in range(TASKS)))
    return len(things) / (time.perf_counter() - started)


async def _write(store: Store, id: str) -> None:
    await store.mutate(DELIVERIES.name, id, lambda found: found | {"news": found["news"] + 1})


def _pushes(waybills: Sequence[str]) -> list[HttpRequest]:
    pushes = [_push(trace) for each in waybills for trace in _traces(each)]
    random.Random(1).shuffle(pushes)
    return pushes


def _push(trace: Mapping[str, str]) -> HttpRequest:
    content = orjson.dumps({"traces": [trace]})
    form = {"msgBody": content, "dataDigest": digest(content, KEY), "serialNo": "1"}
    return HttpRequest("POST", "/callbacks/couriers/ems", body=urlencode(form).encode())


def _traces(waybill: str) -> list[dict[str, str]]:
    return [
        {
            "traceNo": waybill,
            "opTime": f"{(BEGAN + timedelta(hours=hour)).astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
            "opCode": code,
            "opName": "处理",
            "opDesc": "【杭州市】投递员张三，电话13800138000，正在处理您的邮件",
            "opOrgName": "杭州中心",
        }
        for hour, code in enumerate(CODES)
    ]


def _begun(waybill: str) -> Document:
    attempt = Attempt(f"{_id(waybill)}-1", COURIER, waybill, began_at=BEGAN)
    return to_document(
        Delivery(
            id=_id(waybill),
            service="GA-HZ-01",
            service_name="普通护照签发、换发",
            department="exit_entry",
            direction=Direction.OUT,
            payer=Payer.CITIZEN,
            courier=COURIER,
            request_key=f"key of {waybill}",
            digest="",
            recipient="",
            created_at=BEGAN,
            state=State.WAYBILL,
            attempts=(attempt,),
            open_key=f"case|{waybill}|out",
            waybill_key=f"{COURIER}|{waybill}",
        )
    )


def _id(waybill: str) -> str:
    return f"D{waybill:0>24}"


def _has_ended(document: Document) -> bool:
    delivery = read(document)
    attempt = delivery.attempt
    whole = attempt is not None and len(attempt.scans) == len(CODES)
    return delivery.state is State.SIGNED and whole and not delivery.tasks and not delivery.given_up


def _over(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]
