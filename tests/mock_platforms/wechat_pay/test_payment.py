"""An order from prepay to its notification, and what it refuses on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_platforms.wire import Headers, Request

from .conftest import NOON, Merchant, rs256_verifies, words


async def test_an_order_is_paid_and_the_merchant_told(merchant: Merchant) -> None:
    prepay_id = words(await merchant.prepay())["prepay_id"]
    await merchant.pays(prepay_id)
    told, asked = merchant.opened(), words(await merchant.query())
    assert told == asked
    assert asked["trade_state"] == "SUCCESS"
    assert asked["amount"]["total"] == 8000
    assert asked["success_time"] == "2026-03-10T12:00:00+08:00"


async def test_a_notification_carries_the_five_headers(merchant: Merchant) -> None:
    await merchant.paid_order()
    (call,) = merchant.notified
    assert rs256_verifies(merchant.platform_key(), call.headers, call.body)
    assert call.headers["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"
    assert call.headers["Wechatpay-Serial"] == merchant.facts["platform_serial"]
    assert json.loads(call.body)["event_type"] == "TRANSACTION.SUCCESS"


async def test_an_unheard_notification_is_repeated_for_a_day(merchant: Merchant) -> None:
    merchant.status = 500
    await merchant.paid_order()
    await merchant.stage.clock.advance(2 * 86400)
    attempts = merchant.stage.deliveries.attempts()
    assert len(attempts) == 16
    assert (attempts[-1].at - attempts[0].at).total_seconds() == 86640
    assert len({call.headers["Wechatpay-Nonce"] for call in merchant.notified}) == 16
    assert len({json.loads(call.body)["id"] for call in merchant.notified}) == 1


async def test_an_unpaid_order_shows_no_payment(merchant: Merchant) -> None:
    await merchant.prepay()
    order = words(await merchant.query())
    assert order["trade_state"] == "NOTPAY"
    assert order.keys().isdisjoint({"transaction_id", "success_time", "bank_type"})


async def test_an_order_is_found_by_either_number(merchant: Merchant) -> None:
    await merchant.paid_order()
    order = words(await merchant.query())
    mch_id = merchant.facts["mch_id"]
    target = f"/v3/pay/transactions/id/{order['transaction_id']}?mchid={mch_id}"
    assert words(await merchant.call("GET", target)) == order


async def test_each_address_takes_its_own_kind_of_number_only(merchant: Merchant) -> None:
    prepay_id = words(await merchant.prepay())["prepay_id"]
    await merchant.pays()
    transaction_id = words(await merchant.query())["transaction_id"]
    root, mch_id = "/v3/pay/transactions", merchant.facts["mch_id"]
    for place in (f"out-trade-no/{transaction_id}", f"out-trade-no/{prepay_id}", "id/ORDER-0001"):
        answer = await merchant.call("GET", f"{root}/{place}?mchid={mch_id}")
        assert words(answer)["code"] == "ORDER_NOT_EXIST"


async def test_an_unknown_order_does_not_exist(merchant: Merchant) -> None:
    answer = await merchant.query("NOBODYS-ORDER")
    assert (answer.status, words(answer)["code"]) == (404, "ORDER_NOT_EXIST")


async def test_the_same_prepay_gives_the_same_prepay_id(merchant: Merchant) -> None:
    assert words(await merchant.prepay()) == words(await merchant.prepay())


async def test_after_two_hours_it_gives_a_new_one(merchant: Merchant) -> None:
    first = words(await merchant.prepay())
    await merchant.stage.clock.advance(7200)
    assert (await merchant.pays()).status == 409
    assert words(await merchant.prepay()) != first
    assert (await merchant.pays()).status == 200


async def test_a_number_is_used_once(merchant: Merchant) -> None:
    await merchant.prepay()
    answer = await merchant.prepay(description="别的")
    assert (answer.status, words(answer)["code"]) == (403, "OUT_TRADE_NO_USED")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"out_trade_no": "12345"}, "/out_trade_no"),
        ({"out_trade_no": "order 000001"}, "/out_trade_no"),
        ({"description": ""}, "/description"),
        ({"description": "x" * 128}, "/description"),
        ({"description": "办证🎉"}, "/description"),
        ({"amount": {"total": 0}}, "/amount/total"),
        ({"amount": {"total": "100"}}, "/amount/total"),
        ({"amount": {"total": 1.0}}, "/amount/total"),
        ({"amount": {"total": 1, "currency": "USD"}}, "/amount/currency"),
        ({"notify_url": "http://gateway.example/x"}, "/notify_url"),
        ({"notify_url": "https://gateway.example/x?a=1"}, "/notify_url"),
        ({"notify_url": "https://["}, "/notify_url"),
        ({"payer": {}}, "/payer/openid"),
        ({"payer": {"openid": "2088123"}}, "/payer"),
        ({"time_expire": "2026-03-10T12:00:30+08:00"}, "/time_expire"),
        ({"time_expire": "2026-03-10 13:00:00"}, "/time_expire"),
        ({"time_expire": "20260310T130000+0800"}, "/time_expire"),
        ({"mchid": "1900000000"}, "/mchid"),
        ({"attach": "x" * 129}, "/attach"),
        (
            {"detail": {"goods_detail": [{"merchant_goods_id": "1", "quantity": 1}]}},
            "/detail/goods_detail/0/unit_price",
        ),
        (
            {"scene_info": {"payer_client_ip": "10.0.0.1", "store_info": {"name": "政务大厅"}}},
            "/scene_info/store_info/id",
        ),
        ({"detail": {"goods_detail": "\ud800"}}, "/detail/goods_detail"),
    ],
)
async def test_a_bad_field_is_refused_by_name(
    merchant: Merchant, change: dict[str, Any], field: str
) -> None:
    answer = await merchant.prepay(**{"number": "ORDER-0001", **_renamed(change)})
    assert (answer.status, words(answer)["code"]) == (400, "PARAM_ERROR")
    assert words(answer)["detail"]["field"] == field


def _renamed(change: dict[str, Any]) -> dict[str, Any]:
    return {"number" if name == "out_trade_no" else name: v for name, v in change.items()}


async def test_a_body_nested_without_end_is_no_json(merchant: Merchant) -> None:
    target, body = "/v3/pay/transactions/jsapi", b'{"a":' * 20_000
    given = {
        "Accept": "*/*",
        "User-Agent": "test",
        "Content-Type": "application/json",
        "Authorization": merchant.authorization("POST", target, body),
    }
    request = Request("POST", target, Headers(given), body)
    answer = await merchant.stage.handle("wechat_pay", request)
    assert (answer.status, words(answer)["code"]) == (400, "PARAM_ERROR")


async def test_an_amount_of_nothing_is_refused_in_the_platforms_words(merchant: Merchant) -> None:
    answer = await merchant.prepay(amount={"total": 0})
    expected = "输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1"
    assert words(answer)["message"] == expected


async def test_another_app_is_refused(merchant: Merchant) -> None:
    answer = await merchant.prepay(appid="wx0000000000000000")
    assert words(answer)["code"] == "APPID_MCHID_NOT_MATCH"


async def test_an_order_closes_when_its_time_is_over(merchant: Merchant) -> None:
    await merchant.prepay(time_expire="2026-03-10T12:30:00+08:00")
    await merchant.stage.clock.advance(1799)
    assert words(await merchant.query())["trade_state"] == "NOTPAY"
    await merchant.stage.clock.advance(1)
    assert words(await merchant.query())["trade_state"] == "CLOSED"
    assert merchant.stage.clock.now() > NOON


async def test_closing_twice_is_closing_once(merchant: Merchant) -> None:
    await merchant.prepay()
    assert (await merchant.close()).status == 204
    assert (await merchant.close()).status == 204
    assert words(await merchant.prepay())["code"] == "ORDER_CLOSED"


async def test_a_paid_order_cannot_be_closed(merchant: Merchant) -> None:
    await merchant.paid_order()
    assert (await merchant.close()).status == 400


async def test_nobody_pays_twice(merchant: Merchant) -> None:
    await merchant.paid_order()
    assert (await merchant.pays()).status == 409
    assert len(merchant.notified) == 1


async def test_a_closed_order_is_paid_only_when_the_payment_won_the_race(
    merchant: Merchant,
) -> None:
    await merchant.prepay()
    await merchant.close()
    assert (await merchant.pays()).status == 409
    assert (await merchant.pays(late=True)).status == 200
    assert words(await merchant.query())["trade_state"] == "SUCCESS"


async def test_a_payment_can_slip_through_while_closing(merchant: Merchant) -> None:
    await merchant.prepay()
    merchant.stage.faults.add("wechat_pay", "paid_while_closing", order="ORDER-0001")
    assert (await merchant.close()).status == 204
    await merchant.stage.clock.run_due()
    assert merchant.opened()["trade_state"] == "SUCCESS"


async def test_leaving_the_sheet_changes_nothing(merchant: Merchant) -> None:
    await merchant.prepay()
    await merchant.command("POST", "/wechat_pay/orders/ORDER-0001/cancel")
    assert words(await merchant.query())["trade_state"] == "NOTPAY"


async def test_another_citizen_cannot_pay(merchant: Merchant) -> None:
    await merchant.prepay()
    assert (await merchant.pays(openid="oSomebodyElse")).status == 409


async def test_a_service_provider_is_told_of_its_bureaus_order(merchant: Merchant) -> None:
    ids = {
        "sp_appid": merchant.facts["app_id"],
        "sp_mchid": merchant.facts["mch_id"],
        "sub_mchid": merchant.facts["sub_mch_id"],
    }
    order = {k: v for k, v in merchant.order().items() if k not in ("appid", "mchid")}
    order |= {**ids, "payer": {"sp_openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}}
    assert (await merchant.call("POST", "/v3/pay/partner/transactions/jsapi", order)).status == 200
    await merchant.pays()
    assert merchant.opened().items() >= ids.items()
    query = f"sp_mchid={ids['sp_mchid']}&sub_mchid={ids['sub_mchid']}"
    target = f"/v3/pay/partner/transactions/out-trade-no/ORDER-0001?{query}"
    assert words(await merchant.call("GET", target)) == merchant.opened()
