"""The stand-ins in their own process, once for all SDKs; each test starts on an empty stage."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.sdk.stand_ins import Receiver, StandIns, receiving, serving

# It brings a package of the same name as python-alipay-sdk's, so it has its own environment and
# its own command: make test-official-sdk.
collect_ignore = ["alipay_official"]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    with serving(tmp_path_factory.mktemp("stand-ins"), sys.executable) as stand_ins:
        yield stand_ins


@pytest.fixture
def stand_ins(running: StandIns) -> StandIns:
    running.command("POST", "/reset")
    return running


@pytest.fixture
def merchant() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver
