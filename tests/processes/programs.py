"""Our programs as real processes: begun, waited for, killed, and never left behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

PATIENCE_S = 60
STOP_S = 25  # what is in flight has twenty seconds
Found = TypeVar("Found")


@dataclass
class Program:
    """One process with all it forks, in a group of its own."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def workers(self) -> list[int]:
        """The processes it has forked, by their ids."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in tasks.read_text().split()]

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End all of it as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    async def ended(self) -> int:
        """Its exit code, once it has ended. Fails when that takes longer than it may."""
        await until("the process to end", _now(lambda: self.process.poll()), _is_there, STOP_S)
        return self.process.returncode


@contextmanager
def begun(folder: Path, name: str, *arguments: str, **variables: str) -> Iterator[Program]:
    """Begin a module as a process; end it, and all it forked, whatever happens."""
    log = folder / f"{name}.log"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GATEWAY_")}
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=clean | variables,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    program = Program(process, log)
    try:
        yield program
    finally:
        program.kill()


@dataclass
class StandIns:
    """The platforms as a process of their own, and a line to their control plane."""

    folder: Path
    control_url: str
    http: aiohttp.ClientSession = field(repr=False)

    async def control(self, method: str, path: str, **body: Any) -> Any:
        async with self.http.request(method, self.control_url + path, json=body) as answer:
            told = await answer.json()
            assert answer.ok, told
            return told

    async def calls(self, platform: str, operation: str) -> int:
        """How often a call came in."""
        told = await self.control("GET", f"/requests?platform={platform}")
        return sum(each["operation"] == operation for each in told["requests"])


async def stand_ins_of(folder: Path, http: aiohttp.ClientSession) -> StandIns:
    """The stand-ins whose state lies in this folder, once they listen."""
    addresses = folder / "platforms.json"
    await until("the stand-ins to listen", _now(addresses.exists), bool)
    control = json.loads(addresses.read_text())["control"]["base_url"]
    return StandIns(folder, control, http)


async def serving(url: str, http: aiohttp.ClientSession, program: Program) -> None:
    """Wait until a gateway is ready. Fails with its log when it ends instead."""

    async def ready() -> bool:
        assert program.alive, program.log.read_text()[-2000:]
        with suppress(aiohttp.ClientError):
            async with http.get(url + "/readyz") as answer:
                return answer.status == 200
        return False

    await until(f"{url} to be ready", ready, bool)


def settings_file(folder: Path, stand_ins: Path) -> Path:
    """The settings as cloned, with the stand-ins of this folder."""
    file = folder / "settings.toml"
    file.write_text(Path("settings.toml").read_text().replace("var/stand-ins", str(stand_ins)))
    return file


def variables(
    settings: Path, *, store: str, port: int, public_port: int | None = None
) -> dict[str, str]:
    """What is given from outside. The lease is short, so that a test need not wait a minute."""
    return {
        "GATEWAY_SETTINGS": str(settings),
        "GATEWAY_STORE__URL": store,
        "GATEWAY_SERVER__PORT": str(port),
        "GATEWAY_SERVER__PUBLIC_URL": f"http://127.0.0.1:{public_port or port}",
        "GATEWAY_SECRETS__FOLDER": str(settings.parent / "secrets"),
        "GATEWAY_WORKER__LEASE_S": "4",
    }


async def until(
    what: str,
    look: Callable[[], Awaitable[Found]],
    good: Callable[[Found], bool],
    patience_s: float = PATIENCE_S,
) -> Found:
    """Look again until it is good; fail, naming what was waited for, when it does not come."""
    give_up = time.monotonic() + patience_s
    while True:
        found = await look()
        if good(found):
            return found
        assert time.monotonic() < give_up, f"waited {patience_s} s for {what}; last seen: {found}"
        await asyncio.sleep(0.05)


def _now(look: Callable[[], Found]) -> Callable[[], Awaitable[Found]]:
    async def looked() -> Found:
        return look()

    return looked


def _is_there(found: object) -> bool:
    return found is not None
