"""The rush: many citizens at once on the few seats of one slot, over HTTP, until it is sold out.

Beside ours, on the same core: a transaction for each request behind the same web edge, and bare
aiohttp, which says "sold out" without a look.
"""

import asyncio
import json
import random
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from tests.benchmarks.ledgers import Ledger, mongo_ledger, sqlite_ledger
from tests.benchmarks.load import Outcome, drive, request
from tests.benchmarks.processes import Server, started, stay_off_the_servers_core
from tests.benchmarks.report import Fact, Figure, Finding, Ratio
from tests.benchmarks.servers.hello import BOOKING_PATH
from tests.benchmarks.servers.office import ANSWERS, HALL, SERVICE, furnish, tokens

OURS, ONE_TRANSACTION, BARE = "gateway", "one transaction each", "bare aiohttp"
# The store of each, and how it names a slot there.
STORES = {OURS: "appointments", ONE_TRANSACTION: "bookings"}
NAMED = {OURS: f"{SERVICE}|{HALL}|{{}}", ONE_TRANSACTION: "{}"}
ENGINES = {"SQLite": sqlite_ledger, "MongoDB": mongo_ledger}
CONNECTIONS = 250  # as many as one process answers at a time
BOOKED, REFUSED = 201, 409
_TO_ONE_SEAT = 100  # citizens


