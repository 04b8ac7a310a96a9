"""Alipay's stand-in in process, with an app in each mode."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mock_platforms.alipay import build
from mock_platforms.alipay.certificates import root_serial_number, serial_number
from mock_platforms.alipay.keys import make_apps
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Stage
from tests.mock_platforms.alipay.merchant import Ear, Merchant

NOW = datetime(2026, 1, 7, 4, 0, tzinfo=UTC)  # noon in Beijing


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def stage(tmp_path: Path, keys: KeyFolder, ear: Ear) -> Stage:
    """Its wall clock stands still: only the control plane moves time."""
    return Stage(tmp_path, {"alipay": build}, send=ear.send, keys=keys, wall=lambda: NOW)


@pytest.fixture
def section(stage: Stage) -> dict[str, Any]:
    return stage.describe()["alipay"]


@pytest.fixture
def merchant(stage: Stage, section: dict[str, Any]) -> Merchant:
    return Merchant(stage, section)


@pytest.fixture
def cert_merchant(stage: Stage, section: dict[str, Any]) -> Merchant:
    mode = make_apps(stage.keys, stage.clock.wall())[section["cert_app"]["app_id"]].certificates
    assert mode is not None
    return Merchant(
        stage,
        section["cert_app"],
        app_cert_sn=serial_number(mode.app_certificate),
        alipay_root_cert_sn=root_serial_number(list(mode.roots)),
    )
