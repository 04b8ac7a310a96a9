"""A fee, end to end, through a channel the core has never heard of."""

import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from channel_gateway.bootstrap import Gateway, assemble
from channel_gateway.scaffold.channel import settings_tables
from channel_gateway.settings import Settings
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.web.shell import shell
from mock_platforms.keys import KeyFolder
from mock_platforms.server import RunningStage, start

SAMPLE = "tests.sample_channel"
STAND_INS = ("mock_platforms.finance", f"{SAMPLE}.mock_platforms.samplebank")
Answer = dict[str, Any]


@dataclass
class Town:
    """The gateway and the stand-ins on their sockets, and a citizen with a phone."""

    gateway: Gateway
    stage: RunningStage
    home: aiohttp.ClientSession
    control: aiohttp.ClientSession
    token: str = ""

    async def call(self, method: str, path: str, **body: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": path.strip("/")}
        async with self.home.request(method, f"/v1{path}", json=body, headers=headers) as answer:
            told: Answer = await answer.json(content_type=None)
            assert answer.ok, told
            return told

    async def happens(self, path: str, **body: Any) -> Any:
        async with self.control.post(path, json=body) as answer:
            told = await answer.json()
            assert answer.ok, told
            return told

    async def time_passes(self, by: timedelta) -> None:
        """Callbacks arrive, and the worker does what is due."""
        await self.stage.stage.clock.advance(by.total_seconds())
        while await self.gateway.outbox.work():
            continue


@pytest.fixture
async def town(tmp_path: Path, stand_in_keys: KeyFolder) -> AsyncIterator[Town]:
    builds = {path.rpartition(".")[2]: import_module(path).build for path in STAND_INS}
    home_url = f"http://127.0.0.1:{unused_port()}"
    async with (
        start(tmp_path, builds=builds, keys=stand_in_keys, shared_clock=True) as stage,
        AiohttpSender() as http,
        aiohttp.ClientSession(stage.control_url) as control,
        aiohttp.ClientSession(home_url) as home,
    ):
        gateway = assemble(_settings(tmp_path, home_url), http, clock=stage.stage.clock)
        await gateway.store.open()
        runner = web.ServerRunner(shell(gateway.table, gateway.edge))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(home_url.rpartition(":")[2])).start()
        yield Town(gateway, stage, home, control)
        await runner.cleanup()
        await gateway.store.close()


def _settings(folder: Path, home_url: str) -> Settings:
    """What the scaffold prints, between finance and payment."""
    platforms = str(folder / "platforms.json")
    plugins = {
        "finance": {"module": "adapters.finance.json_protocol", "from": f"{platforms}#finance"},
        **tomllib.loads(
            settings_tables("samplebank", under=SAMPLE).replace(
                "var/stand-ins/platforms.json", platforms
            )
        )["plugins"],
        "calendar": {"module": "channel_gateway.services.calendar"},
        "citizen": {"module": "channel_gateway.services.citizen"},
        "payment": {"module": "payment", "finance": "finance"},
    }
    return Settings.model_validate(
        {
            "server": {"public_url": home_url},
            "store": {"url": "memory:"},
            "secrets": {"folder": folder / "secrets"},
            "plugins": plugins,
        }
    )


async def test_a_fee_is_paid_through_a_channel_the_core_never_heard_of(town: Town) -> None:
    notice = await town.happens("/finance/notices")
    citizen = await town.happens("/samplebank/login-codes")
    session = await town.call("POST", "/sessions", channel="samplebank", code=citizen["code"])
    town.token = session["token"]
    codes = {name: notice[name] for name in ("pay_code", "check_code")}

    shown = await town.call("POST", "/notices/look-up", **codes)
    order = await town.call("POST", "/orders", **codes, total_fen=shown["total_fen"])
    page = order["pay"]
    await town.happens(f"/samplebank/orders/{page.pop('prepay_id')}/pay", **page)
    await town.time_passes(timedelta())

    seen = await town.call("GET", f"/orders/{order['order_id']}")
    assert (seen["method"], seen["state"]) == ("samplebank_pay", "confirmed")
    await town.time_passes(timedelta(seconds=60))
    seen = await town.call("GET", f"/orders/{order['order_id']}")
    assert seen["state"] == "receipted"
    assert seen["receipt"]["total_fen"] == shown["total_fen"]
