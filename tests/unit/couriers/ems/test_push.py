"""Pushes: verified before they are read, kept before they are acknowledged, in EMS's own words."""

import json
import logging
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.couriers.ems.push import REFUSED, Receiver, digest, read_push
from channel_gateway.domain.errors import Forged, Malformed
from channel_gateway.domain.parcels import Stage
from channel_gateway.ports import Parcels, StoreUnavailable
from channel_gateway.service import Table
from channel_gateway.wire import HttpRequest, HttpResponse
from tests.unit.couriers.ems.ems_side import VECTORS, trace
from tests.unit.couriers.shelf import Shelf
from tests.unit.payment.samples import NOW

KEY, NEXT_KEY = "mock-key", "mock-next-key"
KNOWN = VECTORS["ems-push-digest"]


def push(content: Any, key: str = KEY, **members: str) -> bytes:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    form = {
        "sendID": "JDPT",
        "serialNo": "S1",
        "receiveID": "1100",
        "dataType": "1",
        "dataDigest": digest(text.encode(), key.encode()),
        "msgBody": text,
    }
    return urlencode(form | members).encode()


@pytest.fixture
def parcels() -> Shelf:
    return Shelf()


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def receiver(table: Table, parcels: Shelf) -> Receiver:
    receiver = Receiver(table, courier="ems", keys=(KEY.encode(), NEXT_KEY.encode()))
    table.offer(Parcels, "licence_delivery", parcels)  # later than the receiver was built
    return receiver


async def receive(receiver: Receiver, body: bytes) -> tuple[HttpResponse, dict[str, Any]]:
    response = await receiver.receive(HttpRequest("POST", "/couriers/ems", body=body), NOW)
    return response, json.loads(response.body)


async def test_a_push_is_kept_and_acknowledged(receiver: Receiver, parcels: Shelf) -> None:
    response, words = await receive(receiver, push({"traces": [trace()]}))

    [heard] = parcels.heard_of
    assert (heard.courier, heard.waybill, heard.id) == ("ems", "1136281381675", "S1")
    assert heard.signed
    assert [scan.stage for scan in heard.scans] == [Stage.SIGNED]
    assert (response.status, response.code) == (200, "")
    assert words == {
        "receiveId": "1100",
        "responseState": True,
        "errorDesc": "",
        "responseItems": [{"traceNo": "1136281381675", "success": True, "reason": ""}],
    }


async def test_the_published_push_is_taken_as_a_reason_to_ask(
    receiver: Receiver, parcels: Shelf
) -> None:
    form = {"dataDigest": KNOWN["digest"], "msgBody": KNOWN["body"]}
    response, _ = await receive(receiver, urlencode(form).encode())

    assert response.status == 200
    assert [(heard.waybill, heard.scans) for heard in parcels.heard_of] == [("1272448151316", ())]


async def test_several_parcels_of_one_push_are_told_one_by_one(
    receiver: Receiver, parcels: Shelf
) -> None:
    traces = [
        trace(opCode="203", opTime="2026-01-06 09:00:00"),
        trace(traceNo="1136281381676", opCode="702"),
        trace(opCode="702"),
    ]
    await receive(receiver, push({"traces": traces}))

    told = [(one.waybill, [scan.code for scan in one.scans]) for one in parcels.heard_of]
    assert told == [("1136281381675", ["203", "702"]), ("1136281381676", ["702"])]


async def test_everybody_who_keeps_parcels_is_told(
    receiver: Receiver, table: Table, parcels: Shelf
) -> None:
    table.offer(Parcels, "another", another := Shelf())
    await receive(receiver, push({"traces": [trace()]}))

    assert parcels.heard_of == another.heard_of != []


async def test_a_stranger_s_parcel_is_acknowledged(receiver: Receiver, parcels: Shelf) -> None:
    parcels.ours = False
    _, words = await receive(receiver, push({"traces": [trace(traceNo="9999999999999")]}))

    assert words["responseState"] is True


async def test_both_keys_of_a_rotation_are_taken(receiver: Receiver, parcels: Shelf) -> None:
    for key in (KEY, NEXT_KEY):
        await receive(receiver, push({"traces": [trace()]}, key))

    assert len(parcels.heard_of) == 2


