"""Sets the scene: the stand-ins listening, and a gateway on its embedded store beside them."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from channel_gateway.running import run_gateway
from channel_gateway.settings import Settings, read_settings
from mock_platforms.server import RunningStage, start

FOLDER = Path("var/demo")  # begun anew each time: the stand-ins remember nothing either


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that listens, and the one HTTP session the players use."""

    gateway_url: str
    stage: RunningStage
    operator_key: str
    http: aiohttp.ClientSession
    ended: asyncio.Task[None]  # the gateway itself

    async def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A word to the stand-ins' control plane."""
        url = self.stage.control_url + path
        async with self.http.request(method, url, json=body or {}) as answer:
            told = await answer.json()
            if answer.status >= 400:
                raise AssertionError(f"the stand-ins refused {method} {path}: {told}")
            return told


@asynccontextmanager
async def scene(port: int) -> AsyncIterator[Scene]:
    shutil.rmtree(FOLDER, ignore_errors=True)
    stand_ins = FOLDER / "stand-ins"
    stand_ins.mkdir(parents=True)
    async with start(stand_ins) as stage, aiohttp.ClientSession() as http:
        settings = demo_settings(port or _free_port(), stand_ins)
        stop, listening = asyncio.Event(), asyncio.Event()
        gateway = asyncio.create_task(
            run_gateway(settings, stop=stop, listening=lambda *_: listening.set())
        )
        ready = asyncio.create_task(listening.wait())
        await asyncio.wait({gateway, ready}, return_when=asyncio.FIRST_COMPLETED)
        if gateway.done():
            ready.cancel()
            await gateway  # raises what went wrong
        operator_key = bytes.fromhex((settings.secrets.folder / "operator.key").read_text()).hex()
        try:
            yield Scene(settings.server.public_url, stage, operator_key, http, gateway)
        finally:
            stop.set()
            await gateway


def demo_settings(port: int, stand_ins: Path) -> Settings:
    """The settings as cloned, moved into the demo's own folder and port."""
    tree = read_settings(Path("settings.toml"), {}).model_dump()
    tree["server"] |= {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    tree["store"]["url"] = f"sqlite:{FOLDER / 'gateway.db'}"
    tree["secrets"]["folder"] = FOLDER / "secrets"
    for section in tree["plugins"].values():
        if "from" in section:
            section["from"] = section["from"].replace("var/stand-ins", str(stand_ins))
    return Settings.model_validate(tree)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
