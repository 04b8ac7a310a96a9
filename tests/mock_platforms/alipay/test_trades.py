"""The life of a trade: created, paid, refunded, closed, each rule as the platform has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mock_platforms.alipay.amounts import fen, yuan
from mock_platforms.alipay.expiry import expiry
from mock_platforms.alipay.refusals import Refused
from mock_platforms.alipay.trades import TRANSITIONS, Status
from mock_platforms.stage import Stage
from tests.mock_platforms.alipay.merchant import Merchant, command, pay

NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)  # 10:00 in Beijing


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(Status)


def test_every_state_is_reachable() -> None:
    reached = {Status.WAIT_BUYER_PAY, *(s for row in TRANSITIONS.values() for s in row.values())}
    assert reached == set(Status)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0.01", 1), ("206.00", 20600), ("7.5", 750), ("100000000", 10_000_000_000)],
)
def test_yuan_text_is_read_exactly(text: str, amount: int) -> None:
    assert fen(text) == amount
    assert fen(yuan(amount)) == amount


@pytest.mark.parametrize("text", ["", "1,00", "-1.00", "1.001", "１.00", "1e2", "01.00", " 1"])
def test_what_is_not_an_amount_is_not_read(text: str) -> None:
    assert fen(text) is None


@pytest.mark.parametrize(
    ("timeout", "until"),
    [
        ("5m", NOW + timedelta(minutes=5)),
        ("2h", NOW + timedelta(hours=2)),
        ("15d", NOW + timedelta(days=15)),
        ("1c", datetime(2026, 1, 5, 16, 0, tzinfo=UTC)),
        ("", NOW + timedelta(days=15)),
    ],
)
def test_a_timeout_is_counted_from_creation(timeout: str, until: datetime) -> None:
    assert expiry(timeout, "", NOW, callers_now=NOW) == until


def test_a_named_moment_wins_over_a_timeout() -> None:
    hour = timedelta(hours=1)
    assert expiry("5m", "2026-01-05 11:00:00", NOW, callers_now=NOW) == NOW + hour


async def test_a_named_moment_is_the_callers_though_the_clock_was_moved(
    merchant: Merchant, stage: Stage
) -> None:
    await stage.clock.advance(86400)
    created = await merchant.create(
        time_expire="2026-01-07 12:30:00"
    )  # in half an hour, by the wall
    assert created["code"] == "10000"
    await stage.clock.advance(1799)
    assert (await merchant.query())["trade_status"] == "WAIT_BUYER_PAY"
    await stage.clock.advance(1)
    assert (await merchant.query())["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize(
    ("timeout", "moment"), [("1.5h", ""), ("16d", ""), ("0m", ""), ("", "2026-01-05 09:59:59")]
)
def test_an_impossible_expiry_is_refused(timeout: str, moment: str) -> None:
    with pytest.raises(Refused):
        expiry(timeout, moment, NOW, callers_now=NOW)


async def test_the_same_order_again_gives_the_same_trade(merchant: Merchant) -> None:
    first = await merchant.create()
    assert await merchant.create() == first
    assert (await merchant.create(total_amount="200.00"))["sub_code"] == "ACQ.CONTEXT_INCONSISTENT"


async def test_an_order_that_was_paid_or_closed_is_not_made_again(
    merchant: Merchant, stage: Stage
) -> None:
    await merchant.create("paid")
    await pay(stage, "paid")
    await merchant.create("closed")
    await merchant.call("alipay.trade.close", {"out_trade_no": "closed"})
    assert (await merchant.create("paid"))["sub_code"] == "ACQ.TRADE_HAS_SUCCESS"
    assert (await merchant.create("closed"))["sub_code"] == "ACQ.TRADE_HAS_CLOSE"


@pytest.mark.parametrize(
    "wrong",
    [
        {"total_amount": "0.00"},
        {"total_amount": 2.5e-3},
        {"subject": "a/b"},
        {"out_trade_no": "a-b"},
        {"product_code": "FACE_TO_FACE_PAYMENT"},
        {"buyer_open_id": ""},
        {"buyer_open_id": "", "buyer_id": "2088000000000001"},  # the app only sees open ids
        {"op_app_id": "2021000000000000"},
        {"seller_id": "2088000000000009"},
        {"body": "x" * 129},
    ],
    ids=str,
)
async def test_an_order_with_a_wrong_field_is_refused(
    merchant: Merchant, wrong: dict[str, object]
) -> None:
    assert (await merchant.create(**wrong))["sub_code"] == "ACQ.INVALID_PARAMETER"


async def test_too_much_money_is_refused(merchant: Merchant) -> None:
    refused = await merchant.create(total_amount="100000000.01")
    assert refused["sub_code"] == "ACQ.TOTAL_FEE_EXCEED"


@pytest.mark.parametrize(
    ("buyer", "named"),
    [
        ({"buyer_open_id": "", "buyer_id": "2088000000000001"}, "buyer_user_id"),
        ({"buyer_open_id": "", "op_buyer_open_id": "074" + "a" * 44}, "buyer_open_id"),
    ],
)
async def test_a_buyer_is_shown_by_the_kind_of_id_that_was_given(
    cert_merchant: Merchant, buyer: dict[str, str], named: str
) -> None:
    await cert_merchant.create(**buyer)
    shown = await cert_merchant.query()
    assert shown[named] in buyer.values()
    assert shown.keys() & {"buyer_user_id", "buyer_open_id"} == {named}


@pytest.mark.parametrize(
    ("buyer_id", "sub_code"),
    [("2088102100000001", "ACQ.BUYER_SELLER_EQUAL"), ("12", "ACQ.INVALID_PARAMETER")],
)
async def test_a_buyer_is_a_person_other_than_the_seller(
    cert_merchant: Merchant, buyer_id: str, sub_code: str
) -> None:
    refused = await cert_merchant.create(buyer_open_id="", buyer_id=buyer_id)
    assert refused["sub_code"] == sub_code


async def test_an_open_id_of_another_app_is_refused(merchant: Merchant, stage: Stage) -> None:
    other = merchant.section["cert_app"]["app_id"]
    citizen = await command(stage, "POST", "/alipay/auth-codes", {"app_id": other})
    refused = await merchant.create(buyer_open_id=citizen["open_id"])
    assert refused["sub_code"] == "ACQ.INVALID_PARAMETER"


async def test_a_trade_is_paid_once(merchant: Merchant, stage: Stage) -> None:
    await merchant.create()
    assert (await merchant.query())["trade_status"] == "WAIT_BUYER_PAY"
    assert (await pay(stage))["result_code"] == "9000"
    paid = await merchant.query()
    assert (paid["trade_status"], paid["total_amount"]) == ("TRADE_SUCCESS", "206.00")
    assert (await pay(stage))["error"] == "ACQ.TRADE_HAS_SUCCESS"


async def test_walking_away_leaves_the_trade_waiting(merchant: Merchant, stage: Stage) -> None:
    await merchant.create()
    left = await command(stage, "POST", "/alipay/trades/fee_1/cancel", {})
    assert (left["result_code"], left["trade"]["trade_status"]) == ("6001", "WAIT_BUYER_PAY")


async def test_an_unpaid_trade_closes_when_its_time_is_over(
    merchant: Merchant, stage: Stage
) -> None:
    await merchant.create(timeout_express="5m")
    await stage.clock.advance(299)
    assert (await merchant.query())["trade_status"] == "WAIT_BUYER_PAY"
    await stage.clock.advance(1)
    assert (await merchant.query())["trade_status"] == "TRADE_CLOSED"
    assert (await pay(stage))["error"] == "ACQ.TRADE_HAS_CLOSE"


async def test_a_payment_can_come_through_just_after_closing(
    merchant: Merchant, stage: Stage
) -> None:
    await merchant.create()
    await merchant.call("alipay.trade.close", {"out_trade_no": "fee_1"})
    await pay(stage, late=True)
    assert (await merchant.query())["trade_status"] == "TRADE_SUCCESS"


async def test_a_paid_trade_is_not_closed(merchant: Merchant, stage: Stage) -> None:
    await merchant.create()
    await pay(stage)
    refused = await merchant.call("alipay.trade.close", {"out_trade_no": "fee_1"})
    assert refused["sub_code"] == "ACQ.REASON_TRADE_STATUS_INVALID"


async def test_cancelling_undoes_whatever_happened(merchant: Merchant, stage: Stage) -> None:
    for number in ("waiting", "paid"):
        await merchant.create(number)
    await pay(stage, "paid")
    actions = [
        (await merchant.call("alipay.trade.cancel", {"out_trade_no": number})).get("action")
        for number in ("waiting", "paid", "paid", "unknown")
    ]
    assert actions == ["close", "refund", None, None]
    assert (await merchant.query("paid"))["trade_status"] == "TRADE_CLOSED"


async def test_cancelling_has_its_time(merchant: Merchant, stage: Stage) -> None:
    await merchant.create()
    await pay(stage)
    cancel = ("alipay.trade.cancel", {"out_trade_no": "fee_1"})
    await stage.clock.advance(86401)
    assert (await merchant.call(*cancel))["sub_code"] == "ACQ.TRADE_CANCEL_TIME_OUT"
    await stage.clock.advance(365 * 86400)
    assert (await merchant.call(*cancel))["sub_code"] == "ACQ.TRADE_HAS_FINISHED"


@pytest.mark.parametrize("method", ["query", "close", "cancel"])
async def test_a_trade_is_named_by_one_of_its_numbers(merchant: Merchant, method: str) -> None:
    refused = await merchant.call(f"alipay.trade.{method}", {})
    assert refused["sub_code"] == "ACQ.INVALID_PARAMETER"


async def test_details_are_given_to_who_asks_for_them(merchant: Merchant, stage: Stage) -> None:
    await merchant.create()
    await pay(stage)
    biz = {"out_trade_no": "fee_1", "query_options": ["fund_bill_list"]}
    funds = (await merchant.call("alipay.trade.query", biz))["fund_bill_list"]
    assert funds == [{"amount": "206.00", "fund_channel": "ALIPAYACCOUNT"}]
    assert "fund_bill_list" not in await merchant.query()


async def test_a_refund_in_the_web_console_passes_the_merchant_by(
    merchant: Merchant, stage: Stage
) -> None:
    await merchant.create()
    await pay(stage)
    path = "/alipay/trades/fee_1/refund"
    assert (await command(stage, "POST", path, {"amount_fen": 600}))["refund_fee"] == "6.00"
    assert (await merchant.refund("1.00"))["refund_fee"] == "7.00"
    too_much = await command(stage, "POST", path, {"amount_fen": 20600})
    assert too_much["error"] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"


async def test_refunds_add_up_and_the_last_one_closes_the_trade(
    merchant: Merchant, stage: Stage
) -> None:
    await merchant.create()
    await pay(stage)
    first, second = await merchant.refund("6.00", "r1"), await merchant.refund("200.00", "r2")
    assert [first["refund_fee"], second["refund_fee"]] == ["6.00", "206.00"]
    assert (await merchant.query())["trade_status"] == "TRADE_CLOSED"
    assert (await merchant.refund("0.01", "r3"))["sub_code"] == "ACQ.TRADE_HAS_CLOSE"


async def test_a_repeated_refund_moves_no_money(merchant: Merchant, stage: Stage) -> None:
    await merchant.create()
    await pay(stage)
    answers = [await merchant.refund("206.00") for _ in range(2)]
    assert [answer["fund_change"] for answer in answers] == ["Y", "N"]
    assert [answer["refund_fee"] for answer in answers] == ["206.00", "206.00"]
    assert (await merchant.refund("1.00"))["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"


async def test_more_than_was_paid_is_not_refunded(merchant: Merchant, stage: Stage) -> None:
    await merchant.create()
    assert (await merchant.refund("1.00"))["sub_code"] == "ACQ.TRADE_STATUS_ERROR"
    await pay(stage)
    assert (await merchant.refund("206.01"))["sub_code"] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"


async def test_after_a_year_a_trade_is_finished(merchant: Merchant, stage: Stage) -> None:
    await merchant.create()
    await pay(stage)
    await stage.clock.advance(365 * 86400)
    assert (await merchant.query())["trade_status"] == "TRADE_FINISHED"
    assert (await merchant.refund("1.00"))["sub_code"] == "ACQ.TRADE_HAS_FINISHED"


async def test_a_refund_is_found_by_its_request_number(merchant: Merchant, stage: Stage) -> None:
    await merchant.create()
    await pay(stage)
    await merchant.refund("6.00", "r1")
    method, trade = "alipay.trade.fastpay.refund.query", {"out_trade_no": "fee_1"}
    found = await merchant.call(method, {**trade, "out_request_no": "r1"})
    assert (found["refund_status"], found["refund_amount"]) == ("REFUND_SUCCESS", "6.00")
    wants = {"query_options": ["refund_detail_item_list", "gmt_refund_pay"]}
    detailed = await merchant.call(method, {**trade, "out_request_no": "r1", **wants})
    assert detailed.keys() - found.keys() == {"refund_detail_item_list", "gmt_refund_pay"}
    assert detailed["refund_detail_item_list"] == [
        {"amount": "6.00", "fund_channel": "ALIPAYACCOUNT"}
    ]
    unknown = await merchant.call(method, {**trade, "out_request_no": "r2"})
    assert unknown == {"code": "10000", "msg": "Success"}


async def test_an_empty_account_refuses_and_a_lost_answer_does_not(
    merchant: Merchant, stage: Stage
) -> None:
    await merchant.create()
    await pay(stage)
    stage.faults.add("alipay", "seller_balance_short", order="fee_1")
    assert (await merchant.refund("6.00"))["sub_code"] == "ACQ.SELLER_BALANCE_NOT_ENOUGH"
    stage.faults.add("alipay", "business_system_error", operation="alipay.trade.refund")
    assert (await merchant.refund("6.00"))["sub_code"] == "ACQ.SYSTEM_ERROR"
    assert (await merchant.refund("6.00"))["fund_change"] == "N"
