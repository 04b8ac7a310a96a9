"""Parcels in WeChat's pages: who may have one shown, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from mock_platforms.wire import Request

from .conftest import MiniProgram

AT = "/cgi-bin/express/delivery/open_msg"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
GOODS = {"goods_name": "不动产权证书", "goods_img_url": "https://hall.example/licence.png"}
PARCEL = {
    "openid": OPENID,
    "waybill_id": "1136281381675",
    "trans_id": "4200001234202603101234567890",
    "goods_info": {"detail_list": [GOODS]},
    "receiver_phone": "13800138000",
    "delivery_id": "EMS",
}


async def trace(app: MiniProgram, **change: Any) -> dict[str, Any]:
    await app.command("POST", "/wechat/login-codes", {"openid": OPENID})
    body = {name: value for name, value in (PARCEL | change).items() if value is not None}
    return await app.post(f"{AT}/trace_waybill", body, access_token=await app.token())


async def query(app: MiniProgram, token: str, **more: str) -> dict[str, Any]:
    body = {"waybill_token": token, **more}
    return await app.post(f"{AT}/query_trace", body, access_token=await app.token())


async def test_every_call_gives_a_token_of_the_same_parcel(app: MiniProgram) -> None:
    tokens = [(await trace(app))["waybill_token"] for _ in range(2)]

    assert tokens[0] != tokens[1]
    (parcel,) = (await app.command("GET", "/wechat/waybills/1136281381675"))["parcels"]
    assert parcel["told"] == 2


async def test_a_token_shows_the_parcel_as_its_courier_told(app: MiniProgram) -> None:
    token = (await trace(app))["waybill_token"]
    await app.command("POST", "/wechat/waybills/1136281381675/status", {"status": 3})

    shown = await query(app, token, openid=OPENID)

    assert shown["waybill_info"] == {"status": 3, "waybill_id": "1136281381675"}
    assert shown["delivery_info"] == {"delivery_id": "EMS", "delivery_name": "中国邮政速递物流"}
    assert shown["shop_info"]["goods_info"]["detail_list"] == [GOODS]


async def test_a_token_is_its_own_citizen_s(app: MiniProgram) -> None:
    token = (await trace(app))["waybill_token"]

    assert (await query(app, token, openid="oSomebodyElse"))["errcode"] == 9300507
    assert (await query(app, "invented"))["errcode"] == 9300507


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"openid": "oNeverSeenHere"}, 40003),
        ({"openid": None}, 40003),
        ({"waybill_id": ""}, 47001),
        ({"waybill_id": 1136281381675}, 47001),
        ({"trans_id": None}, 47001),
        ({"trans_id": "42"}, 47001),
        ({"goods_info": None}, 47001),
        ({"goods_info": {"detail_list": []}}, 47001),
        ({"goods_info": {"detail_list": [{"goods_name": "x"}]}}, 47001),
        ({"goods_info": {"detail_list": [GOODS | {"goods_desc": "字" * 41}]}}, 47001),
        ({"delivery_id": "NOBODY"}, 47001),
        ({"delivery_id": "SF", "receiver_phone": None}, 47001),
        ({"receiver_phone": "138-0013"}, 47001),
        ({"order_detail_path": 5}, 47001),
    ],
)
async def test_what_does_not_fit_is_refused(
    app: MiniProgram, change: dict[str, Any], errcode: int
) -> None:
    assert (await trace(app, **change))["errcode"] == errcode
    assert (await app.command("GET", "/wechat/waybills/1136281381675"))["parcels"] == []


async def test_couriers_are_listed_by_the_names_parcels_are_told_with(app: MiniProgram) -> None:
    listed = await app.post(f"{AT}/get_delivery_list", {}, access_token=await app.token())

    assert listed["count"] == len(listed["delivery_list"])
    assert {"delivery_id": "SF", "delivery_name": "顺丰速运"} in listed["delivery_list"]


async def test_without_a_token_of_the_application_nothing_is_said(app: MiniProgram) -> None:
    assert (await app.post(f"{AT}/trace_waybill", PARCEL))["errcode"] == 41001
    assert (await app.get(f"{AT}/trace_waybill"))["errcode"] == 43002


@pytest.mark.parametrize("call", ["follow_waybill", "query_follow_trace", "update_waybill_goods"])
async def test_calls_about_parcels_that_nobody_here_makes_are_not_played(
    app: MiniProgram, call: str
) -> None:
    path = f"{AT}/{call}?access_token={await app.token()}"
    answer = await app.stage.handle("wechat", Request("POST", path, body=b"{}"))

    assert answer.status == 501
    assert call in answer.body.decode()
