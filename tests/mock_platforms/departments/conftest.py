"""The departments in process. The wall's clock is the real one: the standard's package reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platforms.departments import build
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Stage
from tests.mock_platforms.departments.gateway import Gateway


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def stage(tmp_path: Path, gateway: Gateway) -> Stage:
    keys = KeyFolder(tmp_path / "keys")
    stage = Stage(tmp_path, {"departments": build}, keys=keys, send=gateway.answer)
    gateway.stage = stage
    return stage
