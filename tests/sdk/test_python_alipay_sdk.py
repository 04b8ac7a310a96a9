"""PyPI python-alipay-sdk, unmodified, against Alipay's stand-in, with keys and with certificates.

The SDK has no option for another address: `_gateway` is set on the finished client. It stamps
calls with local time, which has to be Beijing's.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from alipay import AliPay, DCAliPay
from alipay.exceptions import AliPayException, AliPayValidationError

from tests.sdk.stand_ins import Callback, Receiver, StandIns, beijing_time, fetch

pytestmark = [
    pytest.mark.sdk,
    # In certificate mode the SDK reads names through calls that pyOpenSSL is about to drop.
    pytest.mark.filterwarnings("ignore:X509.get_issuer is deprecated:DeprecationWarning"),
]

ORDER = "FEE_2026_0001"
SUBJECT = "行政 费+100%测试"
PERSON = {
    "identity_type": "CERT_INFO",
    "cert_type": "IDENTITY_CARD",
    "cert_name": "林示例",
    "cert_no": "990101199001010019",  # of a region that does not exist
}
A_DAY_AND_TEN_HOURS_S = 34 * 3600  # by then the bill of today is made, whatever the hour

MODES = ("keys", "certificates")
Build = Callable[..., Any]  # the SDK is untyped


@pytest.fixture(autouse=True)
def beijing() -> Iterator[None]:
    with beijing_time():
        yield


@pytest.fixture
def build(stand_ins: StandIns) -> Build:
    """Build an SDK client as its documentation says, for one of the two modes."""
    alipay = stand_ins.section("alipay")

    def make(mode: str, **change: Any) -> Any:
        if mode == "keys":
            settings = with_keys(alipay) | change
            sdk: Any = AliPay(**settings)
        else:
            settings = with_certificates(alipay["cert_app"]) | change
            sdk = DCAliPay(**settings)
        sdk._gateway = alipay["gateway_url"]
        return sdk

    return make


def with_keys(app: Any) -> dict[str, Any]:
    return {
        "appid": app["app_id"],
        "app_private_key_string": read(app["app_key_file"]),
        "alipay_public_key_string": read(app["alipay_public_key_file"]),
    }


def with_certificates(app: Any) -> dict[str, Any]:
    return {
        "appid": app["app_id"],
        "app_private_key_string": read(app["app_key_file"]),
        "app_public_key_cert_string": read(app["app_cert_file"]),
        "alipay_public_key_cert_string": read(app["alipay_cert_file"]),
        "alipay_root_cert_string": read(app["alipay_root_cert_file"]),
    }


def read(file: str) -> str:
    return Path(file).read_text()


@pytest.fixture(params=MODES)
def sdk(request: pytest.FixtureRequest, build: Build) -> Any:
    return build(request.param)


@pytest.fixture
def buyer(stand_ins: StandIns, sdk: Any) -> dict[str, str]:
    """Log a citizen in to the SDK's app: its one-time code, and who it is."""
    return stand_ins.command("POST", "/alipay/auth-codes", app_id=sdk.appid)


@pytest.fixture
def create(sdk: Any, buyer: dict[str, str], merchant: Receiver) -> Callable[..., dict[str, Any]]:
    def make(amount: str = "80.00", **more: Any) -> dict[str, Any]:
        return sdk.api_alipay_trade_create(
            SUBJECT,
            ORDER,
            amount,
            notify_url=merchant.url,
            buyer_open_id=buyer["open_id"],
            product_code="JSAPI_PAY",
            op_app_id=sdk.appid,
            **more,
        )

    return make


@pytest.fixture
def paid(create: Callable[..., dict[str, Any]], stand_ins: StandIns) -> dict[str, Any]:
    """A trade the citizen has paid; the callback has left."""
    trade = create()
    stand_ins.command("POST", f"/alipay/trades/{ORDER}/pay")
    stand_ins.advance()
    return trade


def verified(sdk: Any, callback: Callback) -> dict[str, str]:
    """Return a callback's parameters, or fail when the SDK does not verify them."""
    params = dict(parse_qsl(callback.body.decode("ascii"), encoding="utf-8"))
    sign = params.pop("sign")
    assert sdk.verify(params, sign)
    return params


