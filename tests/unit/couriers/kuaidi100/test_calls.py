"""Asking for a parcel, and asking to be told of it: what is sent, and how answers are read."""

import json
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from adapters.couriers.kuaidi100.courier import TrackedCourier
from adapters.couriers.kuaidi100.pushes import read_push
from channel_gateway.domain.errors import (
    GatewayError,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.parcels import Stage
from channel_gateway.ports import Courier
from channel_gateway.wire import HttpResponse
from tests.unit.couriers.kuaidi100.fakes import FakeServer, says
from tests.unit.couriers.kuaidi100.samples import ACCOUNT, PARCEL, SALT, YTO, body, param

RESULT = param("shutdown")["lastResult"]


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def courier(server: FakeServer) -> TrackedCourier:
    return TrackedCourier(ACCOUNT, ACCOUNT.carriers["yto"], server)


def form(server: FakeServer) -> dict[str, str]:
    assert server.sent[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    pairs = parse_qsl(server.sent[0].body.decode(), keep_blank_values=True, strict_parsing=True)
    return dict(pairs)


def test_it_is_a_courier(courier: TrackedCourier) -> None:
    port: Courier = courier

    assert port.card == YTO


async def test_a_parcel_is_subscribed_with_the_newest_salt_and_little_of_the_citizen(
    courier: TrackedCourier, server: FakeServer
) -> None:
    server.answer = says(result=True, returnCode="200", message="提交成功")
    await courier.follow(PARCEL)

    assert server.sent[0].url == "https://poll.kuaidi100.test/poll"
    sent = form(server)
    assert (sorted(sent), sent["schema"]) == (["param", "schema"], "json")
    assert json.loads(sent["param"]) == {
        "company": "yuantong",
        "number": "YT0000000001",
        "from": "浙江省杭州市",
        "to": "浙江省宁波市",
        "key": "the-key",
        "parameters": {
            "callbackurl": "https://gateway.test/callbacks/couriers/kuaidi100",
            "salt": SALT,
            "resultv2": "4",
            "phone": "1234",
        },
    }


async def test_a_query_is_signed_over_the_text_that_travels(
    courier: TrackedCourier, server: FakeServer
) -> None:
    server.answer = says(**RESULT)
    await courier.trace(PARCEL)

    assert server.sent[0].url == "https://poll.kuaidi100.test/poll/query.do"
    sent = form(server)
    asked = json.loads(sent["param"])
    assert (asked["com"], asked["num"], asked["phone"]) == ("yuantong", "YT0000000001", "1234")
    assert (asked["resultv2"], asked["order"]) == ("4", "desc")
    assert (sorted(sent), sent["customer"]) == (["customer", "param", "sign"], "CUSTOMER")
    # printf '%s' '{"com":"yuantong",…,"order":"desc"}the-keyCUSTOMER' | openssl md5
    assert sent["sign"] == "29020750CD993E12523BDAFF2581AC49"


@pytest.mark.parametrize("ask", ["follow", "trace"])
async def test_nothing_is_said_that_is_not_known(
    courier: TrackedCourier, server: FakeServer, ask: str
) -> None:
    server.answer = says(returnCode="500", message="-")
    parcel = replace(PARCEL, phone=None, sender_city="", recipient_city="")
    with suppress(Unavailable):  # 500 means another thing to each call
        await getattr(courier, ask)(parcel)
    sent = json.loads(form(server)["param"])

    assert not {"from", "to", "phone"} & {*sent, *sent.get("parameters", {})}


async def test_the_key_is_in_no_address(courier: TrackedCourier, server: FakeServer) -> None:
    server.answer = says(returnCode="200")
    await courier.follow(PARCEL)

    assert "the-key" not in server.sent[0].url + repr(server.sent[0]) + repr(ACCOUNT)
    assert SALT not in repr(ACCOUNT)


@pytest.mark.parametrize("code", ["200", "501"])
async def test_to_be_subscribed_already_is_as_good(
    courier: TrackedCourier, server: FakeServer, code: str
) -> None:
    server.answer = says(result=code == "200", returnCode=code, message="POLL:重复订阅")

    await courier.follow(PARCEL)


TROUBLE: list[tuple[HttpResponse, type[GatewayError]]] = [
    (HttpResponse(429), TooMany),
    (HttpResponse(500), Unavailable),
    (HttpResponse(302), Unavailable),
    (HttpResponse(200, body=b'{"result":tr'), Unavailable),
    (HttpResponse(200, body=b"[]"), Unavailable),
    (says(message="?"), Unavailable),
    (says(returnCode="999", message="?"), Refused),
]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        *TROUBLE,
        (says(result=False, returnCode="500"), Unavailable),
        (says(result=False, returnCode="600"), RefusedForNow),
        (says(result=False, returnCode="601"), RefusedForNow),
        (says(result=False, returnCode="700"), Refused),
        (says(result=False, returnCode="701"), Refused),
    ],
)
async def test_why_a_subscription_is_not_made(
    courier: TrackedCourier, server: FakeServer, answer: HttpResponse, error: type[GatewayError]
) -> None:
    server.answer = answer

    with pytest.raises(GatewayError) as raised:
        await courier.follow(PARCEL)
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        *TROUBLE,
        (says(result=False, returnCode="400"), Refused),
        (says(result=False, returnCode="408"), Refused),
        (says(result=False, returnCode="501"), Unavailable),
        (says(result=False, returnCode="502"), Unavailable),
        (says(result=False, returnCode="503"), RefusedForNow),
        (says(result=False, returnCode="601"), RefusedForNow),
        (says(**{**RESULT, "nu": "YT0000000002"}), Unavailable),
        (says(**{**RESULT, "com": "zhongtong"}), Unavailable),
        (says(**{**RESULT, "data": [{"ftime": "soon"}]}), Unavailable),
    ],
)
async def test_why_a_parcel_is_not_told(
    courier: TrackedCourier, server: FakeServer, answer: HttpResponse, error: type[GatewayError]
) -> None:
    server.answer = answer

    with pytest.raises(GatewayError) as raised:
        await courier.trace(PARCEL)
    assert type(raised.value) is error


