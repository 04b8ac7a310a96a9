"""The official alipay-sdk-python, unmodified, through a whole payment's life, in UTF-8 and GBK."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from alipay.aop.api.domain.AlipayDataDataserviceBillDownloadurlQueryModel import (
    AlipayDataDataserviceBillDownloadurlQueryModel,
)
from alipay.aop.api.domain.AlipayTradeCancelModel import AlipayTradeCancelModel
from alipay.aop.api.domain.AlipayTradeCloseModel import AlipayTradeCloseModel
from alipay.aop.api.domain.AlipayTradeCreateModel import AlipayTradeCreateModel
from alipay.aop.api.domain.AlipayTradeFastpayRefundQueryModel import (
    AlipayTradeFastpayRefundQueryModel,
)
from alipay.aop.api.domain.AlipayTradeQueryModel import AlipayTradeQueryModel
from alipay.aop.api.domain.AlipayTradeRefundModel import AlipayTradeRefundModel
from alipay.aop.api.exception.Exception import ResponseException
from alipay.aop.api.request.AlipayDataDataserviceBillDownloadurlQueryRequest import (
    AlipayDataDataserviceBillDownloadurlQueryRequest,
)
from alipay.aop.api.request.AlipaySystemOauthTokenRequest import AlipaySystemOauthTokenRequest
from alipay.aop.api.request.AlipayTradeCancelRequest import AlipayTradeCancelRequest
from alipay.aop.api.request.AlipayTradeCloseRequest import AlipayTradeCloseRequest
from alipay.aop.api.request.AlipayTradeCreateRequest import AlipayTradeCreateRequest
from alipay.aop.api.request.AlipayTradeFastpayRefundQueryRequest import (
    AlipayTradeFastpayRefundQueryRequest,
)
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.request.AlipayUserInfoShareRequest import AlipayUserInfoShareRequest
from alipay.aop.api.response.AlipayDataDataserviceBillDownloadurlQueryResponse import (
    AlipayDataDataserviceBillDownloadurlQueryResponse,
)
from alipay.aop.api.response.AlipaySystemOauthTokenResponse import AlipaySystemOauthTokenResponse
from alipay.aop.api.response.AlipayTradeCancelResponse import AlipayTradeCancelResponse
from alipay.aop.api.response.AlipayTradeCloseResponse import AlipayTradeCloseResponse
from alipay.aop.api.response.AlipayTradeCreateResponse import AlipayTradeCreateResponse
from alipay.aop.api.response.AlipayTradeFastpayRefundQueryResponse import (
    AlipayTradeFastpayRefundQueryResponse,
)
from alipay.aop.api.response.AlipayTradeQueryResponse import AlipayTradeQueryResponse
from alipay.aop.api.response.AlipayTradeRefundResponse import AlipayTradeRefundResponse
from alipay.aop.api.response.AlipayUserInfoShareResponse import AlipayUserInfoShareResponse

from tests.sdk.alipay_official.conftest import Sdk
from tests.sdk.stand_ins import Receiver, StandIns, fetch

pytestmark = pytest.mark.sdk

ORDER = "FEE_2026_0001"
SUBJECT = "行政 费+100%测试"
A_DAY_AND_TEN_HOURS_S = 34 * 3600  # by then the bill of today is made, whatever the hour


def filled(model: Any, **fields: str) -> Any:
    for name, value in fields.items():
        setattr(model, name, value)
    return model


def create(sdk: Sdk, stand_ins: StandIns, merchant: Receiver) -> AlipayTradeCreateResponse:
    buyer = stand_ins.command("POST", "/alipay/auth-codes", user_id="2088000000000001")
    request = AlipayTradeCreateRequest(
        filled(
            AlipayTradeCreateModel(),
            out_trade_no=ORDER,
            total_amount="80.00",
            subject=SUBJECT,
            product_code="JSAPI_PAY",
            buyer_open_id=buyer["open_id"],
            op_app_id=sdk.app_id,
        )
    )
    request.notify_url = merchant.url
    return sdk.execute(request, AlipayTradeCreateResponse())


def query(sdk: Sdk, **number: str) -> AlipayTradeQueryResponse:
    request = AlipayTradeQueryRequest(filled(AlipayTradeQueryModel(), **number))
    return sdk.execute(request, AlipayTradeQueryResponse())


def refund(sdk: Sdk, number: str, amount: str) -> AlipayTradeRefundResponse:
    asked = {"out_trade_no": ORDER, "out_request_no": number, "refund_amount": amount}
    request = AlipayTradeRefundRequest(filled(AlipayTradeRefundModel(), **asked))
    return sdk.execute(request, AlipayTradeRefundResponse())


def refund_query(sdk: Sdk, number: str) -> AlipayTradeFastpayRefundQueryResponse:
    asked = {"out_trade_no": ORDER, "out_request_no": number}
    model = filled(AlipayTradeFastpayRefundQueryModel(), **asked)
    return sdk.execute(
        AlipayTradeFastpayRefundQueryRequest(model), AlipayTradeFastpayRefundQueryResponse()
    )


def close(sdk: Sdk) -> AlipayTradeCloseResponse:
    request = AlipayTradeCloseRequest(filled(AlipayTradeCloseModel(), out_trade_no=ORDER))
    return sdk.execute(request, AlipayTradeCloseResponse())


def cancel(sdk: Sdk) -> AlipayTradeCancelResponse:
    request = AlipayTradeCancelRequest(filled(AlipayTradeCancelModel(), out_trade_no=ORDER))
    return sdk.execute(request, AlipayTradeCancelResponse())


@pytest.fixture
def trade(sdk: Sdk, stand_ins: StandIns, merchant: Receiver) -> AlipayTradeCreateResponse:
    return create(sdk, stand_ins, merchant)


@pytest.fixture
def paid(trade: AlipayTradeCreateResponse, stand_ins: StandIns) -> AlipayTradeCreateResponse:
    """A trade the citizen has paid; the notice has left."""
    stand_ins.command("POST", f"/alipay/trades/{ORDER}/pay")
    stand_ins.advance()
    return trade


def test_a_login_code_becomes_a_token(sdk: Sdk, stand_ins: StandIns) -> None:
    citizen = stand_ins.command("POST", "/alipay/auth-codes", user_id="2088000000000001")
    asked = {"grant_type": "authorization_code", "code": citizen["auth_code"]}
    request = filled(AlipaySystemOauthTokenRequest(), **asked)
    token = sdk.execute(request, AlipaySystemOauthTokenResponse())
    assert token.open_id == citizen["open_id"]

    share = AlipayUserInfoShareRequest()
    share.add_other_text_param("auth_token", token.access_token)
    person = sdk.execute(share, AlipayUserInfoShareResponse())
    assert (person.open_id, person.city) == (citizen["open_id"], "示例市")


def test_a_trade_is_found_by_both_numbers(sdk: Sdk, paid: AlipayTradeCreateResponse) -> None:
    for found in (query(sdk, out_trade_no=ORDER), query(sdk, trade_no=paid.trade_no)):
        assert (found.trade_status, found.total_amount) == ("TRADE_SUCCESS", "80.00")
        assert found.subject == SUBJECT


def test_notices_come_in_the_calls_charset_and_verify(
    sdk: Sdk, paid: AlipayTradeCreateResponse, merchant: Receiver
) -> None:
    callback = merchant.next()
    told = sdk.notice(callback.body)
    assert (told["charset"], told["subject"]) == (sdk.charset, SUBJECT)
    assert (told["trade_no"], told["trade_status"]) == (paid.trade_no, "TRADE_SUCCESS")
    assert callback.headers["Content-Type"].endswith(f"charset={sdk.charset}")


def test_partial_refunds_add_up(
    sdk: Sdk, paid: AlipayTradeCreateResponse, merchant: Receiver
) -> None:
    assert sdk.notice(merchant.next().body)["out_trade_no"] == ORDER
    fees = [refund(sdk, f"BACK_{n}", "40.00").refund_fee for n in (1, 2)]
    assert fees == ["40.00", "80.00"]  # cumulative
    assert sdk.notice(merchant.next().body)["out_biz_no"] == "BACK_1"
    found = refund_query(sdk, "BACK_1")
    assert (found.refund_status, found.refund_amount) == ("REFUND_SUCCESS", "40.00")
    assert query(sdk, out_trade_no=ORDER).trade_status == "TRADE_CLOSED"


def test_a_repeated_refund_moves_no_money(sdk: Sdk, paid: AlipayTradeCreateResponse) -> None:
    assert [refund(sdk, "BACK_1", "40.00").fund_change for _ in range(2)] == ["Y", "N"]
    assert refund(sdk, "BACK_1", "41.00").sub_code == "ACQ.DISCORDANT_REPEAT_REQUEST"


def test_a_refund_nobody_asked_for_is_a_bare_success(
    sdk: Sdk, paid: AlipayTradeCreateResponse
) -> None:
    found = refund_query(sdk, "BACK_1")
    assert (found.code, found.refund_status) == ("10000", None)


def test_an_unpaid_trade_closes(sdk: Sdk, trade: AlipayTradeCreateResponse) -> None:
    assert close(sdk).trade_no == trade.trade_no
    assert query(sdk, out_trade_no=ORDER).trade_status == "TRADE_CLOSED"


def test_a_paid_trade_does_not_close(sdk: Sdk, paid: AlipayTradeCreateResponse) -> None:
    assert close(sdk).sub_code == "ACQ.REASON_TRADE_STATUS_INVALID"


def test_cancel_closes_what_waits(sdk: Sdk, trade: AlipayTradeCreateResponse) -> None:
    assert (cancel(sdk).action, cancel(sdk).action) == ("close", None)


def test_cancel_refunds_what_is_paid(sdk: Sdk, paid: AlipayTradeCreateResponse) -> None:
    assert cancel(sdk).action == "refund"
    assert query(sdk, out_trade_no=ORDER).trade_status == "TRADE_CLOSED"


def test_the_days_bill_names_the_trade(
    sdk: Sdk, paid: AlipayTradeCreateResponse, stand_ins: StandIns
) -> None:
    day = query(sdk, out_trade_no=ORDER).send_pay_date[:10]
    stand_ins.advance(A_DAY_AND_TEN_HOURS_S)
    model = AlipayDataDataserviceBillDownloadurlQueryModel()
    request = AlipayDataDataserviceBillDownloadurlQueryRequest(
        filled(model, bill_type="trade", bill_date=day)
    )
    offer = sdk.execute(request, AlipayDataDataserviceBillDownloadurlQueryResponse())
    archive = zipfile.ZipFile(io.BytesIO(fetch(offer.bill_download_url)), metadata_encoding="gbk")
    [detail] = [name for name in archive.namelist() if name.endswith("_业务明细.csv")]
    assert paid.trade_no in archive.read(detail).decode("gbk")


def test_an_unknown_trade_is_not_found(sdk: Sdk) -> None:
    refused = query(sdk, out_trade_no="NO_SUCH_TRADE")
    assert (refused.sub_code, refused.sub_msg) == ("ACQ.TRADE_NOT_EXIST", "交易不存在")


def test_a_spent_login_code_is_refused(sdk: Sdk) -> None:
    asked = {"grant_type": "authorization_code", "code": "spent"}
    request = filled(AlipaySystemOauthTokenRequest(), **asked)
    # The SDK looks for `…_response` followed by a signature, and error_response has both.
    refused = sdk.execute(request, AlipaySystemOauthTokenResponse())
    assert refused.sub_code == "isv.code-invalid"


def test_an_sha1_signature_is_refused(build: Callable[..., Sdk]) -> None:
    refused = query(build("utf-8", sign_type="RSA"), out_trade_no=ORDER)
    assert refused.sub_code == "isv.invalid-signature-type"


def test_an_unknown_app_gets_an_unsigned_answer(build: Callable[..., Sdk]) -> None:
    with pytest.raises(ResponseException, match=r"isv\.invalid-app-id"):
        query(build("utf-8", app_id="9021999999999999"), out_trade_no=ORDER)


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [("reply_forged", "sign verify failed"), ("reply_unsigned", "shape maybe illegal")],
)
def test_the_sdk_refuses_answers_forged_or_unsigned(
    sdk: Sdk,
    trade: AlipayTradeCreateResponse,
    stand_ins: StandIns,
    fault: str,
    complaint: str,
) -> None:
    stand_ins.break_once("alipay", fault, "alipay.trade.query")
    with pytest.raises(ResponseException, match=complaint):
        query(sdk, out_trade_no=ORDER)
