"""PyPI wechatpayv3, unmodified, against WeChat Pay's stand-in, in both trust modes.

The SDK has no option for another address, and in certificate mode it uses the official one while
it is being built; so its `_gate_way` becomes a property. Nothing else of it is touched.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core

from tests.sdk.stand_ins import Receiver, StandIns
from tests.sdk.wechatpayv3_settings import MODES, settings

pytestmark = pytest.mark.sdk

ORDER = "FEE-2026-0001"
BEIJING = timezone(timedelta(hours=8))
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
A_DAY_AND_TEN_HOURS_S = 34 * 3600  # by then the bill of today is made, whatever the hour

Build = Callable[..., WeChatPay]


@pytest.fixture
def build(
    stand_ins: StandIns, merchant: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Build:
    """Build an SDK client as its documentation says, for one of the two trust modes."""
    wechat_pay = stand_ins.section("wechat_pay")
    address = property(lambda _: wechat_pay["base_url"], lambda _, official: None)
    monkeypatch.setattr(Core, "_gate_way", address, raising=False)

    def make(mode: str, **change: Any) -> WeChatPay:
        known = settings(wechat_pay, mode, notify_url=merchant.url, folder=tmp_path)
        return WeChatPay(WeChatPayType.MINIPROG, **known | change)

    return make


@pytest.fixture(params=MODES)
def sdk(request: pytest.FixtureRequest, build: Build) -> WeChatPay:
    return build(request.param)


def prepay(sdk: WeChatPay, number: str = ORDER, fen: int = 8000, **change: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "description": "不动产登记费",
        "out_trade_no": number,
        "amount": {"total": fen, "currency": "CNY"},
        "payer": {"openid": OPENID},
    }
    return good(sdk.pay(**asked | change))


def paid(sdk: WeChatPay, stand_ins: StandIns) -> dict[str, Any]:
    """Return an order the citizen has paid; the notification has left."""
    prepay(sdk)
    stand_ins.command("POST", f"/wechat_pay/orders/{ORDER}/pay")
    stand_ins.advance()
    return good(sdk.query(out_trade_no=ORDER))


def refund(sdk: WeChatPay, number: str, fen: int) -> dict[str, Any]:
    amount = {"refund": fen, "total": 8000, "currency": "CNY"}
    return good(sdk.refund(number, amount, out_trade_no=ORDER, reason="重复缴费"))


def in_an_hour() -> str:
    return (datetime.now(BEIJING) + timedelta(hours=1)).isoformat(timespec="seconds")


def good(answer: tuple[int, Any]) -> dict[str, Any]:
    """Return an answer's JSON. The SDK has verified its signature, or it would have raised."""
    status, text = answer
    assert status == 200, text
    return json.loads(text)


def refused(answer: tuple[int, Any]) -> tuple[int, str]:
    status, text = answer
    return status, json.loads(text)["code"]


def test_prepay_gives_what_the_phone_accepts(sdk: WeChatPay, stand_ins: StandIns) -> None:
    package = f"prepay_id={prepay(sdk)['prepay_id']}"
    app_id = stand_ins.section("wechat_pay")["app_id"]
    signed = [app_id, "1790000000", "NONCE", package]
    page = {
        "appId": app_id, "timeStamp": "1790000000", "nonceStr": "NONCE", "package": package,
        "signType": "RSA", "paySign": sdk.sign(signed),
    }  # fmt: skip
    answer = stand_ins.command("POST", "/wechat_pay/request-payment", **page)
    assert answer["trade_state"] == "SUCCESS"


def test_the_same_order_pays_as_jsapi_too(sdk: WeChatPay) -> None:
    assert prepay(sdk) == prepay(sdk, pay_type=WeChatPayType.JSAPI)


def test_an_order_with_every_documented_field_is_taken(sdk: WeChatPay) -> None:
    goods = {
        "merchant_goods_id": "FEE-01",
        "goods_name": "登记费",
        "quantity": 1,
        "unit_price": 8000,
    }
    store = {"id": "0001", "name": "政务大厅", "area_code": "440305", "address": "示例路1号"}
    prepay(
        sdk,
        time_expire=in_an_hour(),
        attach="自定义数据,逗号",
        goods_tag="GOV",
        detail={"cost_price": 8000, "invoice_id": "发票1", "goods_detail": [goods]},
        scene_info={"payer_client_ip": "192.0.2.1", "device_id": "7", "store_info": store},
        settle_info={"profit_sharing": False},
        support_fapiao=True,
    )
    assert good(sdk.query(out_trade_no=ORDER))["attach"] == "自定义数据,逗号"


def test_an_unpaid_order_expires(sdk: WeChatPay, stand_ins: StandIns) -> None:
    prepay(sdk, time_expire=in_an_hour())
    stand_ins.advance(3601)
    assert good(sdk.query(out_trade_no=ORDER))["trade_state"] == "CLOSED"


def test_an_order_is_found_by_both_numbers(sdk: WeChatPay, stand_ins: StandIns) -> None:
    by_ours = paid(sdk, stand_ins)
    by_theirs = good(sdk.query(transaction_id=by_ours["transaction_id"]))
    assert by_ours == by_theirs
    assert (by_ours["trade_state"], by_ours["amount"]["total"]) == ("SUCCESS", 8000)


