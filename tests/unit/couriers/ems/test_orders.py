"""Orders: what is asked, which waybill is believed, and what an answer that says no means."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.couriers.ems.courier import Ems
from channel_gateway.domain.errors import (
    GatewayError,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.wire import HttpResponse
from tests.unit.couriers.ems.ems_side import FakeEms, says
from tests.unit.couriers.samples import NUMBER, PARCEL, WAYBILL, WISH


async def test_an_order_says_who_sends_what_to_whom(ems: Ems, side: FakeEms) -> None:
    side.answer = says({"waybillNo": WAYBILL, "logisticsOrderNo": NUMBER})

    assert await ems.place(WISH) == WAYBILL
    [order] = side.content
    assert order["logisticsOrderNo"] == NUMBER
    assert order["paymentMode"] == "1"
    assert order["receiver"] == {
        "name": "林示例",
        "mobile": "13800000000",
        "prov": "浙江省",
        "city": "宁波市",
        "county": "海曙区",
        "address": "样本街2号3室",
        "postCode": "",
    }
    assert order["sender"]["name"] == "示例市不动产登记中心"
    assert order["cargos"] == [{"cargoName": "不动产权证书", "cargoQuantity": 1}]


async def test_a_call_says_who_asks_and_when_in_beijing(ems: Ems, side: FakeEms) -> None:
    side.answer = says({"waybillNo": WAYBILL})
    await ems.place(WISH)

    assert side.asked[-1].url == "http://ems.test/amp-prod-api/f/amp/api/open"
    said = side.form
    assert (said["apiCode"], said["senderNo"]) == ("020003", "1100")
    assert said["authorization"] == "the-authorization"
    assert side.content[0]["createdTime"] == said["timeStamp"]
    assert len(said["timeStamp"]) == len("2026-01-07 12:00:00")


async def test_people_s_data_leaves_sealed_alone(ems: Ems, side: FakeEms) -> None:
    side.answer = says({"waybillNo": WAYBILL})
    await ems.place(WISH)

    assert not any("林示例" in text or "13800000000" in text for text in side.form.values())
    assert "林示例" not in side.asked[-1].url


async def test_the_recipient_pays_when_it_is_said(ems: Ems, side: FakeEms) -> None:
    side.answer = says({"waybillNo": WAYBILL})
    await ems.place(replace(WISH, recipient_pays=True))

    assert side.content[0]["paymentMode"] == "2"


async def test_a_waybill_in_a_list_of_one_is_read_too(ems: Ems, side: FakeEms) -> None:
    side.answer = says([{"waybillNo": WAYBILL, "logisticsOrderNo": NUMBER}])

    assert await ems.place(WISH) == WAYBILL


@pytest.mark.parametrize(
    "content",
    [
        *(None, {}, [], [None], "1136281381675", {"waybillNo": ""}, {"waybillNo": 1}),
        {"waybillNo": WAYBILL, "logisticsOrderNo": "another"},
    ],
)
async def test_without_our_order_s_waybill_nothing_is_known(
    ems: Ems, side: FakeEms, content: Any
) -> None:
    side.answer = says(content)

    with pytest.raises(Unavailable):
        await ems.place(WISH)


async def test_a_lost_reply_is_unknown(ems: Ems, side: FakeEms) -> None:
    side.answer = None

    with pytest.raises(Unavailable):
        await ems.place(WISH)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (says(retCode="B00011"), Refused),
        (says(retCode="B00011", retMsg=None), Refused),
        (says(retCode="B00002", retMsg="客户代码或授权码错误"), RefusedForNow),
        (says(retCode="B00003", retMsg="报文解密失败"), RefusedForNow),
        (says(retCode="S00001"), Unavailable),
        (says({"waybillNo": WAYBILL}, retCode="S00001"), Unavailable),
        (HttpResponse(429), TooMany),
        (HttpResponse(500), Unavailable),
        (HttpResponse(302), Unavailable),
        (replace(says({"waybillNo": WAYBILL}), status=500), Unavailable),
        (HttpResponse(200, body=b"<html>"), Unavailable),
        (HttpResponse(200, body=b"[]"), Unavailable),
        (HttpResponse(200, body=b'"00000"'), Unavailable),
        (HttpResponse(200, body=b"{}"), Unavailable),
        (HttpResponse(200, body=b'{"retCode":"00000","retBody":"{"}'), Unavailable),
        (HttpResponse(200, body=b'{"retCode":"00000","retBody":{"a":1}}'), Unavailable),
    ],
)
async def test_an_answer_means_what_it_says_and_no_more(
    ems: Ems, side: FakeEms, answer: HttpResponse, meaning: type[GatewayError]
) -> None:
    side.answer = answer

    with pytest.raises(meaning) as caught:
        await ems.place(WISH)
    assert type(caught.value) is meaning


async def test_a_refusal_names_its_code_and_nobody(ems: Ems, side: FakeEms) -> None:
    side.answer = says(retCode="B00001", retMsg="收件人林示例电话错误")

    with pytest.raises(Refused, match=r"^EMS: retCode B00001$"):
        await ems.place(WISH)


async def test_an_order_is_taken_back_by_both_numbers(ems: Ems, side: FakeEms) -> None:
    await ems.cancel(NUMBER, WAYBILL)

    assert side.form["apiCode"] == "020006"
    assert side.content["logisticsOrderNo"] == NUMBER
    assert side.content["waybillNo"] == WAYBILL


async def test_following_needs_no_call(ems: Ems, side: FakeEms) -> None:
    await ems.follow(PARCEL)

    assert side.asked == []


def test_citizens_know_it_by_name_and_number(ems: Ems) -> None:
    assert (ems.card.name, ems.card.hotline) == ("中国邮政EMS", "11183")