async def test_a_body_that_is_not_escaped_is_verified_as_it_came(
    receiver: Receiver, parcels: Shelf
) -> None:
    text = json.dumps({"traces": [trace()]}, ensure_ascii=False)
    mark = quote(digest(text.encode(), KEY.encode()))
    await receive(receiver, f"dataDigest={mark}&msgBody={text}".encode())

    assert [scan.place for scan in parcels.heard_of[0].scans] == ["示例投递部"]


async def test_a_forged_push_is_refused_and_nothing_of_it_kept(
    receiver: Receiver, parcels: Shelf
) -> None:
    response, words = await receive(receiver, push({"traces": [trace()]}, "another key"))

    assert (response.status, response.code) == (400, "forged")
    assert words["responseState"] is False
    assert parcels.heard_of == []


def test_what_is_not_signed_is_not_read() -> None:
    with pytest.raises(Forged):
        read_push(push("no JSON at all", "another key"), (KEY.encode(),))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"traces":[]}',
        b"\xff\xfe\x00",
        b"dataDigest=x",
        b"msgBody=%7B%7D",
        b"msgBody=%7B%7D&dataDigest=",
        b"msgBody=%7&dataDigest=x",
        b"&".join([b"a=1"] * 21),
        push({"traces": []}) + b"&msgBody=%7B%7D",
        push({"traces": []}) + b"&dataDigest=x",
    ],
)
def test_what_is_no_form_of_one_meaning_nobody_has_signed(body: bytes) -> None:
    with pytest.raises(Forged):
        read_push(body, (KEY.encode(),))


@given(st.data())
def test_a_changed_character_never_verifies(data: st.DataObject) -> None:
    text = json.dumps({"traces": [trace()]}, ensure_ascii=False)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda each: each != text[at]))
    changed = text[:at] + other + text[at + 1 :]

    with pytest.raises(Forged):
        read_push(
            push(text, dataDigest=digest(text.encode(), KEY.encode()), msgBody=changed),
            (KEY.encode(),),
        )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (push("no JSON"), "msgBody"),
        (push("[" * 2000), "msgBody"),
        (push("[]"), "msgBody"),
        (push({"trace": []}), "msgBody"),
        (push({"traces": None}), "msgBody"),
        (push({"traces": ["704"]}), "msgBody"),
        (push({"traces": [{"opCode": "704"}]}), "msgBody"),
        (push({"traces": [trace(traceNo="")]}), "traceNo"),
        (push({"traces": [trace(traceNo="1 OR 1")]}), "traceNo"),
        (push({"traces": [trace(opTime="gestern")]}), None),
        (push({"traces": [trace(opTime="0001-01-01 00:00:00")]}), None),
        (push({"traces": [trace(opTime=20260107)]}), "msgBody"),
    ],
)
async def test_what_cannot_be_read_is_refused_as_a_whole(
    receiver: Receiver, parcels: Shelf, body: bytes, field: str | None
) -> None:
    with pytest.raises(Malformed) as caught:
        read_push(body, (KEY.encode(),))
    assert caught.value.field == field

    response, words = await receive(receiver, body)
    assert (response.status, response.code) == (400, "malformed")
    assert words["responseState"] is False
    assert parcels.heard_of == []


async def test_while_the_store_is_away_nothing_is_acknowledged(
    receiver: Receiver, parcels: Shelf
) -> None:
    parcels.away = StoreUnavailable()
    response, words = await receive(receiver, push({"traces": [trace()]}))
    assert (response.status, response.code) == (503, "store_unavailable")
    assert words["responseState"] is False

    parcels.away = None
    response, words = await receive(receiver, push({"traces": [trace()]}))
    assert words["responseState"] is True


async def test_where_nobody_keeps_parcels_nothing_is_acknowledged() -> None:
    receiver = Receiver(Table(), courier="ems", keys=(KEY.encode(),))
    response, words = await receive(receiver, push({"traces": [trace()]}))

    assert (response.status, response.code) == (503, "unavailable")
    assert words["responseState"] is False


async def test_nobody_s_data_is_logged(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for key in (KEY, "another key"):
        await receive(receiver, push({"traces": [trace(traceNo="9999999999999")]}, key))

    written = " ".join(str(record.__dict__) for record in caplog.records)
    assert "push_refused" in written
    assert "赵示例" not in written
    assert "13800000001" not in written


def test_who_reaches_no_handler_is_refused_in_the_same_words() -> None:
    assert json.loads(REFUSED.body)["responseState"] is False
