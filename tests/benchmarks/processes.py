"""Servers as processes of their own on core 0, and the CPU time they have used."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

SERVERS_CORE, OURS = 0, 1
TICK_S = 1 / os.sysconf("SC_CLK_TCK")  # what the kernel counts CPU time in
_STARTING_S = 30


@dataclass(frozen=True)
class Server:
    name: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """User and system time of the process and its children, finished threads included."""
        return sum(_cpu_ticks(pid) for pid in _family(self.process.pid)) * TICK_S

    def resident_mib(self) -> float:
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def started(name: str, module: str, folder: Path, *options: str) -> Iterator[Server]:
    """Run `tests.benchmarks.servers.MODULE`; what it prints goes to a file in the folder."""
    port = free_port()
    module = f"tests.benchmarks.servers.{module}"
    command = [sys.executable, "-m", module, str(port), str(folder), *options]
    with open(folder / f"{name.replace(' ', '-')}.log", "wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVERS_CORE}),
        )
        try:
            _wait_until_it_listens(name, port, process, Path(log.name))
            yield Server(name, port, process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def stay_off_the_servers_core() -> None:
    """Move this process, the load generator, to the other core."""
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {OURS})


def _wait_until_it_listens(
    name: str, port: int, process: subprocess.Popen[bytes], log: Path
) -> None:
    until = time.monotonic() + _STARTING_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"{name} does not listen:\n{log.read_text()}")


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
