"""What each call sends, how each answer and refusal is read."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channel_gateway.domain.errors import (
    Malformed,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.money import Fen
from channel_gateway.domain.people import OpenId
from channel_gateway.wire import HttpResponse
from payment.connectors.wechat_pay.method import WechatPay
from payment.facts import PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, OrderClosed, Payable, PaymentMethod, Repayment
from tests.contracts.notices import notice
from tests.unit.wechat_pay.platform_side import (
    NOW,
    REFUND,
    TRANSACTION,
    FakeSender,
    Signer,
    refusal,
)

ORDER_ID = "1217752501201407033233368018"
PAYABLE = Payable(
    order_id=ORDER_ID,
    amount_fen=Fen(100),
    description="行政事业性收费",
    payer=OpenId("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"),
    expires_at=NOW + timedelta(minutes=30, milliseconds=999),
    notice=notice(100),
)
REPAYMENT = Repayment(ORDER_ID, "4200000000", "R1", Fen(30), Fen(100), "重复缴费")


def test_it_is_a_payment_method(method: WechatPay) -> None:
    port: PaymentMethod = method

    assert (port.name, port.channel) == ("wechat_pay", "wechat")
    assert (port.app, port.merchant) == ("wxd678efh567hg6787", "1230000109")


async def test_preparing_names_the_payer_the_price_and_the_end(
    method: WechatPay, sender: FakeSender, public: Signer
) -> None:
    sender.answers = [public.answer({"prepay_id": "wx2014"})]

    handle = await method.prepare(PAYABLE)

    assert handle == "wx2014"
    assert (sender.sent[0].method, sender.paths()) == ("POST", ["/v3/pay/transactions/jsapi"])
    assert json.loads(sender.sent[0].body) == {
        "appid": "wxd678efh567hg6787",
        "mchid": "1230000109",
        "description": "行政事业性收费",
        "out_trade_no": ORDER_ID,
        "time_expire": "2026-01-05T12:30:00+08:00",
        "notify_url": "https://gateway.example/callbacks/wechat_pay",
        "amount": {"total": 100, "currency": "CNY"},
        "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    }


def test_the_page_is_given_what_wx_request_payment_takes(method: WechatPay) -> None:
    page = method.pay_parameters("wx2014", now=NOW, nonce="NONCE")

    assert set(page) == {"timeStamp", "nonceStr", "package", "signType", "paySign"}
    assert (page["timeStamp"], page["nonceStr"]) == (str(int(NOW.timestamp())), "NONCE")
    assert page["package"] == "prepay_id=wx2014"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(400, "ORDER_CLOSED"), OrderClosed),
        (refusal(400, "ORDERPAID"), AlreadyPaid),
        (refusal(403, "INVALID_REQUEST", "该订单已支付"), AlreadyPaid),
        (refusal(400, "PARAM_ERROR"), Refused),
        (refusal(400, "INVALID_REQUEST"), Refused),
        (refusal(403, "RULE_LIMIT"), Refused),
        (refusal(403, "USER_ACCOUNT_ABNORMAL"), Refused),
        (refusal(403, "NOT_ENOUGH"), RefusedForNow),
        (refusal(401, "SIGN_ERROR"), RefusedForNow),
        (refusal(403, "OUT_TRADE_NO_USED"), Refused),
        (HttpResponse(404), Unavailable),  # whoever said it, it was not about the order
        (HttpResponse(405), Unavailable),
        (refusal(429, "FREQUENCY_LIMITED"), TooMany),
        (refusal(429, "RATELIMIT_EXCEEDED"), TooMany),
        (HttpResponse(429), TooMany),
        (refusal(500, "SYSTEM_ERROR"), Unavailable),
        (refusal(403, "SYSTEM_ERROR"), Unavailable),
        (refusal(403, "FREQUENCY_LIMITED"), TooMany),
        (HttpResponse(502, body=b"<html>"), Unavailable),
        (refusal(503, "SERVICE_UNAVAILABLE"), Unavailable),
        (HttpResponse(202), Unavailable),
    ],
)
async def test_a_refusal_is_told_in_our_words(
    method: WechatPay, sender: FakeSender, answer: HttpResponse, error: type[Exception]
) -> None:
    sender.answers = [answer]

    with pytest.raises(error) as raised:
        await method.prepare(PAYABLE)

    assert type(raised.value) is error
    assert len(sender.sent) == 1


async def test_a_refusal_names_the_platforms_code_and_nothing_of_its_text(
    method: WechatPay, sender: FakeSender
) -> None:
    sender.answers = [refusal(400, "PARAM_ERROR", "openid oUpF8uMuAJO is wrong")]

    with pytest.raises(Refused, match="PARAM_ERROR") as raised:
        await method.prepare(PAYABLE)

    assert "oUpF8" not in str(raised.value)


async def test_a_code_that_is_no_code_is_not_repeated(
    method: WechatPay, sender: FakeSender
) -> None:
    sender.answers = [refusal(400, "<b>oUpF8uMuAJO</b>")]

    with pytest.raises(Unavailable, match="no answer") as raised:
        await method.prepare(PAYABLE)
    assert "oUpF8" not in str(raised.value)


async def test_a_paid_order_is_asked_into_a_fact(
    method: WechatPay, sender: FakeSender, public: Signer
) -> None:
    sender.answers = [public.answer(TRANSACTION)]

    fact = await method.ask(ORDER_ID)

    assert sender.paths() == [f"/v3/pay/transactions/out-trade-no/{ORDER_ID}?mchid=1230000109"]
    assert fact == PaymentFact(
        ORDER_ID,
        PaymentStatus.PAID,
        "wxd678efh567hg6787",
        "1230000109",
        Fen(100),
        "CNY",
        "4200000000000000000000000000",
        datetime(2018, 6, 8, 2, 34, 56, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("REFUND", PaymentStatus.PAID),
        ("NOTPAY", PaymentStatus.UNPAID),
        ("USERPAYING", PaymentStatus.UNPAID),
        ("PAYERROR", PaymentStatus.UNPAID),
        ("CLOSED", PaymentStatus.CLOSED),
        ("REVOKED", PaymentStatus.CLOSED),
    ],
)
async def test_each_state_of_an_order_has_a_word_of_ours(
    method: WechatPay, sender: FakeSender, public: Signer, word: str, status: PaymentStatus
) -> None:
    sender.answers = [public.answer({**TRANSACTION, "trade_state": word})]

    assert (await method.ask(ORDER_ID)).status is status


async def test_an_order_the_platform_never_heard_of_is_absent(
    method: WechatPay, sender: FakeSender
) -> None:
    sender.answers = [refusal(404, "ORDER_NOT_EXIST")]

    assert await method.ask(ORDER_ID) == PaymentFact(ORDER_ID, PaymentStatus.ABSENT)


async def test_an_answer_about_another_order_is_not_taken(
    method: WechatPay, sender: FakeSender, public: Signer
) -> None:
    sender.answers = [public.answer({**TRANSACTION, "out_trade_no": "ANOTHER1"})]

    with pytest.raises(Malformed):
        await method.ask(ORDER_ID)


async def test_closing_is_signed_for_by_an_empty_answer(
    method: WechatPay, sender: FakeSender, public: Signer
) -> None:
    sender.answers = [public.answer(None, 204)]

    await method.close(ORDER_ID)

    assert sender.paths() == [f"/v3/pay/transactions/out-trade-no/{ORDER_ID}/close"]
    assert sender.sent[0].body == b'{"mchid":"1230000109"}'


@pytest.mark.parametrize("code", ["ORDER_CLOSED", "ORDER_NOT_EXIST"])
async def test_closed_before_or_never_heard_of_is_closed(
    method: WechatPay, sender: FakeSender, code: str
) -> None:
    sender.answers = [refusal(404 if code == "ORDER_NOT_EXIST" else 400, code)]

    await method.close(ORDER_ID)


async def test_a_paid_order_cannot_be_closed(method: WechatPay, sender: FakeSender) -> None:
    sender.answers = [refusal(400, "ORDERPAID")]

    with pytest.raises(AlreadyPaid):
        await method.close(ORDER_ID)


async def test_a_refund_always_says_where_its_callback_goes(
    method: WechatPay, sender: FakeSender, public: Signer
) -> None:
    sender.answers = [public.answer(REFUND)]

    fact = await method.refund(REPAYMENT)

    assert sender.paths() == ["/v3/refund/domestic/refunds"]
    assert json.loads(sender.sent[0].body) == {
        "transaction_id": "4200000000",
        "out_refund_no": "R1",
        "reason": "重复缴费",
        "notify_url": "https://gateway.example/callbacks/wechat_pay",
        "amount": {"refund": 30, "total": 100, "currency": "CNY"},
    }
    assert fact == RefundFact(ORDER_ID, "R1", RefundStatus.PROCESSING, Fen(30))


@pytest.mark.parametrize(
    ("reason", "sent"),
    [
        ("多收😀退回", {"reason": "多收退回"}),
        ("😀" + "多" * 80, {"reason": "多" * 80}),
        ("👍🏽", {}),
    ],
)
async def test_a_reason_holds_no_character_of_four_bytes(
    method: WechatPay, sender: FakeSender, public: Signer, reason: str, sent: dict[str, str]
) -> None:
    sender.answers = [public.answer(REFUND)]

    await method.refund(replace(REPAYMENT, reason=reason))

    body = json.loads(sender.sent[0].body)
    assert {key: value for key, value in body.items() if key == "reason"} == sent


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("SUCCESS", RefundStatus.DONE),
        ("PROCESSING", RefundStatus.PROCESSING),
        ("ABNORMAL", RefundStatus.ABNORMAL),
        ("CLOSED", RefundStatus.CLOSED),
    ],
)
async def test_each_state_of_a_refund_has_a_word_of_ours(
    method: WechatPay, sender: FakeSender, public: Signer, word: str, status: RefundStatus
) -> None:
    sender.answers = [public.answer({**REFUND, "status": word})]

    fact = await method.ask_refund(ORDER_ID, "R1")

    assert fact.status is status
    assert sender.paths() == ["/v3/refund/domestic/refunds/R1"]


async def test_a_refund_the_platform_never_heard_of_is_absent(
    method: WechatPay, sender: FakeSender
) -> None:
    sender.answers = [refusal(404, "RESOURCE_NOT_EXISTS")]

    assert await method.ask_refund(ORDER_ID, "R1") == RefundFact(
        ORDER_ID, "R1", RefundStatus.ABSENT
    )


async def test_an_answer_about_another_refund_is_not_taken(
    method: WechatPay, sender: FakeSender, public: Signer
) -> None:
    sender.answers = [public.answer({**REFUND, "out_refund_no": "R2"})]

    with pytest.raises(Malformed):
        await method.refund(REPAYMENT)


async def test_no_money_for_a_refund_is_refused_with_its_code(
    method: WechatPay, sender: FakeSender
) -> None:
    sender.answers = [refusal(403, "NOT_ENOUGH")]

    with pytest.raises(Refused, match="NOT_ENOUGH"):
        await method.refund(REPAYMENT)


async def test_refunds_that_come_too_fast_are_told_to_wait_more_than_a_minute(
    method: WechatPay, sender: FakeSender
) -> None:
    sender.answers = [refusal(429, "FREQUENCY_LIMITED")]

    with pytest.raises(TooMany) as wait:
        await method.refund(REPAYMENT)

    assert wait.value.retry_after_s == 65


def test_accepted_is_an_empty_204_and_the_rest_a_failing_status(method: WechatPay) -> None:
    accepted, again = method.answer(accepted=True), method.answer(accepted=False)

    assert (accepted.status, accepted.body) == (204, b"")
    assert again.status == 500
    assert json.loads(again.body)["code"] == "FAIL"


async def test_a_query_that_is_refused_is_no_fact(method: WechatPay, sender: FakeSender) -> None:
    sender.answers = [refusal(400, "MCH_NOT_EXISTS"), refusal(404, "RESOURCE_NOT_EXISTS")]

    with pytest.raises(Refused, match="MCH_NOT_EXISTS"):
        await method.ask(ORDER_ID)
    with pytest.raises(Refused, match="RESOURCE_NOT_EXISTS"):
        await method.refund(REPAYMENT)


async def test_a_state_of_a_refund_we_do_not_know_is_an_error_and_no_default(
    method: WechatPay, sender: FakeSender, public: Signer
) -> None:
    sender.answers = [public.answer({**REFUND, "status": "CHANGE"})]

    with pytest.raises(Malformed) as error:
        await method.ask_refund(ORDER_ID, "R1")

    assert error.value.field == "status"
