"""Subscribed template messages: what the platform takes, what it refuses, what the phone shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_platforms.stage import Stage
from tests.mock_platforms.alipay.merchant import Ear, Merchant, command
from tests.mock_platforms.alipay.phone import (
    ANOTHER,
    OPEN_ID,
    SEND,
    SUBSCRIBED,
    look,
    message,
    subscribe,
    template,
)


@pytest.fixture(autouse=True)
async def templates(stage: Stage) -> None:
    await template(stage, "booked", "onetime", "keyword1", "keyword2")
    await template(stage, "parcel", "longterm", "keyword1", "keyword2")
    await template(stage, "handed-in", "form", "keyword1", "keyword2")


async def test_a_message_reaches_the_phone_of_who_subscribed(
    merchant: Merchant, stage: Stage
) -> None:
    await subscribe(stage, "booked")

    assert (await merchant.call(SEND, message()))["code"] == "10000"

    (arrived,) = await look(stage)
    assert arrived["open_id"] == OPEN_ID
    assert arrived["values"] == {"keyword1": "换领驾驶证", "keyword2": "3月2日 09:30"}
    assert (arrived["template_id"], arrived["opens"]) == ("booked", "pages/index/index")


async def test_one_subscription_is_one_message_and_they_add_up(
    merchant: Merchant, stage: Stage
) -> None:
    await subscribe(stage, "booked")
    assert (await subscribe(stage, "booked"))["left"] == 2

    said = [(await merchant.call(SEND, message())).get("sub_code") for _ in range(3)]

    assert said == [None, None, "USER_NOT_SUBSCRIBED"]
    assert len(await look(stage)) == 2


async def test_a_lasting_subscription_is_many_messages_until_it_is_taken_back(
    merchant: Merchant, stage: Stage
) -> None:
    await subscribe(stage, "parcel")
    sent = message(user_template_id="parcel")
    said = [(await merchant.call(SEND, sent))["code"] for _ in range(5)]
    await subscribe(stage, "parcel", declined=True)

    refused = await merchant.call(SEND, sent)

    assert said == ["10000"] * 5
    assert refused["sub_code"] == "USER_NOT_SUBSCRIBED"


async def test_taking_back_takes_back_every_yes_before(stage: Stage) -> None:
    await subscribe(stage, "booked")
    await subscribe(stage, "booked")

    assert (await subscribe(stage, "booked", declined=True))["left"] == 0
    assert (await subscribe(stage, "booked"))["left"] == 1


async def test_nobody_elses_subscription_counts(merchant: Merchant, stage: Stage) -> None:
    await subscribe(stage, "booked")

    refused = await merchant.call(SEND, message(to_open_id=ANOTHER))

    assert refused["sub_code"] == "USER_NOT_SUBSCRIBED"


@pytest.mark.parametrize(
    ("changes", "sub_code"),
    [
        ({"to_open_id": ""}, "INVALID_PARAMETER"),
        ({"to_open_id": "x"}, "INVALID_PARAMETER"),
        ({"to_open_id": "", "to_user_id": "2088102100000009"}, "INVALID_PARAMETER"),
        ({"user_template_id": "nobody's"}, "USER_TEMPLATE_ILLEGAL"),
        ({"user_template_id": "handed-in"}, "FORM_ID_NOT_MATCH_APPID"),
        ({"page": ""}, "INVALID_PARAMETER"),
        ({"page": "p" * 129}, "INVALID_PARAMETER"),
        ({"data": {"keyword1": {"value": "a"}, "keyword2": {"value": "b"}}}, "INVALID_PARAMETER"),
        ({"data": "[]"}, "INVALID_PARAMETER"),
        ({"data": "{"}, "INVALID_PARAMETER"),
        ({"data": '{"keyword1":{"value":"a"}}'}, "USER_TEMPLATE_LACK_KEYWORD"),
        (
            {"data": json.dumps({f"keyword{n}": {"value": "a"} for n in (1, 2, 3)})},
            "USER_TEMPLATE_LACK_KEYWORD",
        ),
        (
            {"data": '{"keyword1":{"value":"a"},"keyword2":{"value":""}}'},
            "USER_TEMPLATE_LACK_KEYWORD",
        ),
        ({"data": '{"keyword1":{"value":"a"},"keyword2":"b"}'}, "USER_TEMPLATE_LACK_KEYWORD"),
        (
            {"data": json.dumps({"keyword1": {"value": "a" * 51}, "keyword2": {"value": "b"}})},
            "USER_KEYWORD_LENGTH_ERROR",
        ),
    ],
)
async def test_what_does_not_fit_is_refused_and_spends_nothing(
    merchant: Merchant, stage: Stage, changes: dict[str, Any], sub_code: str
) -> None:
    await subscribe(stage, "booked")

    refused = await merchant.call(SEND, message(**changes))

    assert (refused["code"], refused["sub_code"]) == ("40004", sub_code)
    assert await look(stage) == []
    assert (await merchant.call(SEND, message()))["code"] == "10000"


async def test_who_subscribed_can_be_asked(merchant: Merchant, stage: Stage) -> None:
    await subscribe(stage, "booked")
    asked = {"open_id": OPEN_ID, "template_id_list": ["booked", "parcel"]}

    told = (await merchant.call(SUBSCRIBED, asked))["subscribe_relations"]

    assert [(each["template_id"], each["subscribe_type"]) for each in told] == [
        ("booked", "onetime"),
        ("parcel", "longterm"),
    ]
    assert [each["subscribe_state"] for each in told] == ["1", "0"]


@pytest.mark.parametrize("listed", [None, [], "booked", ["nobody's"], ["handed-in"]])
async def test_only_templates_that_are_subscribed_to_are_asked_about(
    merchant: Merchant, listed: Any
) -> None:
    refused = await merchant.call(SUBSCRIBED, {"open_id": OPEN_ID, "template_id_list": listed})

    assert refused["sub_code"] == "INVALID_PARAMETER"


@pytest.mark.parametrize(
    "row",
    [
        {"template_id": "t", "kind": "poster", "fields": {"keyword1": "…"}},
        {"template_id": "t", "kind": "onetime"},
        {"template_id": "t", "kind": "city", "fields": {"service": "…"}},
    ],
)
async def test_a_template_there_cannot_be_is_refused(stage: Stage, row: dict[str, Any]) -> None:
    assert "error" in await command(stage, "POST", "/alipay/message-templates", row)


async def test_nobody_subscribes_to_a_template_of_forms(stage: Stage) -> None:
    assert "error" in await subscribe(stage, "handed-in")


async def test_a_reset_empties_the_phones(merchant: Merchant, stage: Stage, ear: Ear) -> None:
    await subscribe(stage, "booked")
    await merchant.call(SEND, message())

    await command(stage, "POST", "/reset", {})

    assert await look(stage) == []
