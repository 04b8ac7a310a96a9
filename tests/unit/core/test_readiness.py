"""A gateway is ready when what it cannot serve without is there."""

from pathlib import Path

import pytest

from channel_gateway.bootstrap import assemble
from channel_gateway.ports import StoreUnavailable
from channel_gateway.settings import Secrets, Settings, StoreSection
from channel_gateway.store.sqlite import SqliteStore
from channel_gateway.web.outbound import AiohttpSender


async def test_a_gateway_is_not_ready_while_its_store_does_not_answer(tmp_path: Path) -> None:
    settings = Settings(
        store=StoreSection(url=f"sqlite:{tmp_path}/gateway.db"), secrets=Secrets(folder=tmp_path)
    )
    gateway = assemble(settings, AiohttpSender())
    (row,) = (row for row in gateway.table.readiness if row.name == "store")

    with pytest.raises(StoreUnavailable):
        await row.check()

    await gateway.store.open()
    await row.check()
    await gateway.store.close()


async def test_a_store_whose_disk_is_all_but_full_does_not_answer_well(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "gateway.db", [], least_free_bytes=2**62)
    await store.open()
    with pytest.raises(StoreUnavailable, match="full"):
        await store.ping()
    await store.close()
