"""Notifications that lie, each followed by a true one."""

from __future__ import annotations

import json

import pytest

from .conftest import Merchant, rs256_verifies, words


async def spoiled(merchant: Merchant, kind: str) -> None:
    merchant.stage.faults.add("wechat_pay", kind)
    merchant.status = 401
    await merchant.paid_order()
    merchant.status = 200
    await merchant.stage.clock.advance(15)
    assert len(merchant.notified) == 2


@pytest.mark.parametrize("kind", ["notify_forged", "notify_probe"])
async def test_a_forgery_does_not_verify(merchant: Merchant, kind: str) -> None:
    await spoiled(merchant, kind)
    first, second = (
        rs256_verifies(merchant.platform_key(), call.headers, call.body)
        for call in merchant.notified
    )
    assert (first, second) == (False, True)


async def test_a_probe_says_what_it_is(merchant: Merchant) -> None:
    await spoiled(merchant, "notify_probe")
    assert merchant.notified[0].headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")


async def test_a_replay_verifies_but_is_old(merchant: Merchant) -> None:
    await spoiled(merchant, "notify_stale")
    call = merchant.notified[0]
    assert rs256_verifies(merchant.platform_key(), call.headers, call.body)
    now = merchant.stage.signing_now().timestamp()
    assert now - int(call.headers["Wechatpay-Timestamp"]) >= 600


async def test_an_unknown_serial_is_nobodys(merchant: Merchant) -> None:
    await spoiled(merchant, "notify_unknown_serial")
    first, second = (call.headers["Wechatpay-Serial"] for call in merchant.notified)
    assert first != second == merchant.facts["platform_serial"]


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("notify_wrong_amount", "amount"),
        ("notify_wrong_app", "appid"),
        ("notify_wrong_merchant", "mchid"),
    ],
)
async def test_an_untruth_is_rightly_signed(merchant: Merchant, kind: str, place: str) -> None:
    await spoiled(merchant, kind)
    call = merchant.notified[0]
    lie, truth = merchant.opened(0), merchant.opened(1)
    assert rs256_verifies(merchant.platform_key(), call.headers, call.body)
    assert {name for name in truth if lie[name] != truth[name]} == {place}


async def test_notifications_move_over_to_the_public_key(merchant: Merchant) -> None:
    await merchant.command("POST", "/wechat_pay/settings", {"notify_pubkey_ratio": 1})
    await merchant.paid_order()
    (call,) = merchant.notified
    assert call.headers["Wechatpay-Serial"] == merchant.facts["public_key_id"]
    assert rs256_verifies(merchant.public_key(), call.headers, call.body)


async def test_a_good_and_a_bad_one_come_on_demand(merchant: Merchant) -> None:
    ask = {"url": "https://gateway.example/x", "total_fen": 7}
    answer = words(await merchant.command("POST", "/wechat_pay/send-notify", ask))
    good, bad = merchant.notified
    assert answer == {
        "good": {"status": 200, "answer": ""},
        "bad": {"status": 200, "answer": ""},
    }
    assert rs256_verifies(merchant.platform_key(), good.headers, good.body)
    assert not rs256_verifies(merchant.platform_key(), bad.headers, bad.body)
    assert json.loads(good.body)["event_type"] == "TRANSACTION.SUCCESS"
