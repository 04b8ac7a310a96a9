"""What each call sends, how each answer and refusal is read."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused
from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import GatewayError, Malformed, TooMany, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.people import OpenId
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.connectors.alipay import trades
from payment.connectors.alipay.method import AlipayMethod
from payment.facts import PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, OrderClosed, Payable, PaymentMethod, Repayment
from tests.contracts.notices import notice
from tests.unit.alipay.alipay_side import NOW, Gateway, refusal, success
from tests.unit.alipay_pay.callback_side import CALLBACK, signed_form

ORDER_ID = "A20260302000001"
TRADE_NO = "2026030222001499160501589436"
PAYABLE = Payable(
    order_id=ORDER_ID,
    amount_fen=Fen(1230),
    description="不动产登记费/证书工本费&=",
    payer=OpenId("074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"),
    expires_at=NOW + timedelta(minutes=30, milliseconds=999),
    notice=notice(1230),
)
REPAYMENT = Repayment(ORDER_ID, TRADE_NO, f"{ORDER_ID}R1", Fen(30), Fen(1230), "重复缴费")
CREATED = success(out_trade_no=ORDER_ID, trade_no=TRADE_NO)
QUERIED = success(
    out_trade_no=ORDER_ID,
    trade_no=TRADE_NO,
    trade_status="TRADE_SUCCESS",
    total_amount="12.30",
    send_pay_date="2026-03-02 09:29:30",
)
PAID = PaymentFact(
    ORDER_ID,
    PaymentStatus.PAID,
    "2021000000000001",
    "2088102100000001",
    Fen(1230),
    "CNY",
    TRADE_NO,
    datetime(2026, 3, 2, 1, 29, 30, tzinfo=UTC),
)


def made(platform: OpenPlatform, id_mode: IdMode = IdMode.OPEN_ID) -> AlipayMethod:
    return AlipayMethod(
        platform,
        name="alipay_pay",
        channel="alipay",
        seller_id="2088102100000001",
        id_mode=id_mode,
        notify_url="https://gateway.example/callbacks/alipay_pay",
    )


@pytest.fixture
def method(platform: OpenPlatform) -> AlipayMethod:
    return made(platform)


def test_it_is_a_payment_method(method: AlipayMethod) -> None:
    port: PaymentMethod = method

    assert (port.name, port.channel) == ("alipay_pay", "alipay")
    assert (port.app, port.merchant) == ("2021000000000001", "2088102100000001")


async def test_preparing_makes_a_trade_of_the_mini_program(
    method: AlipayMethod, gateway: Gateway
) -> None:
    gateway.answers(trades.CREATE, CREATED)

    assert await method.prepare(PAYABLE) == TRADE_NO
    assert gateway.parameters()["notify_url"] == "https://gateway.example/callbacks/alipay_pay"
    assert gateway.content() == {
        "out_trade_no": ORDER_ID,
        "total_amount": "12.30",
        "subject": "不动产登记费／证书工本费＆＝",
        "product_code": "JSAPI_PAY",
        "op_app_id": "2021000000000001",
        "buyer_open_id": "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5",
        "time_expire": "2026-03-02 10:00:00",
    }


async def test_preparing_again_sends_the_same_content(
    method: AlipayMethod, gateway: Gateway
) -> None:
    for _ in range(2):
        gateway.answers(trades.CREATE, CREATED)

    assert await method.prepare(PAYABLE) == await method.prepare(PAYABLE)
    assert gateway.content(0) == gateway.content(1)


async def test_an_old_application_names_the_buyer_by_user_id(
    platform: OpenPlatform, gateway: Gateway
) -> None:
    gateway.answers(trades.CREATE, CREATED)

    await made(platform, IdMode.USER_ID).prepare(PAYABLE)

    assert "buyer_open_id" not in gateway.content()
    assert gateway.content()["buyer_id"] == PAYABLE.payer.reveal()


def test_the_mini_program_gets_the_trade_number(method: AlipayMethod) -> None:
    assert method.pay_parameters(TRADE_NO, now=NOW, nonce="n") == {"tradeNO": TRADE_NO}


@pytest.mark.parametrize(
    ("sub_code", "error"),
    [
        ("ACQ.TRADE_HAS_SUCCESS", AlreadyPaid),
        ("ACQ.TRADE_HAS_FINISHED", AlreadyPaid),
        ("ACQ.TRADE_HAS_CLOSE", OrderClosed),
        ("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR", OrderClosed),
        ("ACQ.CONTEXT_INCONSISTENT", AlipayRefused),
        ("ACQ.SYSTEM_ERROR", Unavailable),
    ],
)
async def test_why_a_trade_was_not_made(
    method: AlipayMethod, gateway: Gateway, sub_code: str, error: type[GatewayError]
) -> None:
    gateway.answers(trades.CREATE, refusal(sub_code))

    with pytest.raises(error):
        await method.prepare(PAYABLE)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Unavailable(), Unavailable),
        (HttpResponse(502, body=b"<html>"), Unavailable),
        (HttpResponse(200, body=b'{"alipay_trade_refund_response":{"code":"1'), Unavailable),
    ],
)
async def test_a_lost_reply_is_unknown_and_never_a_failure(
    method: AlipayMethod,
    gateway: Gateway,
    reply: HttpResponse | Exception,
    error: type[GatewayError],
) -> None:
    gateway.replies.append(reply)

    with pytest.raises(error):
        await method.refund(REPAYMENT)


async def test_being_asked_to_slow_down_is_too_many(method: AlipayMethod, gateway: Gateway) -> None:
    gateway.answers(trades.QUERY, refusal("isv.app-call-limited", "40005"))

    with pytest.raises(TooMany):
        await method.ask(ORDER_ID)


async def test_a_paid_trade_is_a_full_fact(method: AlipayMethod, gateway: Gateway) -> None:
    gateway.answers(trades.QUERY, QUERIED)

    assert await method.ask(ORDER_ID) == PAID
    assert gateway.content() == {"out_trade_no": ORDER_ID}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"trade_status": "WAIT_BUYER_PAY", "send_pay_date": ""}, PaymentStatus.UNPAID),
        ({"trade_status": "TRADE_CLOSED", "send_pay_date": ""}, PaymentStatus.CLOSED),
        ({"trade_status": "TRADE_FINISHED"}, PaymentStatus.PAID),
        ({"trade_status": "TRADE_CLOSED"}, PaymentStatus.PAID),
    ],
    ids=["waiting", "closed", "finished", "paid and given back"],
)
async def test_each_status_has_our_word(
    method: AlipayMethod, gateway: Gateway, change: Mapping[str, str], status: PaymentStatus
) -> None:
    gateway.answers(trades.QUERY, {**QUERIED, **change})

    assert (await method.ask(ORDER_ID)).status is status


async def test_a_trade_alipay_never_heard_of_is_absent(
    method: AlipayMethod, gateway: Gateway
) -> None:
    gateway.answers(trades.QUERY, refusal("ACQ.TRADE_NOT_EXIST"))

    assert await method.ask(ORDER_ID) == PaymentFact(ORDER_ID, PaymentStatus.ABSENT)


async def test_an_answer_about_another_order_leaves_ours_unknown(
    method: AlipayMethod, gateway: Gateway
) -> None:
    gateway.answers(trades.QUERY, {**QUERIED, "out_trade_no": "B1"})

    with pytest.raises(Unavailable):
        await method.ask(ORDER_ID)


async def test_an_unknown_status_is_an_error(method: AlipayMethod, gateway: Gateway) -> None:
    gateway.answers(trades.QUERY, {**QUERIED, "trade_status": "TRADE_DREAMT"})

    with pytest.raises(Malformed):
        await method.ask(ORDER_ID)


@pytest.mark.parametrize("node", [CREATED, refusal("ACQ.TRADE_NOT_EXIST")])
async def test_closed_and_unknown_trades_are_done(
    method: AlipayMethod, gateway: Gateway, node: Mapping[str, Any]
) -> None:
    gateway.answers(trades.CLOSE, node)

    await method.close(ORDER_ID)

    assert len(gateway.sent) == 1


NOT_WAITING = pytest.mark.parametrize(
    "sub_code",
    ["ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID", "ACQ.REASON_ILLEGAL_STATUS"],
)


@NOT_WAITING
async def test_closing_what_is_paid_says_so(
    method: AlipayMethod, gateway: Gateway, sub_code: str
) -> None:
    gateway.answers(trades.CLOSE, refusal(sub_code))
    gateway.answers(trades.QUERY, QUERIED)

    with pytest.raises(AlreadyPaid):
        await method.close(ORDER_ID)


@NOT_WAITING
async def test_closing_what_is_closed_is_done(
    method: AlipayMethod, gateway: Gateway, sub_code: str
) -> None:
    gateway.answers(trades.CLOSE, refusal(sub_code))
    gateway.answers(
        trades.QUERY, {**QUERIED, "trade_status": "TRADE_CLOSED", "send_pay_date": None}
    )

    await method.close(ORDER_ID)


async def test_a_trade_that_neither_waits_nor_is_closed_is_unknown(
    method: AlipayMethod, gateway: Gateway
) -> None:
    gateway.answers(trades.CLOSE, refusal("ACQ.TRADE_STATUS_ERROR"))
    gateway.answers(trades.QUERY, {**QUERIED, "trade_status": "WAIT_BUYER_PAY"})

    with pytest.raises(Unavailable):
        await method.close(ORDER_ID)


async def test_other_refusals_to_close_are_told(method: AlipayMethod, gateway: Gateway) -> None:
    gateway.answers(trades.CLOSE, refusal("ACQ.INVALID_PARAMETER"))

    with pytest.raises(AlipayRefused):
        await method.close(ORDER_ID)


def refunded(**more: str) -> Mapping[str, Any]:
    # The answer's refund_fee is the sum of all refunds of the trade.
    return success(out_trade_no=ORDER_ID, trade_no=TRADE_NO, refund_fee="9.99", **more)


DONE = RefundFact(
    ORDER_ID,
    REPAYMENT.refund_no,
    RefundStatus.DONE,
    Fen(30),
    datetime(2026, 3, 2, 1, 29, 30, tzinfo=UTC),
)
FOUND = success(
    out_trade_no=ORDER_ID,
    out_request_no=REPAYMENT.refund_no,
    refund_amount="0.30",
    refund_status="REFUND_SUCCESS",
    gmt_refund_pay="2026-03-02 09:29:30",
)


async def test_a_refund_that_moved_money_is_done_with_its_own_amount(
    method: AlipayMethod, gateway: Gateway
) -> None:
    gateway.answers(trades.REFUND, refunded(fund_change="Y", gmt_refund_pay="2026-03-02 09:29:30"))

    assert await method.refund(REPAYMENT) == DONE
    assert gateway.content() == {
        "out_trade_no": ORDER_ID,
        "refund_amount": "0.30",
        "out_request_no": REPAYMENT.refund_no,
        "refund_reason": "重复缴费",
    }


async def test_a_repeated_refund_is_looked_up(method: AlipayMethod, gateway: Gateway) -> None:
    gateway.answers(trades.REFUND, refunded(fund_change="N"))
    gateway.answers(trades.REFUND_QUERY, FOUND)

    assert await method.refund(REPAYMENT) == DONE


async def test_a_repeated_refund_the_query_does_not_know_yet_is_processing(
    method: AlipayMethod, gateway: Gateway
) -> None:
    gateway.answers(trades.REFUND, refunded(fund_change="N"))
    gateway.answers(trades.REFUND_QUERY, success())

    assert (await method.refund(REPAYMENT)).status is RefundStatus.PROCESSING


@pytest.mark.parametrize(
    "sub_code", ["ACQ.SELLER_BALANCE_NOT_ENOUGH", "ACQ.DISCORDANT_REPEAT_REQUEST"]
)
async def test_a_refused_refund_is_told(
    method: AlipayMethod, gateway: Gateway, sub_code: str
) -> None:
    gateway.answers(trades.REFUND, refusal(sub_code))

    with pytest.raises(AlipayRefused) as raised:
        await method.refund(REPAYMENT)

    assert raised.value.sub_code == sub_code


@pytest.mark.parametrize(
    ("node", "status"),
    [
        (FOUND, RefundStatus.DONE),
        (success(), RefundStatus.ABSENT),
        (refusal("ACQ.TRADE_NOT_EXIST"), RefundStatus.ABSENT),
        ({**FOUND, "deposit_back_info": {"dback_status": "S"}}, RefundStatus.DONE),
        ({**FOUND, "deposit_back_info": {"dback_status": "P"}}, RefundStatus.PROCESSING),
        ({**FOUND, "deposit_back_info": {"dback_status": "F"}}, RefundStatus.ABNORMAL),
        ({**FOUND, "deposit_back_info": {"has_deposit_back": "false"}}, RefundStatus.DONE),
    ],
)
async def test_asking_about_a_refund(
    method: AlipayMethod, gateway: Gateway, node: Mapping[str, Any], status: RefundStatus
) -> None:
    gateway.answers(trades.REFUND_QUERY, node)

    fact = await method.ask_refund(ORDER_ID, REPAYMENT.refund_no)

    assert (fact.order_id, fact.refund_no, fact.status) == (ORDER_ID, REPAYMENT.refund_no, status)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"out_request_no": "R9"}, Unavailable),
        ({"refund_status": "REFUND_DREAMT"}, Malformed),
        ({"deposit_back_info": {"dback_status": "X"}}, Malformed),
    ],
)
async def test_strange_answers_about_a_refund_are_errors(
    method: AlipayMethod, gateway: Gateway, change: Mapping[str, Any], error: type[GatewayError]
) -> None:
    gateway.answers(trades.REFUND_QUERY, {**FOUND, **change})

    with pytest.raises(error):
        await method.ask_refund(ORDER_ID, REPAYMENT.refund_no)


async def test_a_callback_becomes_the_fact_a_query_tells(
    method: AlipayMethod, gateway: Gateway
) -> None:
    body = signed_form(gateway.key, CALLBACK)
    request = HttpRequest("POST", "/callbacks/alipay_pay", body=body)

    assert await method.read_callback(request, NOW) == PAID


def test_only_seven_bytes_end_the_repeats(method: AlipayMethod) -> None:
    accepted, again = method.answer(accepted=True), method.answer(accepted=False)

    assert (accepted.status, accepted.body) == (200, b"success")
    assert again.body == b"failure"
