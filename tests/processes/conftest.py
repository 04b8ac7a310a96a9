"""Stand-ins as a process for all tests, begun anew for each; keys are slow to make."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.mongod import mongo_uri  # noqa: F401 (a fixture)
from tests.processes.programs import StandIns, begun, settings_file, stand_ins_of


@pytest.fixture(scope="session")
def stage_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("stage")
    with begun(folder, "stand-ins", "mock_platforms", "serve", "--state", str(folder)):
        yield folder


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    patience = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=patience) as session:
        yield session


@pytest.fixture
async def stand_ins(stage_folder: Path, http: aiohttp.ClientSession) -> StandIns:
    stage = await stand_ins_of(stage_folder, http)
    await stage.control("POST", "/reset")
    return stage


@pytest.fixture
def settings(tmp_path: Path, stage_folder: Path) -> Path:
    return settings_file(tmp_path, stage_folder)


@pytest.fixture(params=["sqlite", pytest.param("mongo", marks=pytest.mark.mongo)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of the test's own: a file, or a database of the replica set."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'gateway.db'}"
    uri: str = request.getfixturevalue("mongo_uri")
    servers, _, options = uri.partition("?")
    return f"{servers.rpartition('/')[0]}/{tmp_path.name[-40:]}?{options}"
