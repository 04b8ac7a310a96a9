"""A flood of forged pushes: what each costs, against a bare 404 and a push that is taken."""

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.load import drive, request
from tests.benchmarks.processes import TICK_S, Server, started, stay_off_the_servers_core
from tests.benchmarks.report import Figure, Finding, Ratio
from tests.benchmarks.servers.door import ADDRESS, NAME, WRONG

BODY = b'{"Body":{"WaybillRoute":[]}}' + b" " * 2000
NOWHERE, GUESSED, TAKEN, REFUSED = (
    "nothing at this address",
    "a wrong key",
    "a push taken",
    "a push refused, counted, kept",
)


def run(rounds: int, operations: int) -> Iterator[Finding]:
    """`operations`: pushes of each kind in a round."""
    stay_off_the_servers_core()
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        with started("door", "door", folder) as server:
            address = (folder / ADDRESS).read_text()
            pushes = {
                NOWHERE: (_push("/callbacks/nobody/" + "k" * 32), 404),
                GUESSED: (_push(f"/callbacks/{NAME}/" + "k" * 32), 404),
                TAKEN: (_push(address), 200),
                REFUSED: (_push(address, WRONG + BODY), 200),
            }
            runs: list[dict[str, float]] = []
            for _ in range(rounds):
                kinds = list(pushes)
                random.shuffle(kinds)
                runs.append(
                    {kind: _per_cpu_second(server, *pushes[kind], operations) for kind in kinds}
                )
    for kind, other in ((GUESSED, NOWHERE), (GUESSED, TAKEN), (REFUSED, TAKEN)):
        seen = [run[kind] / run[other] for run in runs]
        yield Ratio("", f"a CPU second: {kind} / {other}", seen)
    for kind in pushes:
        yield Figure(f"{kind}: CPU", min(1e6 / run[kind] for run in runs), "µs each")


def _push(path: str, body: bytes = BODY) -> bytes:
    fields = {"Host": "127.0.0.1", "Content-Type": "application/json"}
    return request("POST", path, fields, body)


def _per_cpu_second(server: Server, push: bytes, status: int, operations: int) -> float:
    before = server.cpu_seconds()
    outcome = drive(server.port, [push] * operations)
    if outcome.statuses != {status: operations}:
        raise AssertionError("a push was answered as another kind is")
    return operations / max(server.cpu_seconds() - before, TICK_S)
