"""The finance authority in process; its wall clock stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mock_platforms.finance import build
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Stage
from tests.mock_platforms.finance.gateway import Gateway

NOW = datetime(2026, 1, 7, 4, 0, tzinfo=UTC)  # noon in Beijing


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def stage(tmp_path: Path, keys: KeyFolder) -> Stage:
    return Stage(tmp_path, {"finance": build}, keys=keys, wall=lambda: NOW)


@pytest.fixture
def gateway(stage: Stage) -> Gateway:
    return Gateway(stage)