def test_an_unpaid_order_closes_for_good(sdk: WeChatPay) -> None:
    prepay(sdk)
    assert sdk.close(ORDER)[0] == 204
    assert good(sdk.query(out_trade_no=ORDER))["trade_state"] == "CLOSED"


def test_a_payment_notification_opens(
    sdk: WeChatPay, stand_ins: StandIns, merchant: Receiver
) -> None:
    order = paid(sdk, stand_ins)
    callback = merchant.next()
    opened = sdk.callback(callback.headers, callback.body)
    assert opened["event_type"] == "TRANSACTION.SUCCESS"
    assert opened["resource"] == order


def test_a_refused_notification_comes_again_under_a_new_signature(
    sdk: WeChatPay, stand_ins: StandIns, merchant: Receiver
) -> None:
    merchant.answer = (500, b'{"code":"FAIL","message":"busy"}')
    paid(sdk, stand_ins)
    stand_ins.advance(15)
    first, second = merchant.next(), merchant.next()
    assert first.headers["Wechatpay-Signature"] != second.headers["Wechatpay-Signature"]
    assert sdk.callback(second.headers, second.body)["resource"]["out_trade_no"] == ORDER


def test_a_forged_notification_does_not_open(
    sdk: WeChatPay, stand_ins: StandIns, merchant: Receiver
) -> None:
    stand_ins.break_once("wechat_pay", "notify_forged", "notify.transaction")
    paid(sdk, stand_ins)
    forged = merchant.next()
    assert sdk.callback(forged.headers, forged.body) is None


def test_partial_refunds_are_told_and_add_up(
    sdk: WeChatPay, stand_ins: StandIns, merchant: Receiver
) -> None:
    paid(sdk, stand_ins)
    merchant.next()
    assert refund(sdk, "BACK-1", 3000)["status"] == "PROCESSING"
    stand_ins.advance(60)  # the platform wants a minute between parts
    refund(sdk, "BACK-2", 5000)
    stand_ins.advance(60)
    told = [sdk.callback(c.headers, c.body) for c in (merchant.next(), merchant.next())]
    assert [one["event_type"] for one in told] == ["REFUND.SUCCESS"] * 2
    assert sum(one["resource"]["amount"]["refund"] for one in told) == 8000
    assert good(sdk.query_refund("BACK-1"))["status"] == "SUCCESS"
    assert good(sdk.query(out_trade_no=ORDER))["trade_state"] == "REFUND"


def test_a_repeated_refund_is_the_same_refund(sdk: WeChatPay, stand_ins: StandIns) -> None:
    paid(sdk, stand_ins)
    assert refund(sdk, "BACK-1", 3000) == refund(sdk, "BACK-1", 3000)


# To find the newest certificate the SDK asks for a property that cryptography has renamed.
@pytest.mark.filterwarnings("ignore:Properties that return a naïve datetime object")
def test_an_abnormal_refund_goes_to_another_card(
    sdk: WeChatPay, stand_ins: StandIns, merchant: Receiver
) -> None:
    stand_ins.break_once("wechat_pay", "refund_abnormal", "refunds.create")
    paid(sdk, stand_ins)
    merchant.next()
    asked = refund(sdk, "BACK-1", 8000)
    stand_ins.advance(60)
    told = merchant.next()
    assert sdk.callback(told.headers, told.body)["event_type"] == "REFUND.ABNORMAL"

    again = sdk.abnormal_refund(
        asked["refund_id"], "BACK-1", "USER_BANK_CARD", "ICBC_DEBIT", "6222000000000000", "张三"
    )
    assert good(again)["status"] == "PROCESSING"
    stand_ins.advance(60)
    assert good(sdk.query_refund("BACK-1"))["status"] == "SUCCESS"


def test_the_days_bills_match_their_hashes(sdk: WeChatPay, stand_ins: StandIns) -> None:
    day = paid(sdk, stand_ins)["success_time"][:10]
    stand_ins.advance(A_DAY_AND_TEN_HOURS_S)
    for offer in map(good, [sdk.trade_bill(day), sdk.fundflow_bill(day)]):
        status, content = sdk.download_bill(offer["download_url"])
        bill = gzip.decompress(content)
        assert status == 200
        assert hashlib.sha1(bill, usedforsecurity=False).hexdigest() == offer["hash_value"]
        assert ORDER in bill.decode("utf-8-sig")


def test_an_unknown_order_is_not_found(sdk: WeChatPay) -> None:
    assert refused(sdk.query(out_trade_no="NO-SUCH-ORDER")) == (404, "ORDER_NOT_EXIST")
    assert refused(sdk.close("NO-SUCH-ORDER")) == (404, "ORDER_NOT_EXIST")
    assert refused(sdk.query_refund("NO-SUCH-REFUND")) == (404, "RESOURCE_NOT_EXISTS")