def test_a_login_code_becomes_a_token(sdk: Any, buyer: dict[str, str]) -> None:
    method, code = "alipay.system.oauth.token", buyer["auth_code"]
    token = sdk.server_api(method, grant_type="authorization_code", code=code)
    assert token["open_id"] == buyer["open_id"]
    renewed = sdk.server_api(
        method, grant_type="refresh_token", refresh_token=token["refresh_token"]
    )
    person = sdk.server_api("alipay.user.info.share", auth_token=renewed["access_token"])
    assert person["open_id"] == buyer["open_id"]


def test_a_login_code_works_once(sdk: Any, buyer: dict[str, str]) -> None:
    asked = {"grant_type": "authorization_code", "code": buyer["auth_code"]}
    sdk.server_api("alipay.system.oauth.token", **asked)
    with pytest.raises(AliPayException, match=r"isv\.code-invalid"):
        sdk.server_api("alipay.system.oauth.token", **asked)


def test_a_trade_is_found_by_both_numbers(sdk: Any, paid: dict[str, Any]) -> None:
    by_ours = sdk.api_alipay_trade_query(out_trade_no=ORDER)
    assert by_ours == sdk.api_alipay_trade_query(trade_no=paid["trade_no"])
    found = (by_ours["trade_status"], by_ours["total_amount"], by_ours["subject"])
    assert found == ("TRADE_SUCCESS", "80.00", SUBJECT)


def test_the_same_order_is_the_same_trade(create: Callable[..., dict[str, Any]]) -> None:
    assert create()["trade_no"] == create()["trade_no"]
    assert create(amount="1.00")["sub_code"] == "ACQ.CONTEXT_INCONSISTENT"


def test_an_order_of_many_goods_fits_into_the_url(create: Callable[..., dict[str, Any]]) -> None:
    goods = {"goods_name": "不动产登记费", "quantity": 1, "price": "1.00"}
    # The SDK escapes Chinese twice and sends all of it in the query: 13 kB here.
    created = create(goods_detail=[{"goods_id": f"FEE_{n}", **goods} for n in range(80)])
    assert created["code"] == "10000"


def test_an_unpaid_trade_expires(
    sdk: Any, create: Callable[..., dict[str, Any]], stand_ins: StandIns
) -> None:
    create(timeout_express="30m")
    stand_ins.advance(30 * 60)
    assert sdk.api_alipay_trade_query(out_trade_no=ORDER)["trade_status"] == "TRADE_CLOSED"


def test_a_payment_callback_verifies(
    sdk: Any, paid: dict[str, Any], merchant: Receiver, stand_ins: StandIns
) -> None:
    told = verified(sdk, merchant.next())
    assert (told["trade_no"], told["subject"]) == (paid["trade_no"], SUBJECT)
    assert told["seller_id"] == stand_ins.section("alipay")["seller_id"]
    attempts = stand_ins.command("GET", f"/deliveries?order={ORDER}")["deliveries"]
    assert [attempt["outcome"] for attempt in attempts] == ["accepted"]


def test_a_callback_not_answered_with_success_comes_again(
    sdk: Any, create: Callable[..., dict[str, Any]], merchant: Receiver, stand_ins: StandIns
) -> None:
    merchant.answer = (200, b"SUCCESS")  # capitals do not count
    create()
    stand_ins.command("POST", f"/alipay/trades/{ORDER}/pay")
    stand_ins.advance(4 * 60)
    first, second = (verified(sdk, merchant.next()) for _ in range(2))
    assert first["notify_id"] == second["notify_id"]


def test_a_forged_callback_does_not_verify(
    sdk: Any, create: Callable[..., dict[str, Any]], merchant: Receiver, stand_ins: StandIns
) -> None:
    stand_ins.break_once("alipay", "notify_forged", "trade_status_sync")
    create()
    stand_ins.command("POST", f"/alipay/trades/{ORDER}/pay")
    stand_ins.advance()
    params = dict(parse_qsl(merchant.next().body.decode("ascii"), encoding="utf-8"))
    assert not sdk.verify(params, params.pop("sign"))


def test_partial_refunds_add_up(sdk: Any, paid: dict[str, Any], merchant: Receiver) -> None:
    verified(sdk, merchant.next())
    fees = [
        sdk.api_alipay_trade_refund(amount, out_trade_no=ORDER, out_request_no=number)["refund_fee"]
        for number, amount in (("BACK_1", "30.00"), ("BACK_2", "20.00"), ("BACK_3", "30.00"))
    ]
    assert fees == ["30.00", "50.00", "80.00"]  # cumulative
    found = sdk.api_alipay_trade_fastpay_refund_query("BACK_2", out_trade_no=ORDER)
    assert (found["refund_status"], found["refund_amount"]) == ("REFUND_SUCCESS", "20.00")
    assert sdk.api_alipay_trade_query(out_trade_no=ORDER)["trade_status"] == "TRADE_CLOSED"
    told = [verified(sdk, merchant.next())["out_biz_no"] for _ in range(2)]
    assert told == ["BACK_1", "BACK_2"]  # the last one closed the trade: not told by default


