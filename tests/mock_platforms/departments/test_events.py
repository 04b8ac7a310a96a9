"""What a department is told: kept once, applied in order, refused when it is doubtful."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from mock_platforms.departments.codes import CODES
from mock_platforms.stage import Stage
from mock_platforms.wire import Ending
from tests.mock_platforms.departments.gateway import PLACE, Gateway, appointment, message

BOOKED = "appointment.booked"


def test_every_department_has_its_own_address_and_secrets(stage: Stage) -> None:
    section = stage.describe()["departments"]
    files = [
        file
        for each in section["departments"].values()
        for kind in ("secret_files", "call_secret_files")
        for file in each[kind]
    ]

    assert set(section["departments"]) == set(CODES)
    assert section["departments"]["exit_entry"]["url"] == f"{section['base_url']}/exit_entry"
    assert len({Path(file).read_text() for file in files}) == 2 * len(CODES)


def test_a_secret_is_whsec_of_24_to_64_bytes_and_for_its_owner_alone(stage: Stage) -> None:
    section = stage.describe()["departments"]["departments"]["civil_affairs"]
    file = Path(section["secret_files"][0])
    prefix, _, encoded = file.read_text().partition("_")

    assert prefix == "whsec"
    assert 24 <= len(base64.b64decode(encoded, validate=True)) <= 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_signed_event_is_kept(stage: Stage, gateway: Gateway) -> None:
    response = await gateway.send(BOOKED, appointment(), id="msg_1")

    assert (response.status, response.body) == (204, b"")
    assert [(each["id"], each["type"], each["times"]) for each in await gateway.told()] == [
        ("msg_1", BOOKED, 1)
    ]


async def test_an_event_is_kept_by_the_department_it_was_sent_to_alone(
    stage: Stage, gateway: Gateway
) -> None:
    await gateway.send(BOOKED, appointment())
    gateway.code = "exit_entry"

    assert await gateway.told() == []


async def test_a_repeated_event_is_acknowledged_and_processed_once(
    stage: Stage, gateway: Gateway
) -> None:
    for _ in range(2):
        assert (await gateway.send(BOOKED, appointment(), id="msg_1")).status == 204

    assert [each["times"] for each in await gateway.told()] == [2]


async def test_an_id_with_another_body_is_refused(stage: Stage, gateway: Gateway) -> None:
    await gateway.send(BOOKED, appointment(), id="msg_1")
    response = await gateway.send(BOOKED, appointment(2), id="msg_1")

    assert (response.status, response.why) == (409, "id_reused")


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
async def test_an_appointment_ends_as_its_highest_version_whatever_the_order(
    stage: Stage, gateway: Gateway, order: tuple[int, ...]
) -> None:
    for version in order:
        await gateway.send(BOOKED, appointment(version, state=f"state-{version}"))

    kept = (await gateway.command("GET", "appointments"))["appointments"]
    assert [(each["version"], each["state"]) for each in kept] == [(3, "state-3")]


async def test_the_same_version_again_is_no_news(stage: Stage, gateway: Gateway) -> None:
    for state in ("first", "second"):
        await gateway.send(BOOKED, appointment(1, state=state))

    [kept] = (await gateway.command("GET", "appointments"))["appointments"]
    assert kept["state"] == "first"
    assert [each["late"] for each in await gateway.told()] == [False, True]


async def test_answers_hold_until_others_come(stage: Stage, gateway: Gateway) -> None:
    await gateway.send(BOOKED, appointment(1))
    later = {k: v for k, v in appointment(2, state="done").items() if k != "answers"}
    await gateway.send("appointment.done", later)

    [kept] = (await gateway.command("GET", "appointments"))["appointments"]
    assert (kept["state"], kept["answers"]) == ("done", {"household": "示例市"})


async def test_an_event_that_came_late_says_so(stage: Stage, gateway: Gateway) -> None:
    for version in (2, 1):
        await gateway.send(BOOKED, appointment(version))

    assert [each["late"] for each in await gateway.told()] == [False, True]


async def test_who_was_erased_is_forgotten(stage: Stage, gateway: Gateway) -> None:
    await gateway.send(BOOKED, appointment(citizen={"name": "林示例", "id_number": "x"}))
    await gateway.send("data.erased", {"appointment_ids": ["A1"]})

    kept = (await gateway.command("GET", "appointments"))["appointments"]
    assert "林示例" not in str(await gateway.told()) + str(kept)
    assert "household" not in str(await gateway.told()) + str(kept)


async def test_the_recipient_of_an_erased_delivery_is_forgotten(
    stage: Stage, gateway: Gateway
) -> None:
    names = ("service", "direction", "state", "goods", "courier", "since")
    told = {"delivery_id": "D1", **dict.fromkeys(names, "x"), "version": 1}
    await gateway.send("delivery.requested", {**told, "recipient": {"name": "林示例"}})
    assert "林示例" in str(await gateway.told())
    await gateway.send("data.erased", {"appointment_ids": [], "delivery_ids": ["D1"]})

    assert "林示例" not in str(await gateway.told())


async def test_the_answers_of_a_withdrawn_consent_are_forgotten(
    stage: Stage, gateway: Gateway
) -> None:
    answers = {"household": "示例市", "mail_to": "示例路8号"}
    await gateway.send(BOOKED, appointment(answers=answers))
    gone = {"appointment_id": "A1", "service": "GA-HZ-01", "purpose": "courier", "version": 2}
    await gateway.send("consent.withdrawn", {**gone, "fields": ["mail_to"]})

    (kept,) = (await gateway.command("GET", "appointments"))["appointments"]
    assert kept["answers"] == {"household": "示例市"}
    assert "示例路" not in str(await gateway.told())


@pytest.mark.parametrize(
    "more", [{"type": "weather.changed"}, {"type": "fee.paid.again", "data": {}}]
)
async def test_an_unknown_type_is_borne(
    stage: Stage, gateway: Gateway, more: dict[str, str]
) -> None:
    assert (await gateway.send(more["type"], {"any": 1})).status == 204


async def test_unknown_members_are_borne(stage: Stage, gateway: Gateway) -> None:
    assert (await gateway.send(BOOKED, appointment(weather="rain"))).status == 204


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"webhook_id": None}, "webhook-id is missing"),
        ({"webhook_timestamp": None}, "webhook-timestamp is missing"),
        ({"webhook_signature": None}, "webhook-signature is missing"),
        ({"webhook_id": "msg.1"}, "webhook-id is no id"),
        ({"webhook_id": "m" * 65}, "webhook-id is no id"),
        ({"webhook_id": "msg_other"}, "webhook-signature fits no secret"),
        ({"webhook_timestamp": "soon"}, "webhook-timestamp is not unix seconds"),
        ({"webhook_timestamp": "1767757000"}, "webhook-timestamp is not from now"),
        ({"webhook_signature": "v1,AAAA"}, "webhook-signature fits no secret"),
        ({"webhook_signature": "v1,\udcff"}, "webhook-signature fits no secret"),
        ({"secret": "whsec_" + "A" * 32}, "webhook-signature fits no secret"),
        ({"late_s": 310}, "webhook-timestamp is not from now"),
        ({"late_s": -310}, "webhook-timestamp is not from now"),
    ],
    ids=str,
)
async def test_a_doubtful_message_is_refused_unsigned_and_not_kept(
    stage: Stage, gateway: Gateway, changes: dict[str, str | None], why: str
) -> None:
    response = await gateway.send(BOOKED, appointment(), **changes)  # type: ignore[arg-type]

    assert (response.status, response.why) == (401, why)
    assert "webhook-signature" not in response.headers
    assert await gateway.told() == []


@pytest.mark.parametrize("late_s", [-290, 0, 290])
async def test_less_than_five_minutes_are_borne(
    stage: Stage, gateway: Gateway, late_s: float
) -> None:
    assert (await gateway.send(BOOKED, appointment(), late_s=late_s)).status == 204


async def test_the_moved_clock_leaves_signatures_alone(stage: Stage, gateway: Gateway) -> None:
    await stage.clock.advance(86400)

    assert (await gateway.send(BOOKED, appointment())).status == 204


async def test_a_byte_altered_on_the_way_is_noticed(stage: Stage, gateway: Gateway) -> None:
    await gateway.send(BOOKED, appointment())
    sent = stage.requests[-1].request
    altered = type(sent)("POST", sent.target, sent.headers, sent.body.replace(b"A1", b"A2"))

    assert (await stage.handle("departments", altered)).status == 401


@pytest.mark.parametrize("kind", [None, "", "text/plain", "application/jsonp"])
async def test_what_is_not_json_by_its_header_is_refused(
    stage: Stage, gateway: Gateway, kind: str | None
) -> None:
    assert (await gateway.send(BOOKED, appointment(), Content_Type=kind)).status == 400


async def test_a_charset_beside_the_content_type_is_borne(stage: Stage, gateway: Gateway) -> None:
    kind = "Application/JSON; charset=utf-8"

    assert (await gateway.send(BOOKED, appointment(), Content_Type=kind)).status == 204


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"{}",
        message(BOOKED, {}),
        message(BOOKED, appointment() | {"version": "1"}),
        message(BOOKED, appointment() | {"version": True}),
        message("data.erased", {"appointment_ids": "A1"}),
        message("consent.withdrawn", {"appointment_id": "A1", "fields": ["mail_to"]}),
        message("seat.take", {**PLACE, "key": ""}),
    ],
)
async def test_a_body_that_the_contract_does_not_have_is_refused(
    stage: Stage, gateway: Gateway, body: bytes
) -> None:
    assert (await gateway.send(BOOKED, {}, body=body)).status == 400
    assert await gateway.told() == []


async def test_during_a_rotation_both_secrets_are_taken_and_after_it_the_newer(
    stage: Stage, gateway: Gateway
) -> None:
    old = gateway.secret()
    described = await gateway.command("POST", "rotation", of="events")
    new = gateway.secret()

    assert len(described["secret_files"]) == 2
    assert old != new
    assert (await gateway.send(BOOKED, appointment(1), secret=old)).status == 204
    assert (await gateway.send(BOOKED, appointment(2), secret=new)).status == 204
    await gateway.command("POST", "rotation/end", of="events")
    assert (await gateway.send(BOOKED, appointment(3), secret=old)).status == 401
    assert (await gateway.send(BOOKED, appointment(4), secret=new)).status == 204


async def test_a_rotation_begins_once_and_ends_once(stage: Stage, gateway: Gateway) -> None:
    assert (await gateway.command("POST", "rotation/end", of="calls"))["field"] == "of"
    await gateway.command("POST", "rotation", of="calls")
    assert (await gateway.command("POST", "rotation", of="calls"))["field"] == "of"
    assert (await gateway.command("POST", "rotation", of="both"))["field"] == "of"


async def test_a_department_that_is_down_keeps_nothing_and_comes_back(
    stage: Stage, gateway: Gateway
) -> None:
    await gateway.command("POST", "down")
    assert (await gateway.send(BOOKED, appointment())).ending is Ending.LOST
    await gateway.command("POST", "back")

    assert await gateway.told() == []
    assert (await gateway.send(BOOKED, appointment())).status == 204


async def test_it_can_answer_500_to_what_it_kept(stage: Stage, gateway: Gateway) -> None:
    stage.faults.add("departments", "server_error_after", operation=BOOKED, order="A1")

    assert (await gateway.send(BOOKED, appointment(), id="msg_1")).status == 500
    assert (await gateway.send(BOOKED, appointment(), id="msg_1")).status == 204
    assert [each["times"] for each in await gateway.told()] == [2]


async def test_it_can_be_gone(stage: Stage, gateway: Gateway) -> None:
    stage.faults.add("departments", "gone", order="civil_affairs")

    assert (await gateway.send(BOOKED, appointment())).status == 410
    assert await gateway.told() == []


async def test_it_can_be_slow(stage: Stage, gateway: Gateway) -> None:
    stage.faults.add("departments", "slow_reply", parameters={"seconds": 20.0})

    assert (await gateway.send(BOOKED, appointment())).delay_s == 20.0


async def test_a_department_nobody_knows_is_not_played(stage: Stage, gateway: Gateway) -> None:
    gateway.code = "weather_bureau"

    assert (await gateway.command("GET", "events"))["field"] == "code"
