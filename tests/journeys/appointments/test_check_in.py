"""A citizen shows a code, and the hall's scanner takes it: once, in time, in its hall."""

from datetime import timedelta

import pytest

from tests.journeys.appointments.town import HALL, MONDAY, service_text, slot

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
async def town(town_of):
    return await town_of(service_text("horizon_workdays = 5\ncheckin_early_minutes = 20"))


async def code_of(town, who, id):
    answer = await town.citizen(who, "POST", f"/appointments/{id}/check-in-code")
    assert answer.status == 200, answer
    return answer.body


async def scan(town, code, hall=HALL):
    return await town.hall("POST", "/check-ins", {"code": code, "hall": hall})


async def test_a_code_checks_in_once(town):
    id = await town.booked("one", slot(TUESDAY))
    await town.at(TUESDAY, "08:45")
    shown = await code_of(town, "one", id)

    first, second = await scan(town, shown["code"]), await scan(town, shown["code"])

    assert (first.status, first.body["state"], first.body["appointment_id"]) == (
        200,
        "checked_in",
        id,
    )
    assert (second.status, second.code) == (409, "code_used")
    again = await town.citizen("one", "POST", f"/appointments/{id}/check-in-code")
    assert (again.status, again.code) == (409, "checked_in_already")
    assert (shown["opens_at"], shown["closes_at"]) == (
        "2026-03-10T00:40:00Z",
        "2026-03-10T01:45:00Z",
    )


async def test_what_a_code_shows_names_nobody(town):
    id = await town.booked("one", slot(TUESDAY))

    first, second = await code_of(town, "one", id), await code_of(town, "one", id)

    assert first["code"] != second["code"]
    appointment, nonce, expiry, mac = first["code"].split(".")
    assert appointment == id
    assert {len(nonce), len(expiry), len(mac)} == {16, 11, 32}


async def test_every_refusal_of_a_scan_says_in_chinese_what_to_do_next(town):
    id = await town.booked("one", slot(TUESDAY))
    other_day = await scan(town, (await code_of(town, "one", id))["code"])
    await town.at(TUESDAY, "08:39")
    code = (await code_of(town, "one", id))["code"]
    early, other_hall = await scan(town, code), await scan(town, code, "north")
    await town.at(TUESDAY, "08:40")
    stale, wrong = await scan(town, code), await scan(town, f"{id}.nonce.0.mac")
    await town.at(TUESDAY, "09:44:30")
    code = (await code_of(town, "one", id))["code"]
    await town.at(TUESDAY, "09:45")
    late = await scan(town, code)
    useless = await town.citizen("one", "POST", f"/appointments/{id}/check-in-code")

    refusals = [other_day, early, other_hall, stale, wrong, late, useless]
    assert [(each.status, each.code) for each in refusals] == [
        (409, "not_on_that_day"),
        (409, "check_in_too_early"),
        (409, "other_hall"),
        (409, "code_stale"),
        (422, "code_wrong"),
        (409, "check_in_too_late"),
        (409, "check_in_too_late"),
    ]
    assert early.message == "未到取号时间，请于3月10日（周二）08:40后再来扫码取号。"
    assert other_hall.message == "该预约不在本大厅，请到办事大厅（人民路1号）取号。"
    for each in refusals:
        assert len(each.message) > 8


async def test_a_code_is_for_its_citizen_and_the_scanner_for_staff(town):
    id = await town.booked("one", slot(TUESDAY))

    other = await town.citizen("two", "POST", f"/appointments/{id}/check-in-code")
    assert (other.status, other.code) == (404, "no_such_appointment")
    body = {"code": (await code_of(town, "one", id))["code"], "hall": HALL}
    assert (await town.citizen("one", "POST", "/operator/check-ins", body)).status == 401


async def test_a_code_still_checks_in_when_its_service_is_gone(town, tmp_path):
    id = await town.booked("one", slot(TUESDAY))
    another = service_text("horizon_workdays = 5", code="AA-BB-02")
    (tmp_path / "services" / "0.toml").write_text(another, encoding="utf-8")
    await town.at(TUESDAY, "08:50")
    assert (await town.book("two", slot(TUESDAY))).code == "no_appointments"

    assert (await scan(town, (await code_of(town, "one", id))["code"])).status == 200