def test_a_repeated_refund_moves_no_money(sdk: Any, paid: dict[str, Any]) -> None:
    asked = {"out_trade_no": ORDER, "out_request_no": "BACK_1"}
    moved = [sdk.api_alipay_trade_refund("30.00", **asked)["fund_change"] for _ in range(2)]
    assert moved == ["Y", "N"]
    other = sdk.api_alipay_trade_refund("31.00", **asked)
    assert other["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"


def test_a_refund_nobody_asked_for_is_a_bare_success(sdk: Any, paid: dict[str, Any]) -> None:
    found = sdk.api_alipay_trade_fastpay_refund_query("BACK_1", out_trade_no=ORDER)
    assert found == {"code": "10000", "msg": "Success"}


def test_an_unpaid_trade_closes_for_good(sdk: Any, create: Callable[..., dict[str, Any]]) -> None:
    create()
    assert sdk.api_alipay_trade_close(out_trade_no=ORDER)["code"] == "10000"
    assert sdk.api_alipay_trade_query(out_trade_no=ORDER)["trade_status"] == "TRADE_CLOSED"
    assert create()["sub_code"] == "ACQ.TRADE_HAS_CLOSE"


def test_a_paid_trade_does_not_close(sdk: Any, paid: dict[str, Any]) -> None:
    refused = sdk.api_alipay_trade_close(out_trade_no=ORDER)
    assert refused["sub_code"] == "ACQ.REASON_TRADE_STATUS_INVALID"


def test_cancel_closes_what_waits(sdk: Any, create: Callable[..., dict[str, Any]]) -> None:
    create()
    cancelled = sdk.api_alipay_trade_cancel(out_trade_no=ORDER)
    assert (cancelled["action"], cancelled["retry_flag"]) == ("close", "N")


def test_cancel_refunds_what_is_paid(sdk: Any, paid: dict[str, Any]) -> None:
    assert sdk.api_alipay_trade_cancel(trade_no=paid["trade_no"])["action"] == "refund"
    assert sdk.api_alipay_trade_query(out_trade_no=ORDER)["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize(
    ("kind", "file", "sum_"),
    [
        ("trade", "_业务明细.csv", "#交易合计：1笔，商家实收共80.00元"),
        ("signcustomer", "_账务明细.csv", "#收入合计：1笔，共80.00元"),
    ],
)
def test_the_days_bills_name_the_trade(
    sdk: Any, paid: dict[str, Any], stand_ins: StandIns, kind: str, file: str, sum_: str
) -> None:
    day = sdk.api_alipay_trade_query(out_trade_no=ORDER)["send_pay_date"][:10]
    stand_ins.advance(A_DAY_AND_TEN_HOURS_S)
    offer = sdk.server_api(
        "alipay.data.dataservice.bill.downloadurl.query",
        {"bill_type": kind, "bill_date": day},
    )
    archive = zipfile.ZipFile(
        io.BytesIO(fetch(offer["bill_download_url"])), metadata_encoding="gbk"
    )
    [detail] = [name for name in archive.namelist() if name.endswith(file)]
    text = archive.read(detail).decode("gbk")
    assert paid["trade_no"] in text
    assert sum_ in text


def begin_certification(sdk: Any) -> dict[str, Any]:
    """Return the answer to a certification that begins."""
    biz = {
        "outer_order_no": "PROOF1",
        "biz_code": "FACE",
        "identity_param": PERSON,
        "merchant_config": {"return_url": "https://city.example/certified"},
    }
    return sdk.server_api("alipay.user.certify.open.initialize", biz)


def certification_page(sdk: Any, certify_id: str) -> str:
    """Open the page of the address which the SDK signs."""
    signed = sdk.client_api("alipay.user.certify.open.certify", {"certify_id": certify_id})
    return fetch(f"{sdk._gateway}?{signed}").decode(errors="replace")  # errors are in GBK


def test_a_citizen_is_certified(sdk: Any, stand_ins: StandIns) -> None:
    certify_id = begin_certification(sdk)["certify_id"]
    asked = {"certify_id": certify_id}
    assert sdk.server_api("alipay.user.certify.open.query", dict(asked))["passed"] == "F"
    assert "人脸认证" in certification_page(sdk, certify_id)
    stand_ins.command("POST", f"/alipay/certifications/{certify_id}/pass")
    assert sdk.server_api("alipay.user.certify.open.query", dict(asked))["passed"] == "T"


def test_a_certification_nobody_began_is_not_found(sdk: Any) -> None:
    asked = {"certify_id": "0" * 32}
    refused = sdk.server_api("alipay.user.certify.open.query", asked)
    assert refused["sub_code"] == "OPEN_CERTIFY_BILL_NOT_EXIST"
    assert "OPEN_CERTIFY_BILL_NOT_EXIST" in certification_page(sdk, "0" * 32)


def test_an_unknown_trade_is_not_found(sdk: Any) -> None:
    refused = sdk.api_alipay_trade_query(out_trade_no="NO_SUCH_TRADE")
    assert (refused["code"], refused["sub_code"]) == ("40004", "ACQ.TRADE_NOT_EXIST")


@pytest.mark.parametrize("mode", MODES)
def test_another_apps_key_is_refused(build: Build, stand_ins: StandIns, mode: str) -> None:
    stranger = read(stand_ins.section("wechat_pay")["merchant_key_file"])
    refused = build(mode, app_private_key_string=stranger).api_alipay_trade_query(ORDER)
    assert (refused["code"], refused["sub_code"]) == ("40002", "isv.invalid-signature")


@pytest.mark.parametrize("mode", MODES)
def test_an_unknown_app_gets_an_unsigned_answer(build: Build, mode: str) -> None:
    with pytest.raises(AliPayException, match=r"isv\.invalid-app-id"):
        build(mode, appid="9021999999999999").api_alipay_trade_query(ORDER)


def test_the_sdk_refuses_answers_forged_or_unsigned(
    sdk: Any, paid: dict[str, Any], stand_ins: StandIns
) -> None:
    stand_ins.break_once("alipay", "reply_forged", "alipay.trade.query")
    with pytest.raises(AliPayValidationError):
        sdk.api_alipay_trade_query(out_trade_no=ORDER)
    stand_ins.break_once("alipay", "reply_unsigned", "alipay.trade.query")
    with pytest.raises(AliPayException):
        sdk.api_alipay_trade_query(out_trade_no=ORDER)


def test_a_renewed_certificate_can_be_downloaded(build: Build, stand_ins: StandIns) -> None:
    sdk = build("certificates")
    serial = stand_ins.command("POST", "/alipay/certificates/renew")["alipay_cert_sn"]
    method = "alipay.open.app.alipaycert.download"
    assert "alipay_cert_content" in sdk.server_api(method, {"alipay_cert_sn": serial})


def test_a_paid_parcel_is_shown_in_the_order_centre(
    sdk: Any, buyer: dict[str, str], paid: dict[str, Any], stand_ins: StandIns
) -> None:
    words = {
        "tiny_app_id": sdk.appid,
        "merchant_biz_type": stand_ins.section("alipay")["parcel_biz_type"],
        "merchant_order_status": "traveling",
    }
    parcel = {"tracking_no": "1136281381675", "logistics_code": "EMS", "phone_no": "8000"}
    told = sdk.server_api(
        "alipay.merchant.order.sync",
        {
            "out_biz_no": "D1",
            "buyer_open_id": buyer["open_id"],
            "trade_no": paid["trade_no"],
            "amount": "80.00",
            "pay_amount": "80.00",
            "order_create_time": "2026-01-07 11:00:00",
            "order_modified_time": "2026-01-07 11:00:01",
            "order_pay_time": "2026-01-07 11:00:00",
            "item_order_list": [{"item_name": SUBJECT, "quantity": 1}],
            "logistics_info_list": [parcel],
            "ext_info": [{"ext_key": key, "ext_value": word} for key, word in words.items()],
        },
    )
    assert told["order_status"] == "traveling"
    card = sdk.server_api(
        "alipay.commerce.logistics.express.order.query",
        {
            "waybill_no": "1136281381675",
            "logistics_code": "EMS",
            "check_phone_no": "8000",
            "open_id": buyer["open_id"],
            "expire_time": "2026-02-07 11:00:00",
        },
    )
    assert "1136281381675" in card["card_url"]
