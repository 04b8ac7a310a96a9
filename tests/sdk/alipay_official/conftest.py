"""Clients of the official SDK, one for each charset, and the world they act in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.util.SignatureUtils import get_sign_content, verify_with_rsa

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


@dataclass(frozen=True)
class Sdk:
    """The official client, and the few lines of glue its users write round it."""

    client: DefaultAlipayClient
    charset: str
    alipay_public_key: str
    app_id: str

    def execute(self, request: Any, response: Any) -> Any:
        """Return the response, filled. The SDK raises unless its signature verifies."""
        response.parse_response_content(self.client.execute(request))
        return response

    def notice(self, body: bytes) -> dict[str, str]:
        """Return a notice's parameters, verified by the SDK's own functions, or raise."""
        params = dict(parse_qsl(body.decode("ascii"), encoding=self.charset))
        sign = params.pop("sign")
        signed = {name: value for name, value in params.items() if name != "sign_type"}
        text = get_sign_content(signed).encode(self.charset)
        assert verify_with_rsa(self.alipay_public_key, text, sign)
        return params


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
