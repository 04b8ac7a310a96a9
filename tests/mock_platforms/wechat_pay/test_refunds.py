"""Refunds: whole, in parts, repeated, refused, and those that end badly."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from .conftest import Merchant, rs256_verifies, words


async def finish(merchant: Merchant) -> None:
    await merchant.stage.clock.advance(2)


async def query(merchant: Merchant, number: str) -> dict[str, Any]:
    return words(await merchant.call("GET", f"/v3/refund/domestic/refunds/{number}"))


async def test_a_refund_is_processed_a_moment_later_and_told(merchant: Merchant) -> None:
    await merchant.paid_order()
    asked = words(await merchant.refund("R-1", 8000))
    assert asked["status"] == "PROCESSING"
    await finish(merchant)
    told = merchant.opened()
    assert json.loads(merchant.notified[-1].body)["event_type"] == "REFUND.SUCCESS"
    assert rs256_verifies(
        merchant.platform_key(), merchant.notified[-1].headers, merchant.notified[-1].body
    )
    assert told["refund_status"] == "SUCCESS"
    assert told["amount"] == {
        "total": 8000,
        "refund": 8000,
        "payer_total": 8000,
        "payer_refund": 8000,
    }
    assert (await query(merchant, "R-1"))["status"] == "SUCCESS"


async def test_a_refunded_order_says_so(merchant: Merchant) -> None:
    await merchant.paid_order()
    await merchant.refund("R-1", 1)
    assert words(await merchant.query())["trade_state"] == "REFUND"


async def test_the_same_number_is_the_same_refund(merchant: Merchant) -> None:
    await merchant.paid_order()
    first = words(await merchant.refund("R-1", 500))
    again = words(await merchant.refund("R-1", 500))
    assert first == again
    other = await merchant.refund("R-1", 600)
    assert (other.status, words(other)["code"]) == (400, "INVALID_REQUEST")


async def test_a_refund_tells_which_account_pays_for_it(merchant: Merchant) -> None:
    await merchant.paid_order()
    funds = [{"account": "AVAILABLE", "amount": 400}, {"account": "UNAVAILABLE", "amount": 100}]
    amount = {"refund": 500, "total": 8000, "currency": "CNY", "from": funds}
    assert words(await merchant.refund("R-1", 500, amount=amount))["amount"]["from"] == funds
    assert (await query(merchant, "R-1"))["amount"]["from"] == funds
    await merchant.stage.clock.advance(60)
    short = amount | {"from": funds[:1]}
    assert (await merchant.refund("R-2", 500, amount=short)).status == 400


async def test_parts_may_not_exceed_the_whole(merchant: Merchant) -> None:
    await merchant.paid_order()
    assert (await merchant.refund("R-1", 5000)).status == 200
    await merchant.stage.clock.advance(60)
    assert (await merchant.refund("R-2", 3001)).status == 400
    assert (await merchant.refund("R-3", 3000)).status == 200


async def test_parts_keep_a_minute_apart(merchant: Merchant) -> None:
    await merchant.paid_order()
    await merchant.refund("R-1", 1)
    answer = await merchant.refund("R-2", 1)
    assert (answer.status, words(answer)["code"]) == (429, "FREQUENCY_LIMITED")


async def test_a_year_later_it_is_too_late(merchant: Merchant) -> None:
    await merchant.paid_order()
    await merchant.stage.clock.advance(366 * 86400)
    assert (await merchant.refund("R-1", 1)).status == 400


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"amount": {"refund": 1, "total": 8000}}, 400),  # here the currency is required
        ({"amount": {"refund": 1, "total": 7999, "currency": "CNY"}}, 400),
        ({"out_trade_no": None}, 400),
        ({"out_trade_no": "NOBODYS-ORDER"}, 404),
        ({"out_refund_no": "spaced out"}, 400),
    ],
)
async def test_a_bad_refund_is_refused(
    merchant: Merchant, change: dict[str, Any], status: int
) -> None:
    await merchant.paid_order()
    assert (await merchant.refund("R-1", 1, **change)).status == status


async def test_each_field_takes_its_own_kind_of_number_only(merchant: Merchant) -> None:
    await merchant.paid_order()
    await merchant.paid_order("ORDER-0002")
    paid_as = {
        number: words(await merchant.query(number))["transaction_id"]
        for number in ("ORDER-0001", "ORDER-0002")
    }
    both = {"transaction_id": paid_as["ORDER-0002"], "out_trade_no": "ORDER-0001"}
    swapped = {"transaction_id": "ORDER-0001", "out_trade_no": None}
    fitting = {"transaction_id": paid_as["ORDER-0001"], "out_trade_no": None}
    assert (await merchant.refund("R-1", 1, **swapped)).status == 404
    assert (await merchant.refund("R-1", 1, out_trade_no=paid_as["ORDER-0001"])).status == 404
    assert (await merchant.refund("R-1", 1, **both)).status == 400
    assert (await merchant.refund("R-1", 1, **fitting)).status == 200


async def test_an_unpaid_order_has_nothing_to_give_back(merchant: Merchant) -> None:
    await merchant.prepay()
    assert (await merchant.refund("R-1", 1)).status == 400


async def test_an_unknown_refund_does_not_exist(merchant: Merchant) -> None:
    assert (await query(merchant, "R-0"))["code"] == "RESOURCE_NOT_EXISTS"


async def test_without_an_address_nobody_is_told(merchant: Merchant) -> None:
    await merchant.paid_order()
    await merchant.refund("R-1", 1, notify_url=None)
    await finish(merchant)
    assert len(merchant.notified) == 1


async def test_the_notification_can_come_before_the_answer(merchant: Merchant) -> None:
    await merchant.paid_order()
    merchant.stage.faults.add("wechat_pay", "refund_notify_first")
    answer = await merchant.refund("R-1", 1)
    assert merchant.opened()["refund_status"] == "SUCCESS"
    assert words(answer)["status"] == "PROCESSING"


async def test_an_account_too_small_refuses_until_it_is_filled(merchant: Merchant) -> None:
    await merchant.paid_order()
    merchant.stage.faults.add("wechat_pay", "merchant_balance_short", order="ORDER-0001")
    refused = await merchant.refund("R-1", 8000)
    assert (refused.status, words(refused)["code"]) == (403, "NOT_ENOUGH")
    assert words(await merchant.query())["trade_state"] == "SUCCESS"
    assert (await merchant.refund("R-1", 8000)).status == 200


async def test_a_closed_refund_gives_the_money_free_again(merchant: Merchant) -> None:
    await merchant.paid_order()
    merchant.stage.faults.add("wechat_pay", "refund_closed")
    await merchant.refund("R-1", 8000)
    await finish(merchant)
    assert merchant.opened()["refund_status"] == "CLOSED"
    assert (await merchant.refund("R-2", 8000)).status == 200


async def test_the_console_refunds_past_the_merchant(merchant: Merchant) -> None:
    await merchant.paid_order()
    path = "/wechat_pay/orders/ORDER-0001/refund"
    refund = words(await merchant.command("POST", path, {"amount_fen": 5000}))
    await merchant.stage.clock.advance(60)
    assert (await query(merchant, refund["out_refund_no"]))["status"] == "SUCCESS"
    assert len(merchant.notified) == 1
    assert (await merchant.command("POST", path, {"amount_fen": 3001})).status == 409


async def test_a_fault_meant_for_an_order_strikes_under_any_of_its_numbers(
    merchant: Merchant,
) -> None:
    await merchant.paid_order()
    await merchant.refund("R-1", 1)
    merchant.stage.faults.add("wechat_pay", "too_many_requests", order="ORDER-0001")
    assert (await query(merchant, "R-1"))["code"] == "FREQUENCY_LIMITED"


async def test_a_bureaus_refund_names_the_bureau(merchant: Merchant) -> None:
    merchant.stage.faults.add("wechat_pay", "refund_abnormal")
    order = {k: v for k, v in merchant.order().items() if k not in ("appid", "mchid")}
    order |= {
        "sp_appid": merchant.facts["app_id"],
        "sp_mchid": merchant.facts["mch_id"],
        "sub_mchid": merchant.facts["sub_mch_id"],
        "payer": {"sp_openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    }
    await merchant.call("POST", "/v3/pay/partner/transactions/jsapi", order)
    await merchant.pays()
    bureau = merchant.facts["sub_mch_id"]
    assert (await merchant.refund("R-1", 1)).status == 404
    assert (await merchant.refund("R-1", 1, sub_mchid=bureau)).status == 200
    await finish(merchant)
    assert merchant.opened()["sub_mchid"] == bureau
    known = await query(merchant, f"R-1?sub_mchid={bureau}")
    target = f"/v3/refund/domestic/refunds/{known['refund_id']}/apply-abnormal-refund"
    ask = {"out_refund_no": "R-1", "type": "MERCHANT_BANK_CARD"}
    assert (await merchant.call("POST", target, ask)).status == 404
    assert (await merchant.call("POST", target, ask | {"sub_mchid": bureau})).status == 200
    await finish(merchant)
    assert (await query(merchant, f"R-1?sub_mchid={bureau}"))["status"] == "SUCCESS"


async def test_an_abnormal_refund_is_sent_elsewhere(merchant: Merchant) -> None:
    await merchant.paid_order()
    merchant.stage.faults.add("wechat_pay", "refund_abnormal", order="ORDER-0001")
    refund = words(await merchant.refund("R-1", 8000))
    await finish(merchant)
    assert merchant.opened()["refund_status"] == "ABNORMAL"
    ask = {"out_refund_no": "R-1", "type": "USER_BANK_CARD", "bank_type": "ICBC_DEBIT"}
    ask |= {"bank_account": sealed(merchant, "6222000"), "real_name": sealed(merchant, "张三")}
    target = f"/v3/refund/domestic/refunds/{refund['refund_id']}/apply-abnormal-refund"
    unnamed = await merchant.call("POST", target, ask)
    key_id = merchant.facts["public_key_id"]
    named = await merchant.call("POST", target, ask, Wechatpay_Serial=key_id)
    assert (unnamed.status, words(named)["status"]) == (400, "PROCESSING")
    await finish(merchant)
    assert (await query(merchant, "R-1"))["status"] == "SUCCESS"


def sealed(merchant: Merchant, text: str) -> str:
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303
    return base64.b64encode(merchant.public_key().encrypt(text.encode(), oaep)).decode()
