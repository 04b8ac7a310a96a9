"""Finance speaks to a port that several processes share, and both end cleanly."""

import json

import pytest

from tests.ports import free_port
from tests.processes.programs import until
from tests.processes.storm import gateway

pytestmark = pytest.mark.processes
PUSHES = 12


async def test_several_processes_take_what_finance_pushes(settings, tmp_path, http, stand_ins):
    store, port, listening = f"sqlite:{tmp_path / 'gateway.db'}", free_port(), free_port()
    settings.write_text(f"""{settings.read_text()}
[[plugins.payment.authorities]]
finance = "rugao"
region = "320699"

[plugins.rugao]
module = "adapters.finance.cnnontax"
from = "{stand_ins.folder / "platforms.json"}#finance_cnnontax"
listening = "127.0.0.1:{listening}"
""")
    node = "/finance_cnnontax"
    await stand_ins.control("POST", f"{node}/unit-node", address=f"127.0.0.1:{listening}")

    async def attempts():
        told = await stand_ins.control("GET", "/deliveries")
        return [each["outcome"] for each in told["deliveries"]]

    async with gateway(settings, store, port, http, "--workers", "2") as program:
        for _ in range(PUSHES):
            notice = await stand_ins.control("POST", f"{node}/notices")
            path = f"{node}/notices/{notice['pay_code']}/pay-elsewhere"
            await stand_ins.control("POST", path)
        found = await until("all pushes", attempts, lambda found: len(found) >= PUSHES)
        assert found == ["accepted"] * PUSHES

        async with http.get(f"http://127.0.0.1:{port}/metrics") as answer:
            counted = [line for line in (await answer.text()).splitlines() if "listener" in line]
        sample = 'gateway_listener_connections_total{name="rugao",outcome="acknowledged"}'
        assert f"{sample} {PUSHES}.0" in counted, json.dumps(counted)

        program.terminate()
        assert await program.ended() == 0
