"""All that surrounds a route of ours, against bare aiohttp giving the same answer."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.end_to_end import Run, measure
from tests.benchmarks.load import request
from tests.benchmarks.processes import started, stay_off_the_servers_core
from tests.benchmarks.report import Figure, Finding, Ratio
from tests.benchmarks.servers.citizen import CITIZEN_PATH, token

OURS, BARE = "a route of ours", "bare aiohttp"


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: requests in a round; request id, session, log line and metrics round each."""
    stay_off_the_servers_core()
    with TemporaryDirectory(prefix="benchmark-") as name, ExitStack() as stack:
        servers = [
            stack.enter_context(started(OURS, "citizen", Path(name))),
            stack.enter_context(started(BARE, "hello", Path(name))),
        ]
        bearer = f"Bearer {asyncio.run(token())}"
        fields = {"Host": "127.0.0.1", "Authorization": bearer, "Accept": "application/json"}
        requests = [request("GET", CITIZEN_PATH, fields)] * operations
        runs: list[dict[str, Run]] = []
        for _ in range(rounds):
            random.shuffle(servers)
            runs.append({server.name: measure(server, requests) for server in servers})
        if any(each.outcome.good != operations for run in runs for each in run.values()):
            raise AssertionError("a server refused")
    seen = [run[OURS].per_cpu_second / run[BARE].per_cpu_second for run in runs]
    yield Ratio("G7", f"requests per CPU second: {OURS} / {BARE}", seen, at_least=0.7)
    seen = [run[OURS].per_second / run[BARE].per_second for run in runs]
    yield Ratio("", "the same by the clock", seen)
    for server in (OURS, BARE):
        cpu = min(1e6 / run[server].per_cpu_second for run in runs)
        yield Figure(f"{server}: CPU", cpu, "µs each")
