"""Clients of the official SDK, one for each charset, and the world they act in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient

from tests.sdk.alipay_official.calls import Sdk
from tests.sdk.alipay_official.port_80 import forwarding_to
from tests.sdk.stand_ins import ROOT, Receiver, StandIns, beijing_time, receiving, serving

# The stand-ins run in the project's own environment, which has what they import.
STAND_INS_PYTHON = os.environ.get("STAND_INS_PYTHON", str(ROOT / ".venv/bin/python"))


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    with (
        beijing_time(),
        serving(tmp_path_factory.mktemp("stand-ins"), STAND_INS_PYTHON) as stand_ins,
    ):
        yield stand_ins


@pytest.fixture(scope="session")
def address(running: StandIns) -> Iterator[str]:
    port = urlsplit(running.section("alipay")["gateway_url"]).port
    assert port is not None
    with forwarding_to(port) as root:
        yield root


@pytest.fixture
def stand_ins(running: StandIns) -> StandIns:
    running.command("POST", "/reset")
    return running


@pytest.fixture
def merchant() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def build(stand_ins: StandIns, address: str) -> Callable[..., Sdk]:
    """Build a client as the SDK's documentation says."""
    alipay = stand_ins.section("alipay")
    app_key = Path(alipay["app_key_file"])
    public_key = Path(alipay["alipay_public_key_file"]).read_text()

    def make(charset: str, **change: str) -> Sdk:
        config = AlipayClientConfig()
        config.server_url = f"{address}/gateway.do"
        config.app_id = alipay["app_id"]
        config.app_private_key = app_key.with_stem(f"{app_key.stem}_pkcs1").read_text()
        config.alipay_public_key = public_key
        config.charset = charset
        for name, value in change.items():
            setattr(config, name, value)
        return Sdk(DefaultAlipayClient(config), charset, public_key, config.app_id)

    return make


@pytest.fixture(params=["utf-8", "gbk"])
def sdk(request: pytest.FixtureRequest, build: Callable[..., Sdk]) -> Sdk:
    return build(request.param)
