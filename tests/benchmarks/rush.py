"""The rush: many citizens at once on the few seats of one slot, over HTTP, until it is sold out.

Beside ours, on the same core: booking as it is commonly written, behind the same web edge, and bare
aiohttp, which says "sold out" without a look.
"""

import asyncio
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from tests.benchmarks.ledgers import Ledger, mongo_ledger, sqlite_ledger
from tests.benchmarks.load import drive, request
from tests.benchmarks.processes import Server, started, stay_off_the_servers_core
from tests.benchmarks.report import Finding
from tests.benchmarks.rush_findings import BARE, BOOKED, OURS, REFUSED, Run, findings
from tests.benchmarks.servers.hello import BOOKING_PATH
from tests.benchmarks.servers.office import ANSWERS, HALL, SERVICE, furnish, remember, tokens

ENGINES = {"SQLite": sqlite_ledger, "MongoDB": mongo_ledger}
# The others of each engine, and their stores.
OTHERS: Mapping[str, Mapping[str, str]] = {
    "SQLite": {
        "transaction each, aiosqlite": "bookings-in-hops",
        "transaction each, in one hop": "bookings",
    },
    "MongoDB": {"conditional update each": "bookings"},
}
STORE = "appointments"  # ours
CONNECTIONS = 250  # as many as one process answers at a time
_TO_ONE_SEAT = 100  # citizens


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: citizens in a round, a hundred to each seat; each round has a slot of its own.

    Afterwards a tenth as many come who can only be refused.
    """
    stay_off_the_servers_core()
    seats = max(1, operations // _TO_ONE_SEAT)
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        furnish(folder, seats)
        late = max(1, operations // 10)
        citizens, identities = asyncio.run(tokens(folder, rounds * (operations + late)))
        for engine, opened in ENGINES.items():
            with opened(folder) as ledger, ExitStack() as stack:
                asyncio.run(remember(ledger.url(STORE), identities))
                servers = [
                    stack.enter_context(started(name, module, folder, *options))
                    for name, (module, *options) in _servers(engine, ledger, seats).items()
                ]
                runs = []
                for number, slot in zip(range(rounds), _slots(servers[0]), strict=False):
                    requests = [_booking(token, slot) for token in citizens[number::rounds]]
                    runs.append(_round(engine, ledger, servers, slot, seats, requests, late))
            yield from findings(engine, list(OTHERS[engine]), runs)


def _servers(engine: str, ledger: Ledger, seats: int) -> dict[str, list[str]]:
    """Each with its module and what that is told; ours first."""
    others = {
        name: ["one_transaction", ledger.url(store), str(seats)]
        for name, store in OTHERS[engine].items()
    }
    return {OURS: ["appointments", ledger.url(STORE)], **others, BARE: ["hello"]}


def _slots(server: Server) -> list[str]:
    """Of the first day that can be booked: no more rounds are run than it has."""
    path = f"/v1/services/{SERVICE}/halls/{HALL}/slots"
    with urlopen(f"http://127.0.0.1:{server.port}{path}") as answer:
        return [each["slot"] for each in json.load(answer)["slots"]]


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


def _round(
    engine: str,
    ledger: Ledger,
    servers: Sequence[Server],
    slot: str,
    seats: int,
    requests: Sequence[bytes],
    late: int,
) -> dict[str, Run]:
    runs = {}
    for server in random.sample(servers, len(servers)):
        first, rest = requests[:-late], requests[-late:]
        if server.name == BARE:
            runs[BARE] = _rush(server, first, seats)
            continue
        store = OTHERS[engine].get(server.name, STORE)
        if store != STORE:
            ledger.offer(store, slot, seats)
        before = ledger.writes(store)
        run = _rush(server, first, seats)
        sold_out = ledger.writes(store)
        refused = _rush(server, rest, seats)
        run.wrote, run.wrote_sold_out = sold_out - before, ledger.writes(store) - sold_out
        strange = {*run.outcome.statuses, *refused.outcome.statuses} - {BOOKED, REFUSED}
        if strange:
            raise AssertionError(f"{server.name} answered {strange}")
        run.sold = ledger.sold(store, f"{SERVICE}|{HALL}|{slot}" if store == STORE else slot)
        runs[server.name] = run
    return runs


def _rush(server: Server, requests: Sequence[bytes], seats: int) -> Run:
    before = server.cpu_seconds()
    outcome = drive(server.port, requests, connections=CONNECTIONS)
    return Run(outcome, server.cpu_seconds() - before, seats)
