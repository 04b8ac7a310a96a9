"""Subscribing and asking: strict, and in kuaidi100's own codes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mock_platforms.couriers.kuaidi100.subscriptions import push_sign
from mock_platforms.stage import Stage
from tests.mock_platforms.couriers.kuaidi100.conftest import Command, Subscriber, code, md5

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "couriers_kuaidi100.json").read_text(encoding="utf-8")
)


def test_the_published_push_is_signed_so() -> None:
    vector = VECTORS["published"]["push"]

    assert push_sign(vector["param"], vector["salt"]) == vector["sign"]


def test_openssl_signs_pushes_as_the_stand_in_does() -> None:
    text = '{"message":"3天查询无记录"}salt'.encode()
    said = subprocess.run(["openssl", "md5", "-r"], input=text, capture_output=True, check=True)

    assert push_sign('{"message":"3天查询无记录"}', "salt") == said.stdout[:32].decode().upper()


async def test_the_published_query_is_taken(stage: Stage, subscriber: Subscriber) -> None:
    """Under its own key and customer: what is refused then is the parcel, not the signature."""
    vector = VECTORS["published"]["query"]
    for name, secret in (("kuaidi100_key", "key"), ("kuaidi100_customer", "customer")):
        (stage.keys.folder / f"{name}.txt").write_text(vector[secret])
    try:
        stage.reset()
        reply = await subscriber.post(
            "/poll/query.do",
            customer=vector["customer"],
            sign=vector["sign"],
            param=vector["param"],
        )
    finally:
        for name in ("kuaidi100_key", "kuaidi100_customer"):
            (stage.keys.folder / f"{name}.txt").unlink()

    assert code(reply) == (False, "500")


async def test_a_subscription_is_taken_once(stage: Stage, subscriber: Subscriber) -> None:
    assert await subscriber.subscribe() == (True, "200")
    assert await subscriber.subscribe() == (False, "501")
    assert await subscriber.subscribe("YT0000000002") == (True, "200")


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"key": "another"}, "600"),
        ({"key": None}, "600"),
        ({"company": "YuanTong"}, "700"),
        ({"company": "owlpost"}, "700"),
        ({"number": ""}, "700"),
        ({"number": "12345"}, "700"),
        ({"number": "1" * 33}, "700"),
        ({"number": 1234567}, "700"),
        ({"parameters": {"callbackurl": "gateway/push"}}, "700"),
        ({"parameters": {"resultv2": "9"}}, "700"),
        ({"company": "shunfeng"}, "700"),  # needs a telephone number
        ({"company": "shunfeng", "parameters": {"phone": "call me"}}, "700"),
    ],
    ids=str,
)
async def test_what_cannot_be_subscribed(
    stage: Stage, subscriber: Subscriber, command: Command, wrong: dict[str, Any], refused: str
) -> None:
    assert await subscriber.subscribe(**wrong) == (False, refused)
    assert (await command("GET", "/couriers/kuaidi100/subscriptions"))["subscriptions"] == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("application/json", {"schema": "json", "param": "{}"}),
        ("application/x-www-form-urlencoded", {"param": "{}"}),
        ("application/x-www-form-urlencoded", {"schema": "xml", "param": "{}"}),
        ("application/x-www-form-urlencoded", {"schema": "json", "param": "[]"}),
        ("application/x-www-form-urlencoded", {"schema": "json", "param": "{"}),
        ("application/x-www-form-urlencoded", {"schema": "json"}),
        ("application/x-www-form-urlencoded", {"schema": "json", "param": "{}", "sign": "A"}),
    ],
)
async def test_what_is_no_subscription(
    stage: Stage, subscriber: Subscriber, kind: str, fields: dict[str, str]
) -> None:
    refused, why = code(await subscriber.post("/poll", kind, **fields))

    assert (refused, why in ("600", "700")) == (False, True)


async def test_a_company_may_be_refused(stage: Stage, subscriber: Subscriber) -> None:
    stage.faults.add("couriers", "kuaidi100_company_refused", order="YT0000000001")

    assert await subscriber.subscribe() == (False, "701")
    assert await subscriber.subscribe() == (True, "200")


async def test_a_parcel_is_told_newest_first_with_its_detail_codes(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    await command("POST", f"{parcel}/scan", step="picked_up", place="示例营业部")
    await command("POST", f"{parcel}/scan", step="locker", at="2026-01-07T14:00:00+08:00")
    told = await subscriber.query()

    head = {name: told[name] for name in told if name != "data"}
    assert head == {
        "message": "ok", "nu": "YT0000000001", "ischeck": "0", "condition": "F00",
        "com": "yuantong", "status": "200", "state": "5",
    }  # fmt: skip
    assert [(row["ftime"], row["statusCode"], row["status"]) for row in told["data"]] == [
        ("2026-01-07 14:00:00", "501", "投柜或驿站"),
        ("2026-01-07 12:00:00", "103", "已揽收"),
    ]
    assert told["data"][1]["areaName"] == "示例营业部"


async def test_the_oldest_may_be_asked_for_first(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str
) -> None:
    for step in ("picked_up", "signed"):
        await command("POST", f"{parcel}/scan", step=step)

    told = await subscriber.query(order="asc")
    assert [row["statusCode"] for row in told["data"]] == ["103", "301"]


@pytest.mark.parametrize(
    ("detail", "more"),
    [
        ("0", {}),
        ("1", {"status": "签收", "areaName": "收件地", "areaCode": "CN990100000000"}),
        (
            "4",
            {
                "status": "本人签收", "areaName": "收件地", "areaCode": "CN990100000000",
                "statusCode": "301", "location": "",
            },
        ),
    ],
)  # fmt: skip
async def test_rows_say_as_much_as_was_asked_for(
    stage: Stage, subscriber: Subscriber, command: Command, parcel: str, detail: str, more: Any
) -> None:
    await command("POST", f"{parcel}/scan", step="signed")
    [row] = (await subscriber.query(resultv2=detail))["data"]

    assert {name: row[name] for name in row if name not in ("time", "ftime", "context")} == more


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"com": "owlpost"}, "400"),
        ({"num": "1"}, "400"),
        ({"com": "zhongtong"}, "408"),
        ({"com": "zhongtong", "phone": "1234"}, "500"),  # another courier's
        ({"num": "YT0000000009"}, "500"),
    ],
)
async def test_what_is_not_told(
    stage: Stage,
    subscriber: Subscriber,
    command: Command,
    parcel: str,
    wrong: dict[str, str],
    refused: str,
) -> None:
    await command("POST", f"{parcel}/scan", step="signed")
    told = await subscriber.query(**wrong)

    assert (told["result"], told["returnCode"]) == (False, refused)


@pytest.mark.parametrize("spoiled", ["customer", "sign", "param"])
async def test_a_query_that_is_signed_otherwise_is_refused(
    stage: Stage, subscriber: Subscriber, spoiled: str
) -> None:
    own, text = subscriber.section, '{"com":"yuantong","num":"YT0000000001"}'
    fields = {
        "customer": own["customer"],
        "sign": md5(text + own["key"] + own["customer"]),
        "param": text,
    }
    fields[spoiled] = fields[spoiled].lower() + " "

    assert code(await subscriber.post("/poll/query.do", **fields)) == (False, "503")


async def test_a_number_of_four_digits_is_compared_where_the_courier_wants_one(
    stage: Stage, subscriber: Subscriber, command: Command
) -> None:
    await command(
        "POST", "/couriers/parcels", courier="sf", waybill="SF0000000001", phone="13800001234"
    )
    await command("POST", "/couriers/parcels/SF0000000001/scan", step="signed")
    asked = {"com": "shunfeng", "num": "SF0000000001"}

    assert (await subscriber.query(**asked, phone="1234"))["state"] == "3"
    assert (await subscriber.query(**asked, phone="13800001234"))["state"] == "3"
    assert (await subscriber.query(**asked, phone="4321"))["returnCode"] == "408"


async def test_being_busy_is_said_in_its_own_codes(stage: Stage, subscriber: Subscriber) -> None:
    for operation in ("kuaidi100.subscribe", "kuaidi100.query"):
        stage.faults.add("couriers", "server_error", operation=operation)

    assert await subscriber.subscribe() == (False, "500")
    assert (await subscriber.query())["returnCode"] == "502"
