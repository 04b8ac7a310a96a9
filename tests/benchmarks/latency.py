"""How long a call takes at half of what the gateway can take: ordering a fee, and a callback.

Platforms and finance answer at once, so that what is measured is what the gateway adds.
"""

import asyncio
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from channel_gateway.bootstrap import opened
from channel_gateway.domain.people import OpenId
from tests.benchmarks.end_to_end import insert_orders, measure, signed_requests
from tests.benchmarks.load import Outcome, request
from tests.benchmarks.material import Keys
from tests.benchmarks.processes import Server, started, stay_off_the_servers_core
from tests.benchmarks.report import Figure, Finding
from tests.benchmarks.servers.given import settings_without_delay, write_keys
from tests.benchmarks.servers.played import APP, TOTAL_FEN

CALLBACK, ORDER = "callback", "ordering a fee"


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: half of them find the limit, the others come at half its rate."""
    stay_off_the_servers_core()
    with TemporaryDirectory(prefix="benchmark-") as name, ExitStack() as stack:
        callbacks, ordering, keys = Path(name, "callbacks"), Path(name, "ordering"), Keys()
        for folder in (callbacks, ordering):
            folder.mkdir()
            write_keys(folder, keys)
        asyncio.run(insert_orders(callbacks, rounds * operations))
        orders = asyncio.run(ordering_requests(ordering, rounds * operations))
        called = stack.enter_context(started(CALLBACK, "gateway", callbacks))
        asked = stack.enter_context(started(ORDER, "gateway", ordering, "--without-delay"))
        outcomes: dict[str, list[tuple[float, Outcome]]] = {CALLBACK: [], ORDER: []}
        for first in range(0, rounds * operations, operations):
            signed = signed_requests(keys, first, operations)
            outcomes[CALLBACK].append(_at_half_load(called, signed))
            outcomes[ORDER].append(_at_half_load(asked, orders[first : first + operations]))
    for what, seen in outcomes.items():
        yield Figure(f"{what}: half load", statistics.median(rate for rate, _ in seen), "a second")
        for part in (0.5, 0.99):
            times = [outcome.latency(part) * 1000 for _, outcome in seen]
            yield Figure(f"{what}: p{part * 100:.0f}, median round", statistics.median(times), "ms")


async def ordering_requests(folder: Path, count: int) -> list[bytes]:
    """Each citizen, logged in beforehand, orders one fee."""
    tokens: list[str] = []
    async with opened(settings_without_delay(0, folder), beginning=True) as gateway:
        issue = gateway.edge.sessions.issue
        while len(tokens) < count:
            numbers = range(len(tokens), min(len(tokens) + 1000, count))
            issued = (issue("wechat", APP, OpenId(f"o{number:027}")) for number in numbers)
            tokens += await asyncio.gather(*issued)
    return [_order(number, token) for number, token in enumerate(tokens)]


def _order(number: int, token: str) -> bytes:
    body = b'{"pay_code":"%020d","check_code":"1357","total_fen":%d}' % (number, TOTAL_FEN)
    fields = {
        "Host": "127.0.0.1",
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"benchmark-{number:020}",
    }
    return request("POST", "/v1/orders", fields, body)


def _at_half_load(server: Server, requests: Sequence[bytes]) -> tuple[float, Outcome]:
    half = len(requests) // 2
    rate = measure(server, requests[:half]).per_second / 2
    outcome = measure(server, requests[half:], rate=rate).outcome
    if outcome.good != len(requests) - half:
        raise AssertionError(f"refused: {outcome.statuses}")
    return rate, outcome
