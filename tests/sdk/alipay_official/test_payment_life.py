"""The official alipay-sdk-python, unmodified, through a whole payment's life, in UTF-8 and GBK."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from alipay.aop.api.exception.Exception import ResponseException

from tests.sdk.alipay_official.calls import Sdk
from tests.sdk.stand_ins import Receiver, StandIns, fetch

pytestmark = pytest.mark.sdk

ORDER = "FEE_2026_0001"
SUBJECT = "行政 费+100%测试"
A_DAY_AND_TEN_HOURS_S = 34 * 3600  # by then the bill of today is made, whatever the hour

Trade = Any  # the SDK is untyped


@pytest.fixture
def citizen(stand_ins: StandIns) -> dict[str, str]:
    """A citizen who has just opened the mini program: a one-time code, and who it is."""
    return stand_ins.command("POST", "/alipay/auth-codes")


@pytest.fixture
def trade(sdk: Sdk, citizen: dict[str, str], merchant: Receiver) -> Trade:
    return sdk.create(
        merchant.url,
        out_trade_no=ORDER,
        total_amount="80.00",
        subject=SUBJECT,
        buyer_open_id=citizen["open_id"],
    )


@pytest.fixture
def paid(trade: Trade, stand_ins: StandIns) -> Trade:
    """A trade the citizen has paid; the callback has left."""
    stand_ins.command("POST", f"/alipay/trades/{ORDER}/pay")
    stand_ins.advance()
    return trade


def refund(sdk: Sdk, number: str, amount: str) -> Any:
    return sdk.refund(out_trade_no=ORDER, out_request_no=number, refund_amount=amount)


def status(sdk: Sdk) -> str:
    return sdk.query(out_trade_no=ORDER).trade_status


def test_a_login_code_becomes_a_token(sdk: Sdk, citizen: dict[str, str]) -> None:
    token = sdk.token(citizen["auth_code"])
    assert token.open_id == citizen["open_id"]
    person = sdk.person(token.access_token)
    assert (person.open_id, person.city) == (citizen["open_id"], "示例市")


def test_a_spent_login_code_is_refused(sdk: Sdk, citizen: dict[str, str]) -> None:
    sdk.token(citizen["auth_code"])
    assert sdk.token(citizen["auth_code"]).sub_code == "isv.code-invalid"


def test_a_trade_is_found_by_both_numbers(sdk: Sdk, paid: Trade) -> None:
    for found in (sdk.query(out_trade_no=ORDER), sdk.query(trade_no=paid.trade_no)):
        assert (found.trade_status, found.total_amount) == ("TRADE_SUCCESS", "80.00")
        assert found.subject == SUBJECT


def test_callbacks_come_in_the_calls_charset_and_verify(
    sdk: Sdk, paid: Trade, merchant: Receiver
) -> None:
    callback = merchant.next()
    told = sdk.callback(callback.body)
    assert (told["charset"], told["subject"]) == (sdk.charset, SUBJECT)
    assert (told["trade_no"], told["trade_status"]) == (paid.trade_no, "TRADE_SUCCESS")
    assert callback.headers["Content-Type"].endswith(f"charset={sdk.charset}")


def test_partial_refunds_add_up(sdk: Sdk, paid: Trade, merchant: Receiver) -> None:
    assert sdk.callback(merchant.next().body)["out_trade_no"] == ORDER
    fees = [refund(sdk, number, "40.00").refund_fee for number in ("BACK_1", "BACK_2")]
    assert fees == ["40.00", "80.00"]  # cumulative
    assert sdk.callback(merchant.next().body)["out_biz_no"] == "BACK_1"
    found = sdk.refund_query(out_trade_no=ORDER, out_request_no="BACK_1")
    assert (found.refund_status, found.refund_amount) == ("REFUND_SUCCESS", "40.00")
    assert status(sdk) == "TRADE_CLOSED"


def test_a_repeated_refund_moves_no_money(sdk: Sdk, paid: Trade) -> None:
    assert [refund(sdk, "BACK_1", "40.00").fund_change for _ in range(2)] == ["Y", "N"]
    assert refund(sdk, "BACK_1", "41.00").sub_code == "ACQ.DISCORDANT_REPEAT_REQUEST"


def test_a_refund_nobody_asked_for_is_a_bare_success(sdk: Sdk, paid: Trade) -> None:
    found = sdk.refund_query(out_trade_no=ORDER, out_request_no="BACK_1")
    assert (found.code, found.refund_status) == ("10000", None)


def test_an_unpaid_trade_closes(sdk: Sdk, trade: Trade) -> None:
    assert sdk.close(out_trade_no=ORDER).trade_no == trade.trade_no
    assert status(sdk) == "TRADE_CLOSED"


def test_a_paid_trade_does_not_close(sdk: Sdk, paid: Trade) -> None:
    assert sdk.close(trade_no=paid.trade_no).sub_code == "ACQ.REASON_TRADE_STATUS_INVALID"


def test_cancel_closes_what_waits_once(sdk: Sdk, trade: Trade) -> None:
    assert [sdk.cancel(out_trade_no=ORDER).action for _ in range(2)] == ["close", None]


def test_cancel_refunds_what_is_paid(sdk: Sdk, paid: Trade) -> None:
    assert sdk.cancel(trade_no=paid.trade_no).action == "refund"
    assert status(sdk) == "TRADE_CLOSED"


def test_the_days_bill_names_the_trade(sdk: Sdk, paid: Trade, stand_ins: StandIns) -> None:
    day = sdk.query(out_trade_no=ORDER).send_pay_date[:10]
    stand_ins.advance(A_DAY_AND_TEN_HOURS_S)
    offer = sdk.bill_address(bill_type="trade", bill_date=day)
    archive = zipfile.ZipFile(io.BytesIO(fetch(offer.bill_download_url)), metadata_encoding="gbk")
    [detail] = [name for name in archive.namelist() if name.endswith("_业务明细.csv")]
    assert paid.trade_no in archive.read(detail).decode("gbk")


def test_an_unknown_trade_is_not_found(sdk: Sdk) -> None:
    refused = sdk.query(out_trade_no="NO_SUCH_TRADE")
    assert (refused.sub_code, refused.sub_msg) == ("ACQ.TRADE_NOT_EXIST", "交易不存在")


def test_an_sha1_signature_is_refused(build: Callable[..., Sdk]) -> None:
    refused = build("utf-8", sign_type="RSA").query(out_trade_no=ORDER)
    assert refused.sub_code == "isv.invalid-signature-type"


def test_an_unknown_app_gets_an_unsigned_answer(build: Callable[..., Sdk]) -> None:
    with pytest.raises(ResponseException, match=r"isv\.invalid-app-id"):
        build("utf-8", app_id="9021999999999999").query(out_trade_no=ORDER)


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [("reply_forged", "sign verify failed"), ("reply_unsigned", "shape maybe illegal")],
)
def test_the_sdk_refuses_answers_forged_or_unsigned(
    sdk: Sdk, trade: Trade, stand_ins: StandIns, fault: str, complaint: str
) -> None:
    stand_ins.break_once("alipay", fault, "alipay.trade.query")
    with pytest.raises(ResponseException, match=complaint):
        status(sdk)
