"""Pushes by hand, good and bad, in JSON and in a form: what is heard, and what SF is answered."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.couriers.sf.pushes import read_pushes
from adapters.couriers.sf.receiver import RoutePushes
from channel_gateway.domain.errors import Malformed
from channel_gateway.ports import StoreUnavailable
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from tests.unit.couriers.sf.sf_side import NOW, VECTORS
from tests.unit.couriers.shelf import Shelf

JSON = "application/json;charset=UTF-8"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
ROUTE: dict[str, Any] = {
    "mailno": "SF1000000000001",
    "acceptAddress": "杭州市",
    "reasonName": None,
    "orderid": "D2026-1",
    "acceptTime": "2026-01-05 13:29:35",
    "remark": "顺丰速运 已收取快件",
    "opCode": "50",
    "id": "100000000000001",
    "reasonCode": None,
}
ATTRIBUTES = " ".join(f'{name}="{value}"' for name, value in ROUTE.items() if value)
XML_ROUTE = f"<WaybillRoute {ATTRIBUTES}/>"


def in_json(*routes: Any) -> HttpRequest:
    return push(json.dumps({"Body": {"WaybillRoute": list(routes)}}).encode())


def in_form(xml: str) -> HttpRequest:
    return push(urlencode({"content": xml}).encode(), FORM)


def push(body: bytes, kind: str = JSON) -> HttpRequest:
    return HttpRequest("POST", "/callbacks/couriers/sf", Headers({"Content-Type": kind}), body)


def xml_of(*routes: str, before: str = "") -> str:
    told = "".join(routes)
    return f'{before}<Request service="RoutePushService"><Body>{told}</Body></Request>'


async def receive(request: HttpRequest, *shelves: Shelf) -> HttpResponse:
    return await RoutePushes("sf", lambda: shelves).receive(request, NOW)


async def test_a_pushed_route_is_heard_as_a_hint() -> None:
    shelf = Shelf()

    answer = await receive(in_json(ROUTE), shelf)

    assert (answer.status, answer.code) == (200, "")
    assert json.loads(answer.body) == {"return_code": "0000", "return_msg": ""}
    (heard,) = shelf.heard_of
    assert (heard.courier, heard.waybill, heard.number) == ("sf", "SF1000000000001", "D2026-1")
    assert heard.id == "100000000000001"
    assert heard.signed is False
    (scan,) = heard.scans
    assert (scan.code, scan.at) == ("50", datetime(2026, 1, 5, 5, 29, 35, tzinfo=UTC))


async def test_one_push_may_tell_of_several_parcels() -> None:
    shelf = Shelf()
    others = [ROUTE | {"mailno": f"SF{number}", "id": str(number)} for number in range(10)]

    await receive(in_json(*others), shelf)

    assert [each.waybill for each in shelf.heard_of] == [f"SF{number}" for number in range(10)]


async def test_everybody_who_keeps_parcels_is_told() -> None:
    one, other = Shelf(), Shelf()

    await receive(in_json(ROUTE), one, other)

    assert one.heard_of == other.heard_of != []


async def test_the_same_in_a_form_is_heard_alike_and_answered_in_xml() -> None:
    told, formed = Shelf(), Shelf()

    await receive(in_json(ROUTE), told)
    answer = await receive(in_form(xml_of(XML_ROUTE)), formed)

    assert formed.heard_of == told.heard_of
    assert (answer.status, answer.code) == (200, "")
    assert b"<Head>OK</Head>" in answer.body


async def test_as_many_routes_as_sf_sends_are_read_from_a_form() -> None:
    shelf = Shelf()

    await receive(in_form(xml_of(XML_ROUTE * 10)), shelf)

    assert len(shelf.heard_of) == 10


async def test_a_field_that_was_encoded_twice_is_read() -> None:
    shelf = Shelf()

    await receive(in_form(quote_plus(xml_of(XML_ROUTE))), shelf)

    assert len(shelf.heard_of) == 1


def test_the_published_form_is_read() -> None:
    sample = VECTORS["form_push"]

    read = read_pushes(push(sample["body"].encode(), sample["content_type"]), "sf")

    said = [
        {
            "waybill": each.waybill,
            "number": each.number,
            "id": each.id,
            "at": each.scans[0].at.isoformat(),
            "code": each.scans[0].code,
            "stage": each.scans[0].stage,
            "place": each.scans[0].place,
        }
        for each in read
    ]
    assert said == sample["says"]


def test_the_published_routes_are_read() -> None:
    sample = VECTORS["log_push"]

    read = read_pushes(push(json.dumps(sample["body"]).encode()), "sf")

    assert [each.scans[0].stage for each in read] == sample["stages"]


async def test_a_parcel_that_is_not_ours_is_acknowledged() -> None:
    answer = await receive(in_json(ROUTE), Shelf(ours=False))

    assert (answer.status, answer.code) == (200, "")


@pytest.mark.parametrize("request_", [in_json(ROUTE), in_form(xml_of(XML_ROUTE))])
async def test_what_is_not_kept_is_not_acknowledged(request_: HttpRequest) -> None:
    answer = await receive(request_, Shelf(away=StoreUnavailable()))

    assert (answer.status, answer.code) == (503, "store_unavailable")
    assert b"0000" not in answer.body
    assert b"OK" not in answer.body
    assert b"1000" in answer.body or b"<Head>ERR</Head>" in answer.body


async def test_where_nobody_keeps_parcels_nothing_is_acknowledged() -> None:
    answer = await receive(in_json(ROUTE))

    assert (answer.status, answer.code) == (503, "unavailable")


async def test_who_keeps_parcels_is_looked_up_when_a_push_comes() -> None:
    shelves: list[Shelf] = []
    pushes = RoutePushes("sf", lambda: shelves)
    shelves.append(shelf := Shelf())

    await pushes.receive(in_json(ROUTE), NOW)

    assert len(shelf.heard_of) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"7",
        b"[]",
        b"{}",
        b'{"Body":null}',
        b'{"Body":[]}',
        b'{"Body":{}}',
        b'{"Body":{"WaybillRoute":{}}}',
        b'{"Body":{"WaybillRoute":"x"}}',
        b'{"Body":{"WaybillRoute":[]}}',
        b'{"Body":{"WaybillRoute":[null]}}',
        b'{"Body":{"WaybillRoute":[[]]}}',
        b'{"Body":{"WaybillRoute":["x"]}}',
        b"\xff\xfe",
        b"[" * 100_000,
        xml_of(XML_ROUTE).encode(),
    ],
)
async def test_what_is_no_push_gets_sf_s_own_refusal(body: bytes) -> None:
    shelf = Shelf()

    answer = await receive(push(body), shelf)

    assert (answer.status, answer.code) == (400, "malformed")
    assert json.loads(answer.body)["return_code"] == "1000"
    assert shelf.heard_of == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"mailno": None},
        {"mailno": ""},
        {"mailno": "SF 1"},
        {"mailno": "../x"},
        {"mailno": "x" * 65},
        {"mailno": ["SF1"]},
        {"orderid": "x" * 65},
        {"orderid": "a b"},
        {"id": "x" * 65},
        {"opCode": None},
        {"acceptTime": "soon"},
    ],
)
async def test_one_wrong_route_refuses_the_whole_push(wrong: dict[str, Any]) -> None:
    shelf = Shelf()

    answer = await receive(in_json(ROUTE, ROUTE | wrong), shelf)

    assert answer.code == "malformed"
    assert shelf.heard_of == []


async def test_more_routes_than_sf_sends_are_refused() -> None:
    assert (await receive(in_json(*[ROUTE] * 11), Shelf())).code == "malformed"
    assert (await receive(in_form(xml_of(XML_ROUTE * 11)), Shelf())).code == "malformed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"content=",
        b"content",
        b"other=1",
        b"content=a&content=b",
        b"content=%FF",
        urlencode({"content": xml_of(XML_ROUTE.replace("杭州市", "@"))})
        .encode()
        .replace(b"%40", b"%FF"),
        urlencode({"content": xml_of(XML_ROUTE)}).encode() + b"&a=1" * 8,
        b"\xff=1",
        b"&".join(b"a%d=1" % number for number in range(9)),
        json.dumps({"Body": {"WaybillRoute": [ROUTE]}}).encode(),
    ],
)
async def test_a_form_that_is_no_push_gets_err(body: bytes) -> None:
    answer = await receive(push(body, FORM), Shelf())

    assert (answer.status, answer.code) == (400, "malformed")
    assert b"<Head>ERR</Head>" in answer.body


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "no xml",
        "<Request>",
        xml_of(),
        xml_of("<WaybillRoute/>"),
        xml_of(XML_ROUTE) + "<more/>",
        xml_of(XML_ROUTE, before="<!DOCTYPE Request>"),
        xml_of(XML_ROUTE, before='<!DOCTYPE r [<!ENTITY a "aaaa">]>'),
        xml_of(XML_ROUTE, before='<!DOCTYPE r [<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;]>'),
        xml_of(XML_ROUTE.replace("D2026-1", "&a;")),
        xml_of("<a>" * 3 + "</a>" * 3, XML_ROUTE),
        "<a>" * 20_000,
        xml_of(XML_ROUTE.replace("D2026-1", "\x01")),
    ],
)
async def test_xml_that_is_no_push_is_refused(xml: str) -> None:
    shelf = Shelf()

    answer = await receive(in_form(xml), shelf)

    assert answer.code == "malformed"
    assert shelf.heard_of == []


async def test_a_refusal_is_logged_without_what_was_pushed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await receive(in_json(ROUTE | {"mailno": "林示例 13900001234"}), Shelf())

    (line,) = caplog.records
    assert line.action == "push_refused"  # type: ignore[attr-defined]
    assert "林" not in str(line.__dict__)
    assert "13900001234" not in str(line.__dict__)


@given(st.binary(max_size=200), st.sampled_from([JSON, FORM, ""]))
def test_no_body_breaks_the_reader(body: bytes, kind: str) -> None:
    with pytest.raises(Malformed):
        read_pushes(push(body, kind), "sf")


@given(st.binary(max_size=100).map(lambda raw: b"content=" + raw))
def test_no_content_breaks_the_reader(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_pushes(push(body, FORM), "sf")
