"""A store is made by who opens it to work, and by nobody who only looks."""

from pathlib import Path

import pytest

from channel_gateway.ports import Store, StoreAbsent
from channel_gateway.store import make_store
from tests.contracts.store.conftest import LASTING, Engine
from tests.contracts.store.model import ALL


def modes_in(folder: Path) -> dict[str, int]:
    return {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()}


def unopened(engine: Engine) -> Store:
    return make_store(engine.url, ALL, driver=engine.name)


async def test_who_only_looks_makes_no_store(engine: Engine) -> None:
    for _ in range(2):  # the first look has not made it either
        store = unopened(engine)
        with pytest.raises(StoreAbsent):
            await store.open(create=False)
        await store.close()


@pytest.mark.parametrize("engine", LASTING, indirect=True)
async def test_who_only_looks_finds_what_is_kept(engine: Engine, store: Store) -> None:
    await store.insert("notes", {"_id": "1"})

    looking = unopened(engine)
    await looking.open(create=False)

    assert await looking.get("notes", "1") == {"_id": "1", "v": 1}
    await looking.close()


async def test_an_empty_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "gateway.db").touch()
    store = make_store(f"sqlite:{tmp_path}/gateway.db", ALL)

    with pytest.raises(StoreAbsent):
        await store.open(create=False)

    await store.close()
    assert list(modes_in(tmp_path)) == ["gateway.db"]


async def test_what_sqlite_keeps_is_ours_alone(tmp_path: Path) -> None:
    store = make_store(f"sqlite:{tmp_path}/gateway.db", ALL)
    await store.open()
    await store.insert("notes", {"_id": "1"})

    modes = modes_in(tmp_path)

    await store.close()
    assert {"gateway.db", "gateway.db-wal", "gateway.db-shm", "gateway.db.lock"} <= modes.keys()
    assert set(modes.values()) == {0o600}
