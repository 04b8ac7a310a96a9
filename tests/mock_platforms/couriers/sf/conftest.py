"""The couriers in process; the wall clock stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mock_platforms.couriers import build
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Stage
from mock_platforms.wire import Outgoing, Response
from tests.mock_platforms.couriers.sf.shipper import Shipper

NOW = datetime(2026, 1, 7, 4, 0, tzinfo=UTC)  # noon in Beijing


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def shipper(tmp_path: Path, keys: KeyFolder) -> Shipper:
    async def send(outgoing: Outgoing) -> Response:
        return await shipper.take(outgoing)

    stage = Stage(tmp_path, {"couriers": build}, keys=keys, wall=lambda: NOW, send=send)
    shipper = Shipper(stage)
    return shipper
