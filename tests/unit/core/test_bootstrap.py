"""A gateway is put together, opened, and closed in order."""

from pathlib import Path

from channel_gateway.bootstrap import opened
from channel_gateway.settings import Secrets, Settings, StoreSection


async def test_what_a_plug_in_has_not_written_yet_is_written_before_the_store_closes(
    tmp_path: Path,
) -> None:
    store = StoreSection(url=f"sqlite:{tmp_path}/gateway.db")
    async with opened(Settings(store=store, secrets=Secrets(folder=tmp_path))) as gateway:
        written: list[bool] = []

        async def ending() -> None:
            await gateway.store.ping()
            written.append(True)

        gateway.table.endings.append(ending)
    assert written == [True]
