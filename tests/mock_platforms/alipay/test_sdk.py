"""python-alipay-sdk, unmodified, against the stand-in over sockets, in both of its modes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import alipay
import pytest

from mock_platforms.alipay import build
from mock_platforms.control import control
from mock_platforms.keys import KeyFolder
from mock_platforms.server import RunningStage, start
from mock_platforms.wire import Outgoing, Request, Response

pytestmark = pytest.mark.sdk


@pytest.fixture
async def running(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[RunningStage]:
    async with start(tmp_path, builds={"alipay": build}, keys=keys) as running:
        yield running


def text(file: str) -> str:
    return Path(file).read_text()


@pytest.fixture
def public_key_sdk(running: RunningStage) -> Any:
    section = running.platforms["alipay"]
    client = alipay.AliPay(
        appid=section["app_id"],
        app_notify_url=None,
        app_private_key_string=text(section["app_key_file"]),
        alipay_public_key_string=text(section["alipay_public_key_file"]),
        sign_type="RSA2",
    )
    client._gateway = section["gateway_url"]
    return client


@pytest.fixture
def certificate_sdk(running: RunningStage) -> Any:
    section = running.platforms["alipay"]["cert_app"]
    client = alipay.DCAliPay(
        appid=section["app_id"],
        app_notify_url=None,
        app_private_key_string=text(section["app_key_file"]),
        app_public_key_cert_string=text(section["app_cert_file"]),
        alipay_public_key_cert_string=text(section["alipay_cert_file"]),
        alipay_root_cert_string=text(section["alipay_root_cert_file"]),
        sign_type="RSA2",
    )
    client._gateway = running.platforms["alipay"]["gateway_url"]
    return client


async def play_a_payment(running: RunningStage, client: Any, app_id: str) -> list[str]:
    """Create, pay, ask, refund and ask again; the SDK verifies every answer."""

    def create() -> Any:
        return client.api_alipay_trade_create(
            out_trade_no="sdk_1",
            total_amount="12.34",
            subject="行政 费+100%测试",
            buyer_open_id="074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5",
            product_code="JSAPI_PAY",
            op_app_id=app_id,
        )

    created = await asyncio.to_thread(create)
    await control(running.stage, Request("POST", "/alipay/trades/sdk_1/pay", body=b"{}"))
    paid = await asyncio.to_thread(client.api_alipay_trade_query, out_trade_no="sdk_1")
    refund = await asyncio.to_thread(
        lambda: client.api_alipay_trade_refund("2.34", out_trade_no="sdk_1", out_request_no="r")
    )
    found = await asyncio.to_thread(
        lambda: client.api_alipay_trade_fastpay_refund_query("r", out_trade_no="sdk_1")
    )
    return [
        created["code"], paid["trade_status"], refund["refund_fee"], found["refund_status"],
    ]  # fmt: skip


async def test_the_sdk_pays_and_refunds_with_public_keys(
    running: RunningStage, public_key_sdk: Any
) -> None:
    app_id = running.platforms["alipay"]["app_id"]
    assert await play_a_payment(running, public_key_sdk, app_id) == [
        "10000", "TRADE_SUCCESS", "2.34", "REFUND_SUCCESS",
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
async def test_the_sdk_pays_and_refunds_with_certificates(
    running: RunningStage, certificate_sdk: Any
) -> None:
    app_id = running.platforms["alipay"]["cert_app"]["app_id"]
    assert await play_a_payment(running, certificate_sdk, app_id) == [
        "10000", "TRADE_SUCCESS", "2.34", "REFUND_SUCCESS",
    ]  # fmt: skip


async def test_the_sdk_verifies_a_notice(running: RunningStage, public_key_sdk: Any) -> None:
    got: list[Outgoing] = []

    async def listen(outgoing: Outgoing) -> Response:
        got.append(outgoing)
        return Response(200, body=b"success")

    running.stage.deliveries._send = listen
    await asyncio.to_thread(
        lambda: public_key_sdk.api_alipay_trade_create(
            out_trade_no="sdk_2",
            total_amount="1.00",
            subject="a+b 费",
            buyer_open_id="074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5",
            product_code="JSAPI_PAY",
            op_app_id=running.platforms["alipay"]["app_id"],
            notify_url="http://merchant.example/notify",
        )
    )
    await control(running.stage, Request("POST", "/alipay/trades/sdk_2/pay", body=b"{}"))
    await running.stage.clock.run_due()
    params = dict(parse_qsl(got[0].body.decode()))
    assert public_key_sdk.verify(params, params.pop("sign"))
