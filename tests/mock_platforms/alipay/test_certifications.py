"""Open certifications: what begins one, the page of the signed address, and what a query hears."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_platforms.stage import Stage
from mock_platforms.wire import Response
from tests.mock_platforms.alipay.merchant import Merchant, command, signed_node, verify

INITIALIZE = "alipay.user.certify.open.initialize"
CERTIFY = "alipay.user.certify.open.certify"
QUERY = "alipay.user.certify.open.query"
PERSON = {
    "identity_type": "CERT_INFO",
    "cert_type": "IDENTITY_CARD",
    "cert_name": "林示例",
    "cert_no": "990101199001010019",  # of a region that does not exist
}
RETURN_URL = "alipays://platformapi/startapp?appId=9021000100000001"
LIFE_S = 23 * 3600


async def begin(merchant: Merchant, **changes: Any) -> dict[str, Any]:
    biz = {
        "outer_order_no": "PROOF1",
        "biz_code": "FACE",
        "identity_param": PERSON,
        "merchant_config": {"return_url": RETURN_URL},
    }
    return await merchant.call(INITIALIZE, biz | changes)


async def open_page(merchant: Merchant, certify_id: str, **top: str) -> Response:
    params = merchant.params(CERTIFY, {"certify_id": certify_id}, **top)
    return await merchant.send(merchant.sign(params), method="GET")


async def query(merchant: Merchant, certify_id: str) -> dict[str, Any]:
    return await merchant.call(QUERY, {"certify_id": certify_id})


async def does(stage: Stage, certify_id: str, what: str, **how: Any) -> Any:
    return await command(stage, "POST", f"/alipay/certifications/{certify_id}/{what}", how)


@pytest.fixture
async def certify_id(merchant: Merchant) -> str:
    return str((await begin(merchant))["certify_id"])


@pytest.fixture
async def opened(merchant: Merchant, certify_id: str) -> str:
    """A certification whose page is before the citizen."""
    assert (await open_page(merchant, certify_id)).status == 200
    return certify_id


async def test_a_face_that_fits_passes(merchant: Merchant, stage: Stage, opened: str) -> None:
    before = await query(merchant, opened)
    told = await does(stage, opened, "pass")
    after = await query(merchant, opened)
    assert (before["code"], before["passed"], before["material_info"]) == ("10000", "F", "{}")
    assert (after["code"], after["passed"]) == ("10000", "T")
    assert told == {"certify_id": opened, "result_status": "9000"}
    assert "fail_reason" not in before.keys() | after.keys()


async def test_another_face_fails_with_a_reason(
    merchant: Merchant, stage: Stage, opened: str
) -> None:
    told = await does(stage, opened, "fail")
    failed = await query(merchant, opened)
    assert (failed["passed"], failed["fail_reason"]) == ("F", "Z1147")
    assert told["result_status"] == "4000"


async def test_a_failure_may_come_without_a_reason(
    merchant: Merchant, stage: Stage, opened: str
) -> None:
    await does(stage, opened, "fail", fail_reason="")
    assert "fail_reason" not in await query(merchant, opened)


async def test_who_left_the_page_may_open_it_again(
    merchant: Merchant, stage: Stage, opened: str
) -> None:
    told = await does(stage, opened, "cancel")
    assert told["result_status"] == "6001"
    assert (await query(merchant, opened))["passed"] == "F"
    await open_page(merchant, opened)
    await does(stage, opened, "pass")
    assert (await query(merchant, opened))["passed"] == "T"


async def test_the_answers_are_signed(
    merchant: Merchant, section: dict[str, Any], opened: str
) -> None:
    params = merchant.sign(merchant.params(QUERY, {"certify_id": opened}))
    text, sign = signed_node((await merchant.send(params)).body.decode())
    verify(text, sign, section["alipay_public_key_file"])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"outer_order_no": ""}, "outer_order_no"),
        ({"outer_order_no": "1" * 33}, "outer_order_no"),
        ({"outer_order_no": "PROOF-1"}, "outer_order_no"),
        ({"biz_code": "CERT_PHOTO"}, "biz_code"),
        ({"identity_param": None}, "identity_param"),
        ({"identity_param": "{"}, "identity_param"),
        ({"identity_param": {**PERSON, "identity_type": "PHONE"}}, "identity_type"),
        ({"identity_param": {**PERSON, "cert_type": "PASSPORT"}}, "cert_type"),
        ({"identity_param": {**PERSON, "cert_name": " "}}, "cert_name"),
        ({"identity_param": {**PERSON, "cert_no": "990101199001010018"}}, "cert_no"),
        ({"merchant_config": None}, "merchant_config"),
        ({"merchant_config": {}}, "return_url"),
        ({"merchant_config": {"return_url": "http://a.example/\r\nX: y"}}, "return_url"),
    ],
)
async def test_what_cannot_be_certified_is_refused_by_name(
    merchant: Merchant, changes: dict[str, Any], named: str
) -> None:
    refused = await begin(merchant, **changes)
    assert (refused["code"], refused["sub_code"]) == ("40004", "INVALID_PARAMETER")
    assert named in refused["sub_msg"]
    assert (await begin(merchant))["code"] == "10000"  # the number was not used up


async def test_a_number_is_good_for_one_certification(merchant: Merchant, certify_id: str) -> None:
    assert (await begin(merchant))["sub_code"] == "INVALID_PARAMETER"
    assert (await begin(merchant, outer_order_no="PROOF2"))["certify_id"] != certify_id


async def test_objects_may_come_as_their_json_text(merchant: Merchant) -> None:
    texts = {
        "identity_param": json.dumps(PERSON),
        "merchant_config": json.dumps({"return_url": RETURN_URL}),
    }
    assert (await begin(merchant, **texts))["code"] == "10000"


async def test_the_page_is_for_browsers(merchant: Merchant, certify_id: str) -> None:
    page = await open_page(merchant, certify_id)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html;charset=utf-8")
    assert page.body.startswith(b"<html>")


@pytest.mark.parametrize("mode", ["merchant", "cert_merchant"])
async def test_the_page_works_in_both_modes(mode: str, request: pytest.FixtureRequest) -> None:
    app: Merchant = request.getfixturevalue(mode)
    certify_id = (await begin(app))["certify_id"]
    assert (await open_page(app, certify_id)).why == ""


async def test_an_address_that_is_not_signed_right_is_no_page(
    merchant: Merchant, stage: Stage, certify_id: str
) -> None:
    params = merchant.params(CERTIFY, {"certify_id": certify_id})
    signed = merchant.sign(params)
    unsigned = await merchant.send(params, method="GET")
    altered = await merchant.send(signed | {"timestamp": "2026-01-05 10:00:01"}, method="GET")
    assert "isv.missing-signature" in unsigned.body.decode("gbk")
    assert "isv.invalid-signature" in altered.body.decode("gbk")
    assert altered.headers["Content-Type"] == "text/html;charset=GBK"
    assert (await does(stage, certify_id, "pass"))["field"] == "certify_id"  # nobody opened it


async def test_the_page_of_what_is_finished_leads_back(
    merchant: Merchant, stage: Stage, opened: str
) -> None:
    await does(stage, opened, "pass")
    back = await open_page(merchant, opened)
    elsewhere = await open_page(merchant, opened, return_url="https://city.example/done")
    assert (back.status, back.headers["Location"]) == (302, RETURN_URL)
    assert elsewhere.headers["Location"] == "https://city.example/done"


async def test_a_page_leads_back_to_web_addresses_only(merchant: Merchant, certify_id: str) -> None:
    page = await open_page(merchant, certify_id, return_url="javascript:alert(1)")
    assert "INVALID_PARAMETER" in page.body.decode("gbk")


async def test_another_app_s_certification_is_not_there(
    merchant: Merchant, cert_merchant: Merchant, certify_id: str
) -> None:
    for asked in (certify_id, "made-up"):
        refused = await query(cert_merchant, asked)
        assert refused["sub_code"] == "OPEN_CERTIFY_BILL_NOT_EXIST"
        page = await open_page(cert_merchant, asked)
        assert "OPEN_CERTIFY_BILL_NOT_EXIST" in page.body.decode("gbk")


async def test_after_twenty_three_hours_what_is_unfinished_has_expired(
    merchant: Merchant, stage: Stage, opened: str
) -> None:
    await stage.clock.advance(LIFE_S - 1)
    assert (await query(merchant, opened))["passed"] == "F"
    await stage.clock.advance(1)
    expired = await query(merchant, opened)
    assert (expired["code"], expired["sub_code"]) == ("40004", "CERTIFY_ID_EXPIRED")
    assert "CERTIFY_ID_EXPIRED" in (await open_page(merchant, opened)).body.decode("gbk")
    assert (await does(stage, opened, "pass"))["field"] == "certify_id"


async def test_a_result_is_kept_for_three_months(
    merchant: Merchant, stage: Stage, opened: str
) -> None:
    await does(stage, opened, "pass")
    await stage.clock.advance(90 * 86400 - 1)
    assert (await query(merchant, opened))["passed"] == "T"
    await stage.clock.advance(1)
    assert (await query(merchant, opened))["sub_code"] == "CERTIFY_ID_EXPIRED"


async def test_a_certification_has_one_result(
    merchant: Merchant, stage: Stage, opened: str
) -> None:
    await does(stage, opened, "fail")
    for what in ("pass", "fail", "cancel"):
        assert (await does(stage, opened, what))["field"] == "certify_id"
    assert (await query(merchant, opened))["passed"] == "F"


async def test_an_unknown_certification_is_not_found_on_the_control_plane(stage: Stage) -> None:
    assert (await does(stage, "made-up", "pass"))["error"] == "no such certify_id"


@pytest.mark.parametrize("method", [INITIALIZE, QUERY])
@pytest.mark.parametrize(
    ("kind", "sub_code"),
    [("server_error", "isp.unknow-error"), ("too_many_requests", "isv.app-call-limited")],
)
async def test_faults_befall_both_calls(
    merchant: Merchant, stage: Stage, certify_id: str, method: str, kind: str, sub_code: str
) -> None:
    stage.faults.add("alipay", kind, operation=method)
    again = query(merchant, certify_id) if method == QUERY else begin(merchant)
    assert (await again)["sub_code"] == sub_code


async def test_faults_befall_the_page_in_html(
    merchant: Merchant, stage: Stage, certify_id: str
) -> None:
    stage.faults.add("alipay", "server_error", operation=CERTIFY)
    page = await open_page(merchant, certify_id)
    assert page.body.startswith(b"<html>")
    assert "isp.unknow-error" in page.body.decode("gbk")
    assert (await open_page(merchant, certify_id)).why == ""


async def test_a_fault_can_be_meant_for_one_certification(
    merchant: Merchant, stage: Stage, certify_id: str
) -> None:
    other = (await begin(merchant, outer_order_no="PROOF2"))["certify_id"]
    stage.faults.add("alipay", "server_error", order=certify_id)
    assert (await query(merchant, other))["code"] == "10000"
    assert (await query(merchant, certify_id))["code"] == "20000"