def test_a_paid_order_cannot_be_closed(sdk: WeChatPay, stand_ins: StandIns) -> None:
    paid(sdk, stand_ins)
    assert refused(sdk.close(ORDER)) == (400, "INVALID_REQUEST")


def test_a_used_number_refuses_another_amount(sdk: WeChatPay) -> None:
    prepay(sdk)
    other = sdk.pay("不动产登记费", ORDER, {"total": 1, "currency": "CNY"}, {"openid": OPENID})
    assert refused(other) == (403, "OUT_TRADE_NO_USED")


def test_more_than_was_paid_is_not_refunded(sdk: WeChatPay, stand_ins: StandIns) -> None:
    paid(sdk, stand_ins)
    amount = {"refund": 8001, "total": 8000, "currency": "CNY"}
    assert refused(sdk.refund("BACK-1", amount, out_trade_no=ORDER)) == (400, "INVALID_REQUEST")


def test_a_bill_is_not_there_before_its_day_is_over(sdk: WeChatPay, stand_ins: StandIns) -> None:
    day = paid(sdk, stand_ins)["success_time"][:10]
    assert refused(sdk.trade_bill(day)) == (400, "NO_STATEMENT_EXIST")


def test_another_merchants_key_is_refused(build: Build, stand_ins: StandIns) -> None:
    stranger = Path(stand_ins.section("alipay")["app_key_file"]).read_text()
    sdk = build("public key", private_key=stranger)
    assert refused(sdk.query(out_trade_no=ORDER)) == (401, "SIGN_ERROR")


def test_the_sdk_refuses_an_answer_wrongly_signed(sdk: WeChatPay, stand_ins: StandIns) -> None:
    prepay(sdk)
    for fault in ("reply_wrong_signature", "reply_probe"):
        stand_ins.break_once("wechat_pay", fault, "orders.query")
        with pytest.raises(Exception, match="failed to verify the signature"):
            sdk.query(out_trade_no=ORDER)
    assert good(sdk.query(out_trade_no=ORDER))["trade_state"] == "NOTPAY"


def test_the_first_certificate_is_downloaded_and_kept(build: Build, stand_ins: StandIns) -> None:
    build("platform certificates")
    seen = stand_ins.command("GET", "/requests?platform=wechat_pay")["requests"]
    assert [call["operation"] for call in seen] == ["certificates.list"]
    build("platform certificates")  # finds the kept file and asks no more
    assert len(stand_ins.command("GET", "/requests?platform=wechat_pay")["requests"]) == 1


def test_a_rotated_certificate_is_fetched_when_first_met(
    build: Build, stand_ins: StandIns, merchant: Receiver
) -> None:
    sdk = build("platform certificates")
    stand_ins.command("POST", "/wechat_pay/certificates/rotate")
    stand_ins.command("POST", "/wechat_pay/certificates/retire")
    order = paid(sdk, stand_ins)
    callback = merchant.next()
    new = stand_ins.command("GET", "/wechat_pay/settings")["serials"]
    assert [callback.headers["Wechatpay-Serial"]] == new
    assert sdk.callback(callback.headers, callback.body)["resource"] == order


def test_without_certificates_only_the_public_key_works(build: Build, stand_ins: StandIns) -> None:
    stand_ins.command("POST", "/wechat_pay/settings", certificates=False)
    with pytest.raises(Exception, match="No wechatpay platform certificate"):
        build("platform certificates")
    assert "prepay_id" in prepay(build("public key"))


def test_a_public_key_client_also_reads_notifications_of_the_grey_period(
    build: Build, stand_ins: StandIns, merchant: Receiver
) -> None:
    sdk = build("public key")
    for number, ratio in enumerate((0, 1)):  # first the certificate signs, in the end the key
        stand_ins.command("POST", "/wechat_pay/settings", notify_pubkey_ratio=ratio)
        prepay(sdk, f"FEE-{number}-GREY")
        stand_ins.command("POST", f"/wechat_pay/orders/FEE-{number}-GREY/pay")
        stand_ins.advance()
        callback = merchant.next()
        assert callback.headers["Wechatpay-Serial"].startswith("PUB_KEY_ID_") is bool(ratio)
        assert sdk.callback(callback.headers, callback.body)["event_type"] == "TRANSACTION.SUCCESS"


def test_a_service_provider_plays_the_same_life(build: Build, stand_ins: StandIns) -> None:
    bureau = stand_ins.section("wechat_pay")["sub_mch_id"]
    sdk = build("public key", partner_mode=True)
    prepay(sdk, payer={"sp_openid": OPENID}, sub_mchid=bureau)
    stand_ins.command("POST", f"/wechat_pay/orders/{ORDER}/pay")
    stand_ins.advance()
    order = good(sdk.query(out_trade_no=ORDER, sub_mchid=bureau))
    assert (order["sub_mchid"], order["trade_state"]) == (bureau, "SUCCESS")
    amount = {"refund": 8000, "total": 8000, "currency": "CNY"}
    good(sdk.refund("BACK-1", amount, out_trade_no=ORDER, sub_mchid=bureau))
    stand_ins.advance(60)
    assert good(sdk.query_refund("BACK-1", sub_mchid=bureau))["status"] == "SUCCESS"
