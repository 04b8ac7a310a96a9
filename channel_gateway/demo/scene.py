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

from channel_gateway.bootstrap import opened
from channel_gateway.demo.templates import take_up_templates
from channel_gateway.private_files import make_private_folder
from channel_gateway.running import run_gateway
from channel_gateway.settings import Settings, WrongSettings, read_settings
from channel_gateway.staff.keeping import StaffAccounts
from mock_platforms.server import RunningStage, start


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that listens, and the one HTTP session the players use."""

    folder: Path
    gateway_url: str
    stage: RunningStage
    operator_key: str
    http: aiohttp.ClientSession
    ended: asyncio.Task[None]  # the gateway itself
    accounts: StaffAccounts

    async def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A word to the stand-ins' control plane."""
        url = self.stage.control_url + path
        async with self.http.request(method, url, json=body or {}) as answer:
            told = await answer.json()
            if answer.status >= 400:
                raise AssertionError(f"the stand-ins refused {method} {path}: {told}")
            return told


@asynccontextmanager
async def scene(folder: Path, port: int, *, moving: bool = False) -> AsyncIterator[Scene]:
    """Begin anew in the folder: the stand-ins remember nothing either. Port 0 takes a free one.

    `moving`: the gateway lives in the stand-ins' time, which the control plane moves.
    Raises `WrongSettings` when the port is taken, before anything is touched: a demo may run there.
    """
    port = _port(port)
    shutil.rmtree(folder, ignore_errors=True)
    make_private_folder(folder / "stand-ins")
    async with (
        start(folder / "stand-ins", shared_clock=moving) as stage,
        aiohttp.ClientSession() as http,
    ):
        settings = demo_settings(folder, port, moving=moving)
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
        url = settings.server.public_url
        try:
            async with opened(settings) as beside:  # as the command `staff` opens it
                accounts = beside.edge.staff
                set_up = Scene(folder, url, stage, operator_key, http, gateway, accounts)
                await take_up_templates(set_up.control)
                yield set_up
        finally:
            stop.set()
            await gateway


def demo_settings(folder: Path, port: int, *, moving: bool = False) -> Settings:
    """The settings as cloned, moved to the demo's folder and port, and kept there as a file.

    So the other commands can look at the demo: GATEWAY_SETTINGS=var/demo/settings.toml.
    """
    cloned = Path("settings.toml").read_text(encoding="utf-8")
    moved = folder / "settings.toml"
    text = cloned.replace("var/", f"{folder}/").replace("8080", str(port))
    clock = f'\n[clock]\nfollow = "{folder}/stand-ins/clock"\n' if moving else ""
    moved.write_text(text + clock, encoding="utf-8")
    return read_settings(moved, {})


def _port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one just left is free
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            why = f"port {wanted} is taken, perhaps by another demo; name one with --port"
            raise WrongSettings([why]) from error
        return int(probe.getsockname()[1])
