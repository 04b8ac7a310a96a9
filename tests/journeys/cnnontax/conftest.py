"""A house with a second finance authority, of another region, that speaks CNNONTAX."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import House, open_house

UNIT = "320699021"  # charges through this region's authority
REGION = "320699"
PLUGINS: Mapping[str, Mapping[str, Any]] = {
    "rugao": {
        "module": "adapters.finance.cnnontax",
        "from": "var/stand-ins/platforms.json#finance_cnnontax",
        "listening": "127.0.0.1:0",
    },
    "payment": {
        "authorities": [
            {"finance": "rugao", "region": REGION},
            {"finance": "rugao", "units": [UNIT]},
        ]
    },
}


@pytest.fixture
async def house(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[House]:
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    async with open_house(tmp_path, keys, store=store, more=PLUGINS) as house:
        address = f"127.0.0.1:{house.ports['rugao']}"
        await house.control("POST", "/finance_cnnontax/unit-node", address=address)
        yield house