async def test_what_was_sent_is_not_said_again_by_an_error(
    courier: TrackedCourier, server: FakeServer
) -> None:
    server.answer = says(result=False, returnCode="408", message="验证码错误：1234")

    with pytest.raises(Refused) as raised:
        await courier.trace(PARCEL)
    assert "1234" not in str(raised.value)
    assert raised.value.field == "phone"


async def test_a_parcel_is_traced_by_all_its_rows(
    courier: TrackedCourier, server: FakeServer
) -> None:
    server.answer = says(**RESULT)
    scans = await courier.trace(PARCEL)

    assert [scan.stage for scan in scans] == [
        Stage.PROXY_SIGNED,
        Stage.AT_LOCKER,
        Stage.IN_TRANSIT,
        Stage.PICKED_UP,
    ]


async def test_a_push_and_a_query_say_the_same_scan_by_the_same_key(
    courier: TrackedCourier, server: FakeServer
) -> None:
    server.answer = says(**RESULT)
    told = read_push(body("shutdown"), ACCOUNT).push

    assert told is not None
    assert {scan.key for scan in await courier.trace(PARCEL)} == {scan.key for scan in told.scans}


@pytest.mark.parametrize(
    "answer",
    [
        says(result=False, returnCode="500", message="查询无结果，请隔段时间再查"),
        says(message="快递公司参数异常：单号不存在或者已经过期", status="201", data=[]),
        says(**{**RESULT, "data": []}),
    ],
)
async def test_nothing_known_yet_is_no_refusal(
    courier: TrackedCourier, server: FakeServer, answer: HttpResponse
) -> None:
    server.answer = answer

    assert await courier.trace(PARCEL) == ()
