"""The order centre: an order goes on and never back, and names no payment but its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock_platforms.alipay.merchant import Merchant, command, pay

SYNC = "alipay.merchant.order.sync"
EXPRESS = "alipay.commerce.logistics.express.order.query"
OPEN_ID = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"
WAYBILL = "1136281381675"
PARCEL = {"tracking_no": WAYBILL, "logistics_code": "EMS", "phone_no": "8000"}


def order(merchant: Merchant, status: str = "create", minute: int = 1, **change: Any) -> Any:
    words = {
        "tiny_app_id": merchant.section["app_id"],
        "merchant_biz_type": merchant.section.get("parcel_biz_type", "PARCEL_DELIVERY"),
        "merchant_order_status": status,
        **change.pop("words", {}),
    }
    values = {
        "out_biz_no": "D1",
        "buyer_open_id": OPEN_ID,
        "order_type": "SERVICE_ORDER",
        "order_create_time": "2026-01-07 11:00:00",
        "order_modified_time": f"2026-01-07 11:{minute:02d}:00",
        "item_order_list": [{"item_name": "不动产权证书", "quantity": 1}],
        "logistics_info_list": [PARCEL],
        "ext_info": [{"ext_key": k, "ext_value": v} for k, v in words.items() if v],
    } | change
    return {name: value for name, value in values.items() if value is not None}


async def sync(merchant: Merchant, status: str = "create", minute: int = 1, **change: Any) -> str:
    """What it says: the state it shows, or why not."""
    node = await merchant.call(SYNC, order(merchant, status, minute, **change))
    return str(node.get("order_status") or node["sub_msg"])


async def paid(merchant: Merchant, number: str = "fee_1") -> str:
    trade_no = str((await merchant.create(number))["trade_no"])
    await pay(merchant.stage, trade_no)
    return trade_no


def of_trade(trade_no: str, **change: Any) -> dict[str, Any]:
    return {
        "order_type": "TRADE_ORDER",
        "trade_no": trade_no,
        "amount": "206.00",
        "pay_amount": "206.00",
        "order_pay_time": "2026-01-07 10:59:00",
    } | change


async def test_an_order_goes_on_step_by_step_or_faster(merchant: Merchant) -> None:
    assert await sync(merchant) == "create"
    assert await sync(merchant, "traveling", 2) == "traveling"
    assert await sync(merchant, "signed", 3) == "signed"

    shown = await command(merchant.stage, "GET", "/alipay/order-centre/D1")
    assert shown["history"] == ["create", "traveling", "signed"]
    assert shown["logistics"] == [PARCEL]
    by_waybill = await command(merchant.stage, "GET", f"/alipay/waybills/{WAYBILL}")
    assert by_waybill == {"orders": [shown]}
    assert await command(merchant.stage, "GET", "/alipay/waybills/1") == {"orders": []}


async def test_the_same_state_again_is_refused_in_words_of_its_own(merchant: Merchant) -> None:
    await sync(merchant, "traveling")

    node = await merchant.call(SYNC, order(merchant, "traveling", 2))

    assert node["sub_code"] == "ORDER_ERROR_STATUS"


async def test_it_never_goes_back(merchant: Merchant) -> None:
    await sync(merchant, "traveling")
    assert await sync(merchant, "order_taken", 2) == "订单状态乱序"

    await sync(merchant, "signed", 3)
    assert await sync(merchant, "send_back", 4) == "订单状态乱序"


async def test_each_word_must_be_later_than_the_one_before(merchant: Merchant) -> None:
    await sync(merchant, minute=2)

    assert await sync(merchant, "traveling", 2) == "订单修改时间必须晚于上次修改时间"
    assert await sync(merchant, "traveling", 0) == "订单修改时间必须晚于订单创建时间"


async def test_a_paid_order_is_of_that_payment_alone(merchant: Merchant) -> None:
    trade_no = await paid(merchant)

    assert await sync(merchant, **of_trade(trade_no)) == "create"
    other = await sync(merchant, **of_trade(trade_no), out_biz_no="D2")
    assert other == "交易号已存在于另外一笔订单中"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"pay_amount": "200.00", "amount": "200.00"}, "支付金额与交易金额不一致"),
        ({"amount": "200.00"}, "订单金额不合法"),
        ({"pay_amount": 206.0}, "订单金额不合法"),
        ({"trade_no": "2026010722001400000000000099"}, "交易不存在"),
        ({"buyer_open_id": "0" * 32}, "订单买家与交易买家不一致"),
    ],
)
async def test_a_payment_that_does_not_fit_is_refused(
    merchant: Merchant, change: dict[str, Any], why: str
) -> None:
    trade_no = await paid(merchant)

    assert await sync(merchant, **(of_trade(trade_no) | change)) == why


async def test_what_is_not_paid_is_no_payment(merchant: Merchant) -> None:
    trade_no = str((await merchant.create())["trade_no"])

    assert await sync(merchant, **of_trade(trade_no)) == "交易不存在"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"out_biz_no": ""}, "业务订单号不能为空"),
        ({"buyer_open_id": None}, "买家信息不能为空"),
        ({"buyer_open_id": "x"}, "买家信息不合法"),
        ({"words": {"tiny_app_id": ""}}, "小程序ID为空"),
        ({"words": {"merchant_order_status": ""}}, "服务订单订单状态不可空"),
        ({"words": {"merchant_order_status": "flying"}}, "订单状态不合法"),
        ({"words": {"merchant_biz_type": "UNKNOWN"}}, "订单状态不合法"),
        ({"item_order_list": None}, "商品名称不能为空"),
        ({"item_order_list": [{"item_name": "x", "quantity": "1"}]}, "商品数量不合法"),
        ({"logistics_info_list": [PARCEL | {"logistics_code": "X"}]}, "物流公司编码不合法"),
        ({"logistics_info_list": [PARCEL | {"phone_no": "13800138000"}]}, "手机尾号不合法"),
        ({"order_modified_time": "2026-1-7 11:01:00"}, "order_modified_time时间格式错误"),
        ({"trade_no": "1"}, "服务订单不可有交易号"),
    ],
)
async def test_what_does_not_fit_is_refused(
    merchant: Merchant, change: dict[str, Any], why: str
) -> None:
    assert await sync(merchant, **change) == why


async def test_the_page_cannot_be_changed(merchant: Merchant) -> None:
    await sync(merchant, words={"merchant_order_link_page": "pages/a"})

    other = await sync(merchant, "signed", 2, words={"merchant_order_link_page": "pages/b"})

    assert other == "订单链接不可修改"


async def test_a_parcel_has_a_card_for_who_knows_its_phone(merchant: Merchant) -> None:
    await sync(merchant)
    asked = {
        "waybill_no": WAYBILL,
        "logistics_code": "EMS",
        "check_phone_no": "8000",
        "open_id": OPEN_ID,
        "expire_time": "2026-02-07 11:00:00",
    }

    assert WAYBILL in (await merchant.call(EXPRESS, asked))["card_url"]
    for change in ({"check_phone_no": "8001"}, {"waybill_no": "9999999999"}, {"open_id": "0" * 32}):
        assert (await merchant.call(EXPRESS, asked | change))["sub_code"] == "WAYBILL_NOT_EXIST"