@dataclass(frozen=True)
class Run:
    """What a server did with one rush."""

    outcome: Outcome
    sold: int
    seats: int
    wrote: int  # what the store counted meanwhile
    wrote_sold_out: int  # and while more were refused after it

    @property
    def per_second(self) -> float:
        return len(self.outcome.answers) / self.outcome.seconds

    @property
    def winners(self) -> list[int]:
        """Who got a seat, by the order in which they came."""
        return sorted(each.number for each in self.outcome.answers if each.status == BOOKED)

    @property
    def overtaken(self) -> int:
        """How many of the first, one for each seat, went away without one."""
        return self.seats - sum(number < self.seats for number in self.winners)


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: citizens in a round, a hundred to each seat; each round has a slot of its own.

    Afterwards a tenth as many come who can only be refused.
    """
    stay_off_the_servers_core()
    seats = max(1, operations // _TO_ONE_SEAT)
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        furnish(folder, seats)
        citizens = asyncio.run(tokens(folder, rounds * (operations + _late(operations))))
        for engine, opened in ENGINES.items():
            with opened(folder) as ledger, ExitStack() as stack:
                servers = [
                    stack.enter_context(started(name, module, folder, *options))
                    for name, (module, *options) in _servers(ledger, seats).items()
                ]
                slots = _slots(servers[0])[:rounds]
                runs = [
                    _round(ledger, servers, slot, seats, citizens[number :: len(slots)])
                    for number, slot in enumerate(slots)
                ]
            yield from _findings(engine, runs)


def _servers(ledger: Ledger, seats: int) -> dict[str, list[str]]:
    """Each with its module and what that is told; ours first."""
    return {
        OURS: ["appointments", ledger.url(STORES[OURS])],
        ONE_TRANSACTION: ["one_transaction", ledger.url(STORES[ONE_TRANSACTION]), str(seats)],
        BARE: ["hello"],
    }


def _late(operations: int) -> int:
    return max(1, operations // 10)


def _slots(server: Server) -> list[str]:
    """Of the first day that can be booked: no more rounds than it has."""
    path = f"/v1/services/{SERVICE}/halls/{HALL}/slots"
    with urlopen(f"http://127.0.0.1:{server.port}{path}") as answer:
        return [each["slot"] for each in json.load(answer)["slots"]]


def _round(
    ledger: Ledger, servers: Sequence[Server], slot: str, seats: int, citizens: Sequence[str]
) -> dict[str, Run]:
    requests = [_booking(token, slot) for token in citizens]
    return {
        server.name: _rush(ledger, server, slot, seats, requests)
        for server in random.sample(servers, len(servers))
    }


def _booking(token: str, slot: str) -> bytes:
    body = {"service": SERVICE, "hall": HALL, "slot": slot, "answers": ANSWERS}
    fields = {
        "Host": "127.0.0.1",
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Idempotency-Key": f"rush-{slot}",  # a citizen's own
    }
    return request("POST", BOOKING_PATH, fields, json.dumps(body).encode())


def _rush(ledger: Ledger, server: Server, slot: str, seats: int, requests: Sequence[bytes]) -> Run:
    count = len(requests) * 10 // 11
    if server.name == BARE:
        return Run(drive(server.port, requests[:count], connections=CONNECTIONS), 0, seats, 0, 0)
    store = STORES[server.name]
    if server.name == ONE_TRANSACTION:
        ledger.offer(store, slot, seats)
    before = ledger.writes(store)
    outcome = drive(server.port, requests[:count], connections=CONNECTIONS)
    sold_out = ledger.writes(store)
    late = drive(server.port, requests[count:], connections=CONNECTIONS)
    after = ledger.writes(store)
    strange = {*outcome.statuses, *late.statuses} - {BOOKED, REFUSED}
    if strange:
        raise AssertionError(f"{server.name} answered {outcome.statuses}, {late.statuses}")
    sold = ledger.sold(store, NAMED[server.name].format(slot))
    return Run(outcome, sold, seats, sold_out - before, after - sold_out)


def _findings(engine: str, runs: Sequence[dict[str, Run]]) -> Iterator[Finding]:
    seen = [run[OURS].per_second / run[ONE_TRANSACTION].per_second for run in runs]
    yield Ratio("G8", f"{engine}: answers a second: {OURS} / {ONE_TRANSACTION}", seen, 1.35)
    seen = [
        run[OURS].outcome.latency(0.99) / run[ONE_TRANSACTION].outcome.latency(0.99) for run in runs
    ]
    yield Ratio("G8", f"{engine}: p99 of all: {OURS} / {ONE_TRANSACTION}", seen, at_most=0.5)
    for name in (OURS, ONE_TRANSACTION):
        seen = [run[name].per_second / run[BARE].per_second for run in runs]
        yield Ratio("", f"{engine}: answers a second: {name} / {BARE}", seen)
    ours = [run[OURS] for run in runs]
    seats = ours[0].seats
    exactly = all(run.sold == len(run.winners) == seats for run in ours)
    yield Fact(
        "G8", f"{engine}: exactly {seats} acknowledged, and in the store, each round", exactly
    )
    silent = all(run.wrote_sold_out == 0 for run in ours)
    yield Fact("G8", f"{engine}: while it is sold out, not one write is tried", silent)
    yield from _figures(engine, runs)


def _figures(engine: str, runs: Sequence[dict[str, Run]]) -> Iterator[Finding]:
    for name in (OURS, ONE_TRANSACTION, BARE):
        rates = [run[name].per_second for run in runs]
        yield Figure(f"{engine}: {name}", statistics.median(rates), "a second")
    for name in (OURS, ONE_TRANSACTION):
        some = [run[name] for run in runs]
        for what, status in (("with a seat", BOOKED), ("sold out", REFUSED)):
            for part in (0.5, 0.99):
                times = [
                    1000 * r.outcome.latency(part, status)
                    for r in some
                    if status in r.outcome.statuses
                ]
                if times:
                    yield Figure(
                        f"{engine}: {name}: {what}, p{part * 100:.0f}",
                        statistics.median(times),
                        "ms",
                    )
        first = statistics.median(run.overtaken for run in some)
        yield Figure(
            f"{engine}: {name}: of the first {some[0].seats} without a seat", first, "citizens"
        )
        last = statistics.median(max(run.winners) + 1 for run in some)
        yield Figure(f"{engine}: {name}: the last seat went to arrival", last, "")
    wrote = statistics.median(run[OURS].wrote for run in runs)
    yield Figure(f"{engine}: {OURS}: writes the store counted in a rush", wrote, "")
