"""Seats a department gives itself: never one too many, the same key the same answer."""

from __future__ import annotations

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from mock_platforms.stage import Stage
from tests.mock_platforms.departments.gateway import PLACE, Gateway

TAKEN, FULL = {"taken": True}, {"taken": False, "reason": "full"}
CLOSED = {"taken": False, "reason": "closed"}
DAY = {"service": PLACE["service"], "hall": PLACE["hall"], "day": "2026-03-10"}


@pytest.fixture
async def one_seat(stage: Stage, gateway: Gateway) -> Gateway:
    await gateway.command("POST", "seats", **PLACE, seats=1)
    return gateway


async def take(gateway: Gateway, key: str) -> object:
    return await gateway.ask("seat.take", {"key": key, **PLACE})


async def test_an_answer_is_signed_with_its_question_s_id(stage: Stage, gateway: Gateway) -> None:
    response = await gateway.send("seats.left", DAY, id="msg_q")

    assert response.headers["webhook-id"] == "msg_q"
    Webhook(gateway.secret("call_secret_files")).verify(response.body, dict(response.headers))


async def test_the_last_seat_is_given_once(one_seat: Gateway) -> None:
    assert [await take(one_seat, key) for key in ("k1", "k2")] == [TAKEN, FULL]


async def test_the_same_key_gets_the_same_answer(one_seat: Gateway) -> None:
    first = [await take(one_seat, key) for key in ("k1", "k2")]
    await one_seat.ask("seat.release", {"key": "k9"})

    assert [await take(one_seat, key) for key in ("k1", "k2")] == first


async def test_a_released_seat_is_given_again(one_seat: Gateway) -> None:
    await take(one_seat, "k1")

    assert await one_seat.ask("seat.release", {"key": "k1"}) == {"released": True}
    assert await take(one_seat, "k2") == TAKEN


async def test_releasing_twice_gives_one_seat_back(one_seat: Gateway) -> None:
    await take(one_seat, "k1")
    for _ in range(2):
        assert await one_seat.ask("seat.release", {"key": "k1"}) == {"released": True}

    assert [await take(one_seat, key) for key in ("k2", "k3")] == [TAKEN, FULL]


async def test_a_take_that_comes_after_its_release_takes_nothing(one_seat: Gateway) -> None:
    assert await one_seat.ask("seat.release", {"key": "k1"}) == {"released": True}
    assert await take(one_seat, "k1") == CLOSED
    assert await take(one_seat, "k2") == TAKEN


async def test_a_slot_without_seats_is_closed(stage: Stage, gateway: Gateway) -> None:
    assert await take(gateway, "k1") == CLOSED


async def test_a_key_is_of_one_slot(one_seat: Gateway) -> None:
    await take(one_seat, "k1")
    elsewhere = {"key": "k1", **PLACE, "slot": "2026-03-10T10:00"}

    assert (await one_seat.send("seat.take", elsewhere)).status == 409


async def test_what_is_left_is_told_by_slot(one_seat: Gateway) -> None:
    await one_seat.command("POST", "seats", **PLACE | {"slot": "2026-03-10T09:00"}, seats=4)
    await one_seat.command("POST", "seats", **PLACE | {"slot": "2026-03-11T09:00"}, seats=5)
    await take(one_seat, "k1")

    left = {"2026-03-10T09:00": 4, "2026-03-10T09:30": 0}
    assert await one_seat.ask("seats.left", DAY) == {"slots": left}
    assert (await one_seat.command("GET", "seats"))["slots"][0]["keys"] == ["k1"]


async def test_fewer_seats_than_are_held_leave_none(one_seat: Gateway) -> None:
    await take(one_seat, "k1")
    await one_seat.command("POST", "seats", **PLACE, seats=0)

    assert (await one_seat.ask("seats.left", DAY))["slots"] == {PLACE["slot"]: 0}


async def test_it_can_give_a_seat_it_does_not_have(one_seat: Gateway) -> None:
    await take(one_seat, "k1")
    one_seat.stage.faults.add("departments", "oversold")

    assert [await take(one_seat, key) for key in ("k2", "k3")] == [TAKEN, FULL]


async def test_it_can_forget_a_key_whose_seat_stays_taken(one_seat: Gateway) -> None:
    await take(one_seat, "k1")
    one_seat.stage.faults.add("departments", "key_forgotten", order="k1")

    assert await take(one_seat, "k1") == FULL
    assert (await one_seat.ask("seats.left", DAY))["slots"] == {PLACE["slot"]: 0}


async def test_it_can_forge_an_answer(one_seat: Gateway) -> None:
    await one_seat.command("POST", "rotation", of="calls")
    one_seat.stage.faults.add("departments", "reply_forged")
    response = await one_seat.send("seats.left", DAY)

    for which in (0, 1):
        secret = one_seat.secret("call_secret_files", which)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(response.body, dict(response.headers))


async def test_during_a_rotation_answers_bear_both_signatures(one_seat: Gateway) -> None:
    await one_seat.command("POST", "rotation", of="calls")
    response = await one_seat.send("seats.left", DAY)

    for which in (0, 1):
        secret = one_seat.secret("call_secret_files", which)
        Webhook(secret).verify(response.body, dict(response.headers))


async def test_a_refused_question_is_signed_too(stage: Stage, gateway: Gateway) -> None:
    response = await gateway.send("seat.take", {"key": "k1"})

    said = Webhook(gateway.secret("call_secret_files")).verify(
        response.body, dict(response.headers)
    )
    assert (response.status, said["code"], said["field"]) == (400, "invalid", "data.service")
