"""The non-tax platform: what it wants to be told, what it keeps, whom it tells, what it bills."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from mock_platforms.wechat.nontax.sealing import Keys, opened_answer
from mock_platforms.wire import Request, Response, json_response

from .conftest import NOON, MiniProgram

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
ITEM = {"no": 1, "item_id": "103043211", "item_name": "不动产登记费", "overdue": 600, "fee": 8_600}
ORDER = {
    "openid": OPENID,
    "bank_id": "102",
    "desc": "不动产登记费",
    "fee": 8_600,
    "ip": "127.0.0.1",
    "order_no": "FEE1",
    "department_code": "330199021",
    "department_name": "示例市不动产登记中心",
    "region_code": "330199",
    "items": [ITEM],
    "payment_notice_create_time": 1773115200,
    "scene": "miniprogram",
}
UNIT = {"department_code": "330199021", "region_code": "330199"}
URL = "http://gateway.example/callbacks/wechat_nontax"


async def call(app: MiniProgram, name: str, **body: Any) -> dict[str, Any]:
    asked = {"appid": app.facts["app_id"], **body}
    given = {key: value for key, value in asked.items() if value is not None}
    return await app.post(f"/nontax/{name}", given, access_token=await app.token())


async def order(app: MiniProgram, **change: Any) -> dict[str, Any]:
    await app.command("POST", "/wechat/login-codes", {"openid": OPENID})
    return await call(app, "unifiedorder", **(ORDER | change))


async def paid(app: MiniProgram, **change: Any) -> str:
    order_id = str((await order(app, **change))["order_id"])
    await app.command("POST", f"/wechat/nontax/orders/{order_id}/pay", {})
    return order_id


async def listens(app: MiniProgram) -> None:
    """A department listens, and takes everything."""
    app.answer = json_response({"errcode": 0, "errmsg": "ok"})
    await app.command("POST", "/wechat/nontax/addresses", {"notify_url": URL})


async def bill(app: MiniProgram, **change: Any) -> list[str]:
    asked = {"appid": app.facts["app_id"], "mch_id": "1900000303", "bill_date": "20260310"}
    path = f"/nontax/downloadbill?access_token={await app.token()}"
    request = Request("POST", path, body=json.dumps(asked | change).encode())
    response = await app.stage.handle("wechat", request)
    return response.body.decode().split("\r\n")


async def test_an_order_leads_to_a_page_and_is_unpaid(app: MiniProgram) -> None:
    told = await order(app)

    assert told["miniprogram"]["query_string"] == f"order_id={told['order_id']}"
    assert told["order_id"] in told["pay_url"]
    found = await call(app, "getorder", order_id=told["order_id"])
    assert (found["status"], found["order_no"], found["fee"]) == (1, "FEE1", 8_600)
    assert "trans_id" not in found


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": "wx0"}, 40013),
        ({"openid": "oNobody"}, 40003),
        ({"openid": None}, 40003),
        ({"bank_id": None}, 40097),
        ({"bank_id": "999"}, 236),
        ({"mch_id": "1"}, 40097),
        ({"payment_notice_no": "33019926010000000001"}, 40097),
        ({"order_no": None}, 40097),
        ({"fee": 8_601}, 40097),
        ({"fee": "8600"}, 40097),
        ({"fee": 0, "items": [ITEM | {"fee": 0, "overdue": 0}]}, 40097),
        ({"items": []}, 40097),
        ({"items": ITEM}, 40097),
        ({"items": [ITEM | {"overdue": 8_601}]}, 40097),
        ({"items": [ITEM | {"item_id": ""}]}, 40097),
        ({"department_code": None}, 40097),
        ({"department_name": None}, 40097),
        ({"region_code": "3301"}, 40097),
        ({"ip": None}, 40097),
        ({"desc": None}, 40097),
        ({"payment_notice_type": 3}, 40097),
        ({"payment_notice_create_time": None}, 40097),
        ({"payment_notice_create_time": "1773115200"}, 40097),
        ({"payment_expire_date": "20260309"}, 40097),
        ({"payment_expire_date": "20260231"}, 40097),
        ({"payment_expire_date": "2026-03-10"}, 40097),
        ({"scene": "cityservice"}, 40097),
        ({"scene": "ctiyservice"}, 40097),  # without return_url
        ({"scene": "app", "return_url": "https://a.example/x"}, 40097),  # without app_appid
        ({"trade_type": "NATIVE"}, 40097),
        ({"auto_call_pay": 1}, 40097),
    ],
)
async def test_an_order_that_does_not_fit_is_refused(
    app: MiniProgram, change: dict[str, Any], errcode: int
) -> None:
    assert (await order(app, **change))["errcode"] == errcode
    assert (await app.command("GET", "/wechat/nontax/books"))["orders"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"scene": "ctiyservice", "return_url": "https://hall.example/paid"},
        {"trade_type": "MWEB", "openid": None},
        {"payment_notice_no": "33019926010000000001", "order_no": None},
        {"payment_expire_date": "20260310", "payment_notice_type": 2, "mch_id": "1900000303"},
    ],
)
async def test_what_is_left_to_choose_may_be_chosen(
    app: MiniProgram, change: dict[str, Any]
) -> None:
    assert (await order(app, **change))["errcode"] == 0


async def test_one_number_has_many_orders_and_one_that_is_paid(app: MiniProgram) -> None:
    first, second = (await order(app))["order_id"], (await order(app))["order_id"]
    asked = {"order_no": "FEE1", **UNIT}
    assert (await call(app, "getorderlist", **asked))["order_id_list"] == [first, second]

    await app.command("POST", f"/wechat/nontax/orders/{second}/pay", {})

    assert (await call(app, "getorderlist", **asked))["paid_order_id"] == second
    refused = await app.command("POST", f"/wechat/nontax/orders/{first}/pay", {})
    assert "one order of a number" in refused["error"]
    assert (await order(app))["errcode"] == 232


async def test_another_units_orders_are_not_listed(app: MiniProgram) -> None:
    await order(app)

    listed = await call(app, "getorderlist", order_no="FEE1", **UNIT | {"region_code": "340000"})

    assert (listed["order_id_list"], listed["paid_order_id"]) == ([], "")
    both = {"order_no": "FEE1", "payment_notice_no": "1"}
    assert (await call(app, "getorderlist", **both, **UNIT))["errcode"] == 40097


async def test_an_unpaid_order_closes_when_its_time_is_over(app: MiniProgram) -> None:
    order_id = (await order(app))["order_id"]
    await app.stage.clock.advance(30 * 60)

    assert (await call(app, "getorder", order_id=order_id))["status"] == 12
    pay = f"/wechat/nontax/orders/{order_id}/pay"
    assert "time is over" in (await app.command("POST", pay, {}))["error"]
    assert (await app.command("POST", pay, {"late": True}))["status"] == 3


async def test_after_its_last_day_nothing_is_paid(app: MiniProgram) -> None:
    await app.command("POST", "/wechat/nontax/settings", {"order_life_s": 86_400})
    order_id = (await order(app, payment_expire_date="20260310"))["order_id"]
    await app.stage.clock.advance(13 * 3600)

    refused = await app.command("POST", f"/wechat/nontax/orders/{order_id}/pay", {})

    assert "time is over" in refused["error"]


async def test_leaving_the_page_leaves_the_order_unpaid(app: MiniProgram) -> None:
    order_id = (await order(app))["order_id"]

    left = await app.command("POST", f"/wechat/nontax/orders/{order_id}/cancel", {})

    assert left == {"status": 1}


async def test_a_refund_in_part_leaves_the_status_and_the_last_changes_it(
    app: MiniProgram,
) -> None:
    order_id = await paid(app)

    async def give_back(fee: int, number: str) -> int:
        asked = {"reason": "多收", "refund_fee": fee, "refund_out_id": number}
        return int((await call(app, "refund", order_id=order_id, **asked))["errcode"])

    async def status() -> int:
        return int((await call(app, "getorder", order_id=order_id))["status"])

    assert await give_back(600, "R1") == 0
    await app.stage.clock.advance(3)
    assert await status() == 3
    assert await give_back(8_001, "R2") == 40097
    assert await give_back(8_000, "R2") == 0
    assert await status() == 6
    await app.stage.clock.advance(3)
    assert await status() == 5
    told = (await call(app, "getorder", order_id=order_id))["partial_refund_info"]
    assert [(each["refund_fee"], each["refund_status"]) for each in told] == [(600, 5), (8_000, 5)]


async def test_a_whole_refund_is_the_orders_own(app: MiniProgram) -> None:
    order_id = await paid(app)

    asked = {"order_id": order_id, "reason": "重复缴费"}
    number = (await call(app, "refund", **asked))["refund_order_id"]
    assert (await call(app, "refund", **asked))["errcode"] == 40097
    await app.stage.clock.advance(3)

    told = await call(app, "getorder", order_id=order_id)
    assert (told["status"], told["refund_order_id"]) == (5, number)
    assert "partial_refund_info" not in told


async def test_a_refunds_number_is_one_refund(app: MiniProgram) -> None:
    order_id = await paid(app)
    asked = {"order_id": order_id, "reason": "多收", "refund_fee": 600, "refund_out_id": "R1"}

    first, again = await call(app, "refund", **asked), await call(app, "refund", **asked)

    assert first["refund_order_id"] == again["refund_order_id"]
    assert (await call(app, "refund", **asked | {"refund_fee": 601}))["errcode"] == 40097
    assert (await call(app, "refund", **asked | {"refund_out_id": None}))["errcode"] == 40097
    assert (await call(app, "refund", **asked | {"reason": None}))["errcode"] == 40097


async def test_nothing_is_given_back_of_what_nobody_paid(app: MiniProgram) -> None:
    order_id = (await order(app))["order_id"]

    assert (await call(app, "refund", order_id=order_id, reason="x"))["errcode"] == 40097
    assert (await call(app, "refund", order_id="AQ0", reason="x"))["errcode"] == 40097


async def test_finances_notice_is_told_until_it_is_paid(app: MiniProgram) -> None:
    number = "33019926010000000001"
    notice = {
        "payment_notice_no": number,
        "department_name": "登记中心",
        "fee": 8_600,
        "items": [ITEM],
    }
    await app.command("POST", "/wechat/nontax/notices", notice | UNIT)
    asked = {"service_id": 1001, "payment_notice_no": number, **UNIT}

    assert (await call(app, "queryfee", **asked))["fee"] == 8_600
    assert (await call(app, "queryfee", **asked | {"service_id": None}))["errcode"] == 40097
    assert (await call(app, "queryfee", **asked | {"region_code": "340000"}))["errcode"] == 40097
    await paid(app, payment_notice_no=number, order_no=None)
    assert (await call(app, "queryfee", **asked))["errcode"] == 232


async def test_a_payment_is_told_again_until_it_is_taken_and_the_history_kept(
    app: MiniProgram,
) -> None:
    await listens(app)
    app.answer = json_response({"errcode": 299, "errmsg": "later"})
    order_id = await paid(app)
    await app.stage.clock.run_due()
    assert len(app.pushed) == 1

    app.answer = json_response({"errcode": 0, "errmsg": "ok"})
    await app.stage.clock.advance(15)
    await app.stage.clock.advance(24 * 3600)

    assert len(app.pushed) == 2
    (told,) = (await call(app, "getorder", order_id=order_id))["notify_history"]
    first, last = told["notify_detail"]
    assert (told["notify_cnt"], first["errcode"], last["errcode"]) == (2, 299, 0)
    assert (first["ret"], last["ret"], last["status"]) == (1, 0, 3)
    assert first["wxnontaxstr"] in app.pushed[0].url


async def test_a_department_without_an_address_is_told_nothing(app: MiniProgram) -> None:
    await paid(app)
    await app.stage.clock.run_due()

    assert app.pushed == []


async def test_the_self_test_calls_twice_and_wants_the_second_refused(app: MiniProgram) -> None:
    takes_all = await call(app, "mocknotification", url=URL, version=1)
    assert takes_all["errcode"] == 298  # «success» is no errcode

    app.answer = json_response({"errcode": 0})
    assert (await call(app, "mocknotification", url=URL, version=1))["errcode"] == 300
    assert len(app.pushed) == 4
    assert app.pushed[-1].url != app.pushed[-2].url

    assert (await call(app, "mocknotification", url=URL, version=2))["errcode"] == 40097
    assert (await call(app, "mockqueryfee", url=URL, version=1, appid="wx0"))["errcode"] == 40013


async def test_the_self_test_of_queries_wants_a_sealed_answer(app: MiniProgram) -> None:
    app.answer = json_response({"errcode": 0})

    assert (await call(app, "mockqueryfee", url=URL, version=1))["errcode"] == 298


@pytest.mark.parametrize("answer", ["", "[]", '{"errcode":0}', '{"TimeStamp":1,"Nonce":"n"}'])
def test_an_answer_that_is_not_sealed_does_not_open(answer: str) -> None:
    assert opened_answer(Keys("wx1", "t", "a" * 42 + "A"), answer) is None


async def test_the_department_is_asked_before_its_money_is_taken(app: MiniProgram) -> None:
    order_id = (await order(app))["order_id"]
    await app.command("POST", "/wechat/nontax/addresses", {"queryfee_url": f"{URL}/queryfee"})
    app.answer = json_response({"errcode": 232})

    refused = await app.command("POST", f"/wechat/nontax/orders/{order_id}/pay", {})

    assert "errcode 232" in refused["error"]
    assert (await call(app, "getorder", order_id=order_id))["status"] == 1


async def test_a_bill_is_there_from_six_and_adds_up(app: MiniProgram) -> None:
    await app.command("POST", "/wechat/nontax/settings", {"fee_rate": 60})
    order_id = await paid(app)
    asked = {"order_id": order_id, "reason": "多收", "refund_fee": 600, "refund_out_id": "R1"}
    await call(app, "refund", **asked)
    assert '"errcode":-1' in (await bill(app))[0]
    await app.stage.clock.advance(18 * 3600)  # six o'clock the next morning

    header, payment, refund, names, totals, end = await bill(app)

    assert len(header.split(",")) == len(payment.split(",`")) == len(refund.split(",`")) == 27
    assert names == "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额"
    assert (totals, end) == ("`2,`86.00,`6.00,`0.00,`0.48000", "")
    assert payment.startswith("`2026-03-10 12:00:00,`wx")
    assert ",`FEE1,`330199021,`1,`102" in payment
    assert ",`R1,`6.00,`0.00,`ORIGINAL,`SUCCESS," in refund


async def test_a_bill_of_one_kind_holds_that_kind(app: MiniProgram) -> None:
    order_id = await paid(app)
    await call(app, "refund", order_id=order_id, reason="重复缴费")
    await app.stage.clock.advance(timedelta(days=1).total_seconds())

    assert len(await bill(app)) == 6
    assert "`SUCCESS,`OTHERS" in (await bill(app, bill_type="SUCCESS"))[1]
    assert "`REFUND,`OTHERS" in (await bill(app, bill_type="REFUND"))[1]
    assert (await bill(app, bill_date="20260311"))[0].startswith("{")  # not over yet
    for change in ({"bill_type": "X"}, {"mch_id": "1"}, {"bill_date": "2026-03-10"}):
        assert '"errcode":40097' in (await bill(app, **change))[0]


async def test_a_past_day_has_a_bill_too(app: MiniProgram) -> None:
    order_id = (await order(app))["order_id"]
    at = (NOON - timedelta(days=3)).isoformat()
    await app.command("POST", f"/wechat/nontax/orders/{order_id}/pay", {"at": at})

    assert len(await bill(app, bill_date="20260307")) == 5


async def test_without_a_token_nothing_is_said(app: MiniProgram) -> None:
    for name in ("unifiedorder", "getorder", "refund", "downloadbill", "mocknotification"):
        assert (await app.post(f"/nontax/{name}", {}))["errcode"] == 41001
        assert (await app.get(f"/nontax/{name}"))["errcode"] == 43002


@pytest.mark.parametrize("name", ["micropay", "notifyinconsistentorder", "insertbill"])
async def test_calls_that_nobody_here_makes_are_not_played(app: MiniProgram, name: str) -> None:
    path = f"/nontax/{name}?access_token={await app.token()}"
    answer: Response = await app.stage.handle("wechat", Request("POST", path, body=b"{}"))

    assert answer.status == 501
