"""Calls of 2019: signed as the vector says, orders once for a number, and answers as they are."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.couriers.ems_2019.account import sign
from adapters.couriers.ems_2019.courier import Ems
from channel_gateway.domain.errors import (
    GatewayError,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.wire import HttpResponse
from mock_platforms.couriers.ems_2019.signing import expected_sign
from tests.unit.couriers.ems_2019.ems_side import FakeEms, says
from tests.unit.couriers.samples import NUMBER, PARCEL, WAYBILL, WISH

KNOWN = json.loads(Path("tests/vectors/couriers_ems.json").read_text())[0]
ORDERED = {"txLogisticID": NUMBER, "mailNo": WAYBILL}


def test_the_published_signature_is_made_on_both_sides() -> None:
    assert sign(KNOWN["params"], KNOWN["secret"]) == KNOWN["sign"]
    assert expected_sign(KNOWN["params"], KNOWN["secret"]) == KNOWN["sign"]


def test_an_old_signature_is_not_signed_again() -> None:
    assert sign(KNOWN["params"] | {"sign": "any"}, KNOWN["secret"]) == KNOWN["sign"]


@given(st.dictionaries(st.text(min_size=1), st.text()), st.text())
def test_both_sides_sign_any_parameters_alike(params: dict[str, str], secret: str) -> None:
    assert sign(params, secret) == expected_sign(params, secret)


async def test_every_call_is_signed_over_what_is_sent(ems: Ems, side: FakeEms) -> None:
    side.answer = says(mailNo=WAYBILL, traces=[])
    await ems.trace(PARCEL)

    form = side.form
    assert side.asked[-1].url == "http://ems.test/api/gateway"
    assert form["sign"] == expected_sign(form, "mock-secret")
    said = {name: form[name] for name in ("app_key", "authorization", "charset", "format")}
    assert said == {name: KNOWN["params"][name] for name in said}
    assert (form["method"], form["mailNo"]) == ("ems.inland.trace.query", WAYBILL)
    assert form["version"] == "V3.01"


async def test_an_order_says_who_sends_what_to_whom(ems: Ems, side: FakeEms) -> None:
    side.answer = says(**ORDERED)

    assert await ems.place(WISH) == WAYBILL
    assert side.form["method"] == "ems.inland.order.create.normal"
    [order] = json.loads(side.form["orderNormal"])["orderNormals"]
    assert (order["txLogisticID"], order["mailNo"], order["receiverPay"]) == (NUMBER, "", "0")
    assert order["receiver"]["name"] == "林示例"
    assert order["receiver"]["mobile"] == "13800000000"
    assert order["receiver"]["county"] == "海曙区"
    assert order["sender"]["postCode"] == "310000"


async def test_the_recipient_pays_when_it_is_said(ems: Ems, side: FakeEms) -> None:
    side.answer = says(**ORDERED)
    await ems.place(replace(WISH, recipient_pays=True))

    assert json.loads(side.form["orderNormal"])["orderNormals"][0]["receiverPay"] == "1"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        says(),
        says(txLogisticID=NUMBER),
        says(**ORDERED | {"mailNo": ""}),
        says(**ORDERED | {"txLogisticID": "another"}),
    ],
)
async def test_without_our_order_s_waybill_nothing_is_known(
    ems: Ems, side: FakeEms, answer: HttpResponse | None
) -> None:
    side.answer = answer

    with pytest.raises(Unavailable):
        await ems.place(WISH)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (says(success="F", errorCode="B04"), Refused),
        (says(success="F"), Refused),
        (says(success="F", errorCode="S02"), RefusedForNow),
        (says(success="F", errorCode="S03"), RefusedForNow),
        (says(success="F", errorCode="S06"), Unavailable),
        (says(success="F", errorCode="S07"), Unavailable),
        (says(success="yes"), Unavailable),
        (HttpResponse(429), TooMany),
        (HttpResponse(503), Unavailable),
        (replace(says(**ORDERED), status=503), Unavailable),
        (HttpResponse(200, body=b"<html>"), Unavailable),
        (HttpResponse(200, body=b"[]"), Unavailable),
        (HttpResponse(200, body=b"{}"), Unavailable),
    ],
)
async def test_an_answer_means_what_it_says_and_no_more(
    ems: Ems, side: FakeEms, answer: HttpResponse, meaning: type[GatewayError]
) -> None:
    side.answer = answer

    for call in (ems.place(WISH), ems.cancel(NUMBER, WAYBILL), ems.trace(PARCEL)):
        with pytest.raises(meaning) as caught:
            await call
        assert type(caught.value) is meaning


async def test_a_refusal_names_its_code_and_nobody(ems: Ems, side: FakeEms) -> None:
    side.answer = says(success="F", errorCode="B01", errorMsg="收件人林示例电话错误")

    with pytest.raises(Refused, match=r"^EMS: errorCode B01$"):
        await ems.place(WISH)


async def test_an_order_is_taken_back_by_its_number(ems: Ems, side: FakeEms) -> None:
    await ems.cancel(NUMBER, WAYBILL)

    assert side.form["method"] == "ems.inland.waybill.got.cancellation"
    assert (side.form["txLogisticID"], side.form["cancelCode"]) == (NUMBER, "28")


async def test_following_needs_no_call(ems: Ems, side: FakeEms) -> None:
    await ems.follow(PARCEL)

    assert side.asked == []


def test_citizens_know_it_by_name_and_number(ems: Ems) -> None:
    assert (ems.card.name, ems.card.hotline) == ("中国邮政EMS", "11183")
