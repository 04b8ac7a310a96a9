"""What the merchant is told, how often, and what stops it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from mock_platforms.stage import Stage
from tests.mock_platforms.alipay.merchant import Ear, Merchant, command, pay, verify

LADDER_S = (240, 600, 600, 3600, 7200, 21600, 54000)


def opened(body: bytes, charset: str = "utf-8") -> dict[str, str]:
    return dict(parse_qsl(body.decode(), encoding=charset))


def check(params: dict[str, str], section: dict[str, Any], charset: str = "utf-8") -> None:
    """The V1 rule, written here a second time. Raises InvalidSignature."""
    signed = {k: v for k, v in params.items() if k not in ("sign", "sign_type")}
    text = "&".join(f"{k}={signed[k]}" for k in sorted(signed))
    verify(text, params["sign"], section["alipay_public_key_file"], charset)


async def paid(merchant: Merchant, stage: Stage, **order: Any) -> None:
    await merchant.create(**order)
    await pay(stage)


async def test_a_payment_is_told_and_verifies(
    merchant: Merchant, stage: Stage, ear: Ear, section: dict[str, Any]
) -> None:
    await paid(merchant, stage, passback_params="k%3Dv")
    params = opened(ear.got[0].body)
    check(params, section)
    assert params["trade_status"] == "TRADE_SUCCESS"
    assert (params["total_amount"], params["out_trade_no"]) == ("206.00", "fee_1")
    assert (params["seller_id"], params["passback_params"]) == (section["seller_id"], "k%3Dv")
    assert params["buyer_open_id"].startswith("074a1Cc")
    assert "buyer_id" not in params


async def test_a_plus_travels_encoded(merchant: Merchant, stage: Stage, ear: Ear) -> None:
    await paid(merchant, stage, subject="a+b c")
    assert b"subject=a%2Bb+c" in ear.got[0].body


async def test_a_notice_speaks_the_charset_of_its_order(
    merchant: Merchant, stage: Stage, ear: Ear, section: dict[str, Any]
) -> None:
    await paid(merchant, stage, charset="gbk")
    params = opened(ear.got[0].body, "gbk")
    check(params, section, "gbk")
    assert (params["charset"], params["subject"]) == ("gbk", "行政 费+测试")


async def test_it_is_repeated_on_the_ladder_with_one_notify_id(
    merchant: Merchant, stage: Stage, ear: Ear
) -> None:
    ear.answer = b"fail"
    await paid(merchant, stage)
    for number, gap in enumerate(LADDER_S, start=2):
        await stage.clock.advance(gap - 1)
        assert len(ear.got) == number - 1
        await stage.clock.advance(1)
        assert len(ear.got) == number
    await stage.clock.advance(10 * 86400)
    assert len(ear.got) == 8
    assert len({opened(call.body)["notify_id"] for call in ear.got}) == 1


@pytest.mark.parametrize("answer", [b"SUCCESS", b"success\n", b'"success"', b"", b"fail"])
async def test_only_seven_bytes_stop_the_repeats(
    merchant: Merchant, stage: Stage, ear: Ear, answer: bytes
) -> None:
    ear.answer = answer
    await paid(merchant, stage)
    ear.answer = b"success"
    await stage.clock.advance(100000)
    assert len(ear.got) == 2


async def test_a_partial_refund_is_told_and_a_full_one_is_not(
    merchant: Merchant, stage: Stage, ear: Ear, section: dict[str, Any]
) -> None:
    await paid(merchant, stage)
    await merchant.refund("6.00", "r1")
    await merchant.refund("200.00", "r2")
    await stage.clock.run_due()
    assert len(ear.got) == 2
    told = opened(ear.got[1].body)
    check(told, section)
    assert (told["refund_fee"], told["out_biz_no"]) == ("6.00", "r1")


async def test_a_merchant_may_ask_to_be_told_of_closings(
    merchant: Merchant, stage: Stage, ear: Ear
) -> None:
    await command(stage, "POST", "/alipay/notify-statuses", {"statuses": {"TRADE_CLOSED": True}})
    await merchant.create(timeout_express="1m")
    await stage.clock.advance(61)
    assert opened(ear.got[0].body)["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("notify_wrong_amount", "total_amount"),
        ("notify_wrong_app", "app_id"),
        ("notify_wrong_seller", "seller_id"),
        ("notify_stale", "notify_time"),
        ("notify_forged", "sign"),
    ],
)
async def test_a_notice_can_be_spoiled_in_one_way(
    merchant: Merchant, stage: Stage, ear: Ear, kind: str, field: str
) -> None:
    stage.faults.add("alipay", kind, order="fee_1")
    ear.answer = b"fail"
    await paid(merchant, stage)
    await stage.clock.advance(300)
    spoiled, whole = (opened(call.body) for call in ear.got)
    changing = {"sign", "notify_time", "auth_app_id"} - {field}
    assert {k for k in whole if whole[k] != spoiled[k]} - changing == {field}


async def test_a_notice_can_come_twice(merchant: Merchant, stage: Stage, ear: Ear) -> None:
    stage.faults.add("alipay", "notify_doubled")
    await paid(merchant, stage)
    assert len(ear.got) == 2
