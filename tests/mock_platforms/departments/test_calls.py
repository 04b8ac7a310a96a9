"""The department calls the gateway: rightly signed, or wrong in the way it was told to be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from mock_platforms.stage import Stage
from tests.mock_platforms.departments.gateway import Gateway

CANCEL = {"service": "MZ-HY-15", "hall": "hunyin", "day": "2026-03-10", "reason": "停电"}


async def call(gateway: Gateway, **more: Any) -> list[dict[str, Any]]:
    fields = {"type": "hall_day.cancel", "data": CANCEL, "to": "http://gateway", **more}
    told = await gateway.command("POST", "calls", **fields)
    answers: list[dict[str, Any]] = told["answers"]
    return answers


async def test_a_call_is_signed_as_the_standard_s_package_reads_it(
    stage: Stage, gateway: Gateway
) -> None:
    answers = await call(gateway, id="call-1")

    assert answers == [
        {"id": "call-1", "status": 200, "answer": {"cancelled": True}, "signed": True}
    ]
    assert gateway.came[0].url == "http://gateway/callbacks/departments/civil_affairs"
    assert json.loads(gateway.came[0].body)["data"] == CANCEL


async def test_a_call_goes_to_the_gateway_s_usual_address(stage: Stage, gateway: Gateway) -> None:
    await gateway.command("POST", "calls", type="letters.list", data={})

    assert gateway.came[0].url.startswith("http://127.0.0.1:8080/callbacks/departments/")


async def test_a_repeated_call_is_the_same_call(stage: Stage, gateway: Gateway) -> None:
    answers = await call(gateway, times=3)

    assert len({each["id"] for each in answers}) == 1
    assert len({(each.headers["webhook-id"], each.body) for each in gateway.came}) == 1
    assert len(gateway.came) == 3


async def test_calls_have_ids_of_their_own(stage: Stage, gateway: Gateway) -> None:
    assert (await call(gateway))[0]["id"] != (await call(gateway))[0]["id"]


@pytest.mark.parametrize("spoil", ["signature", "timestamp", "future", "body", "id", "header"])
async def test_a_spoiled_call_does_not_verify(stage: Stage, gateway: Gateway, spoil: str) -> None:
    with pytest.raises(WebhookVerificationError):
        await call(gateway, spoil=spoil)


@pytest.mark.parametrize("wrong", [{"answer_id": "other"}, {"answer_secret": "whsec_" + "A" * 32}])
async def test_an_answer_that_is_not_its_own_is_noticed(
    stage: Stage, gateway: Gateway, wrong: dict[str, str]
) -> None:
    for name, value in wrong.items():
        setattr(gateway, name, value)

    [answer] = await call(gateway)
    assert (answer["status"], answer["signed"]) == (200, False)
    assert answer["why"]


async def test_a_gateway_that_cannot_be_reached_is_told_of(stage: Stage, gateway: Gateway) -> None:
    gateway.reachable = False

    assert [each["status"] for each in await call(gateway)] == [None]


async def test_during_a_rotation_a_call_bears_both_signatures(
    stage: Stage, gateway: Gateway
) -> None:
    await gateway.command("POST", "rotation", of="calls")
    await call(gateway)

    assert len(gateway.came[0].headers["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize(
    ("field", "value"), [("spoil", "everything"), ("times", 0), ("times", 21), ("id", "i" * 65)]
)
async def test_a_call_that_cannot_be_made_names_its_field(
    stage: Stage, gateway: Gateway, field: str, value: object
) -> None:
    fields = {"type": "letters.list", "data": {}, field: value}

    assert (await gateway.command("POST", "calls", **fields))["field"] == field
