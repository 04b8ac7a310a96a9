"""A gateway is put together, opened, and closed in order."""

from pathlib import Path

import pytest

from channel_gateway.bootstrap import opened
from channel_gateway.settings import Secrets, Settings, StoreSection, WrongSettings


async def test_what_a_plug_in_has_not_written_yet_is_written_before_the_store_closes(
    tmp_path: Path,
) -> None:
    store = StoreSection(url=f"sqlite:{tmp_path}/gateway.db")
    settings = Settings(store=store, secrets=Secrets(folder=tmp_path))
    async with opened(settings, beginning=True) as gateway:
        written: list[bool] = []

        async def ending() -> None:
            await gateway.store.ping()
            written.append(True)

        gateway.table.endings.append(ending)
    assert written == [True]


@pytest.mark.parametrize("looking", [True, False], ids=["to look", "to work"])
async def test_whoever_is_not_the_first_here_makes_neither_a_store_nor_keys(
    tmp_path: Path, looking: bool
) -> None:
    settings = Settings(
        store=StoreSection(url=f"sqlite:{tmp_path}/var/gateway.db"),
        secrets=Secrets(folder=tmp_path / "var"),
    )

    with pytest.raises(WrongSettings):
        async with opened(settings, looking=looking):
            pass

    assert not (tmp_path / "var").exists()


async def test_who_works_on_a_store_makes_no_keys_beside_those_it_was_sealed_with(
    tmp_path: Path,
) -> None:
    store = StoreSection(url=f"sqlite:{tmp_path}/gateway.db")
    async with opened(Settings(store=store, secrets=Secrets(folder=tmp_path)), beginning=True):
        pass

    with pytest.raises(WrongSettings) as refused:
        async with opened(Settings(store=store, secrets=Secrets(folder=tmp_path / "others"))):
            pass

    assert f"secrets: {tmp_path}/others/index.key is missing" in refused.value.lines
    assert not (tmp_path / "others").exists()
