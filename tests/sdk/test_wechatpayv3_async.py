"""The asyncio client of wechatpayv3, unmodified; its address is set before it is entered."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.stand_ins import Receiver, StandIns
from tests.sdk.wechatpayv3_settings import MODES, settings

pytest.importorskip("httpx", reason="wechatpayv3's asyncio client needs its extra: httpx")
pytest.importorskip("aiofiles", reason="wechatpayv3's asyncio client needs its extra: aiofiles")

from wechatpayv3.async_ import AsyncWeChatPay, WeChatPayType

pytestmark = pytest.mark.sdk

ORDER = "FEE-2026-0001"
A_DAY_AND_TEN_HOURS_S = 34 * 3600


@pytest.fixture(params=MODES)
async def sdk(
    request: pytest.FixtureRequest, stand_ins: StandIns, merchant: Receiver, tmp_path: Path
) -> AsyncIterator[Any]:
    wechat_pay = stand_ins.section("wechat_pay")
    known = settings(wechat_pay, request.param, notify_url=merchant.url, folder=tmp_path)
    if request.param == "public key":
        # This client's callback() cannot fetch certificates, so this merchant has none.
        stand_ins.command("POST", "/wechat_pay/settings", certificates=False)
    client = AsyncWeChatPay(WeChatPayType.MINIPROG, **known)
    client._core._gate_way = wechat_pay["base_url"]
    async with client:
        yield client


def good(answer: tuple[int, Any]) -> dict[str, Any]:
    """Return an answer's JSON. The SDK has verified its signature, or it would have raised."""
    status, text = answer
    assert status == 200, text
    return json.loads(text)


async def test_a_fee_is_paid_refunded_and_found_in_the_bill(
    sdk: Any, stand_ins: StandIns, merchant: Receiver
) -> None:
    amount = {"total": 8000, "currency": "CNY"}
    good(await sdk.pay("不动产登记费", ORDER, amount, {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}))
    await asyncio.to_thread(stand_ins.command, "POST", f"/wechat_pay/orders/{ORDER}/pay")
    await asyncio.to_thread(stand_ins.advance)
    order = good(await sdk.query(out_trade_no=ORDER))
    told = await asyncio.to_thread(merchant.next)
    assert sdk.callback(told.headers, told.body)["resource"] == order

    good(await sdk.refund("BACK-1", {"refund": 8000, **amount}, out_trade_no=ORDER))
    await asyncio.to_thread(stand_ins.advance, A_DAY_AND_TEN_HOURS_S)
    assert good(await sdk.query_refund("BACK-1"))["status"] == "SUCCESS"

    offer = good(await sdk.trade_bill(order["success_time"][:10]))
    _, content = await sdk.download_bill(offer["download_url"])
    digest = hashlib.sha1(gzip.decompress(content), usedforsecurity=False).hexdigest()
    assert digest == offer["hash_value"]


async def test_refusals_come_in_the_platforms_words(sdk: Any) -> None:
    status, text = await sdk.query(out_trade_no="NO-SUCH-ORDER")
    assert (status, json.loads(text)["code"]) == (404, "ORDER_NOT_EXIST")


async def test_the_sdk_refuses_an_answer_wrongly_signed(sdk: Any, stand_ins: StandIns) -> None:
    stand_ins.break_once("wechat_pay", "reply_wrong_signature", "orders.prepay")
    amount, payer = {"total": 8000, "currency": "CNY"}, {"openid": "oUpF8uMuAJO"}
    with pytest.raises(Exception, match="failed to verify the signature"):
        await sdk.pay("不动产登记费", ORDER, amount, payer)
