"""A house where one unit's fees are paid through WeChat's non-tax platform, and others' not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import House, open_house
from tests.journeys.nontax.registry import PATH, PLUGIN, UNIT


@pytest.fixture
async def house(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[House]:
    more = {
        PLUGIN: {
            "module": "payment.connectors.wechat_nontax",
            "from": "var/stand-ins/platforms.json#wechat,wechat/nontax",
        },
        "payment": {"reserved": [{"method": PLUGIN, "region": "330199", "units": [UNIT]}]},
    }
    async with open_house(tmp_path, keys, more=more) as house:
        url = house.url + PATH
        addresses = {"notify_url": url, "queryfee_url": f"{url}/queryfee"}
        await house.control("POST", "/wechat/nontax/addresses", **addresses)
        yield house
