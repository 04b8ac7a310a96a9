"""Appointments through the public routes: asked, shown, repeated, and refused in Chinese."""

import asyncio
from datetime import date, timedelta

import pytest

from channel_gateway.bootstrap import assemble
from channel_gateway.settings import Settings, WrongSettings
from channel_gateway.web.outbound import AiohttpSender
from tests.journeys.appointments.town import (
    ANSWERS,
    HALL,
    MONDAY,
    SERVICE,
    service_text,
    slot,
)

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
RULES = "horizon_workdays = 5"


@pytest.fixture
async def town(town_of):
    return await town_of(service_text(RULES))


async def test_what_is_booked_is_shown_listed_and_told(town):
    id = await town.booked("one", slot(TUESDAY))

    shown = (await town.citizen("one", "GET", f"/appointments/{id}")).body
    assert shown["says"] == "已预约3月10日（周二）09:00，请带好身份证件到办事大厅取号。"
    assert [(each["label"], each["text"]) for each in shown["answers"]] == [
        ("姓名", "张*"),
        ("手机号", "138****8000"),
        ("身份证号", "990101********0019"),
    ]
    listed = (await town.citizen("one", "GET", "/appointments")).body
    assert [each["appointment_id"] for each in listed["appointments"]] == [id]
    assert (await town.citizen("two", "GET", "/appointments")).body["appointments"] == []


async def test_somebody_elses_appointment_is_not_there(town):
    id = await town.booked("one", slot(TUESDAY))

    for answer in (
        await town.citizen("two", "GET", f"/appointments/{id}"),
        await town.cancel("two", id),
        await town.reschedule("two", id, slot(WEDNESDAY)),
    ):
        assert (answer.status, answer.code) == (404, "no_such_appointment")


async def test_a_long_list_comes_page_by_page_the_latest_day_first(town):
    times = [f"{hour:02}:{minute}" for hour in (9, 10, 11, 14, 15, 16) for minute in ("00", "30")]
    made = [slot(day, time) for day in (TUESDAY, WEDNESDAY) for time in times]
    for each in made:
        await town.booked("one", each)

    first = (await town.citizen("one", "GET", "/appointments")).body
    rest = (await town.citizen("one", "GET", f"/appointments?after={first['next']}")).body
    seen = [each["slot"] for each in (*first["appointments"], *rest["appointments"])]
    assert seen == sorted(made, reverse=True)
    assert (len(first["appointments"]), rest["next"]) == (20, None)


async def test_a_tap_repeated_with_its_key_is_one_appointment(town):
    answers = await asyncio.gather(*(town.book("one", slot(TUESDAY), key="tap") for _ in range(10)))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["appointment_id"] for answer in answers}) == 1
    other = await town.book("one", slot(WEDNESDAY), key="tap")
    assert (other.status, other.code) == (409, "idempotency_mismatch")


async def test_a_booking_without_a_key_is_refused(town):
    await town.booked("one", slot(TUESDAY))
    body = {"service": SERVICE, "hall": HALL, "slot": slot(TUESDAY), "answers": ANSWERS}

    answer = await town.citizen("one", "POST", "/appointments", body, key="not printable \x7f")
    assert (answer.status, answer.code) == (400, "idempotency_key_required")


@pytest.mark.parametrize(
    ("answers", "consents", "code", "field"),
    [
        ({"applicant": "张三"}, [], "invalid", "answers.phone"),
        ({**ANSWERS, "phone": "123"}, [], "invalid", "answers.phone"),
        ({**ANSWERS, "age": "33"}, [], "invalid", "answers.age"),
        ({**ANSWERS, "mail_to": "人民路1号"}, [], "consent_missing", "answers.mail_to"),
        ({**ANSWERS, "applicant": ["张", "三"]}, [], "invalid", "answers.applicant"),
    ],
)
async def test_a_wrong_answer_is_named_and_not_repeated(town, answers, consents, code, field):
    body = {
        "service": SERVICE,
        "hall": HALL,
        "slot": slot(TUESDAY),
        "answers": answers,
        "consents": consents,
        "policy_version": "1",
    }
    refused = await town.citizen("one", "POST", "/appointments", body)

    assert (refused.status, refused.code, refused.body["field"]) == (422, code, field)
    assert refused.message
    assert "123" not in str(refused.body.get("errors"))
    agreed = {**body, "answers": {**ANSWERS, "mail_to": "人民路1号"}, "consents": ["courier"]}
    assert (await town.citizen("one", "POST", "/appointments", agreed)).status == 201


async def test_a_consent_is_given_to_the_sentence_that_stands(town):
    body = {
        "service": SERVICE,
        "hall": HALL,
        "slot": slot(TUESDAY),
        "answers": {**ANSWERS, "mail_to": "人民路1号"},
        "consents": ["courier"],
    }
    for unseen in ({}, {"policy_version": "0"}):
        refused = await town.citizen("one", "POST", "/appointments", body | unseen)
        assert (refused.status, refused.code) == (409, "consent_outdated")
        assert "重新阅读" in refused.message
    seen = (await town.call("GET", f"/services/{SERVICE}")).body["policy_version"]
    agreed = await town.citizen("one", "POST", "/appointments", body | {"policy_version": seen})
    assert agreed.status == 201


async def test_every_refusal_says_in_chinese_what_to_do_next(town_of):
    town = await town_of(
        service_text("horizon_workdays = 5\nlead_workdays = 1\nmost_of_this = 1", windows=1)
    )
    mine = await town.booked("one", slot(TUESDAY))
    saturday, far = date(2026, 3, 14), MONDAY + timedelta(days=21)

    refusals = [
        await town.book("two", slot(TUESDAY)),
        await town.book("one", slot(WEDNESDAY)),
        await town.book("two", slot(saturday)),
        await town.book("two", slot(far)),
        await town.book("two", slot(MONDAY, "16:00")),
        await town.book("two", slot(TUESDAY, "09:07")),
        await town.book("two", slot(TUESDAY), "AA-BB-09"),
        await town.cancel("two", mine),
        await town.hall("POST", f"/appointments/{mine}/check-in"),
    ]

    assert [each.code for each in refusals] == [
        "slot_full",
        "limit_reached",
        "hall_rests",
        "not_released",
        "booking_over",
        "no_such_slot",
        "no_appointments",
        "no_such_appointment",
        "not_on_that_day",
    ]
    for each in refusals:
        assert each.status in (404, 409)
        assert len(each.message) > 8


async def test_slots_say_how_many_are_left_and_why_none_is(town):
    await town.booked("one", slot(TUESDAY))
    await town.booked("two", slot(TUESDAY))
    await town.booked("three", slot(TUESDAY, "09:30"))

    told = await town.slots(TUESDAY)
    first, second, third, *_ = told["slots"]
    assert (first["left"], first["why_not"]["code"]) == (0, "slot_full")
    assert (second["left"], second["why_not"]) == (1, None)
    assert third["left"] == 2
    weekend = [each for each in told["days"] if each["why_not"]]
    assert {each["why_not"]["code"] for each in weekend} == {"hall_rests"}


async def test_a_day_that_is_none_is_refused_by_name(town):
    answer = await town.call("GET", f"/services/{SERVICE}/halls/{HALL}/slots?day=tomorrow")
    assert (answer.status, answer.body["field"]) == (422, "query.day")
    answer = await town.call("GET", f"/services/{SERVICE}/halls/nowhere/slots")
    assert (answer.status, answer.code) == (404, "no_such_hall")


@pytest.mark.parametrize("day", ["0001-01-01", "2003-05-05", "2026-03-08", "9999-12-31"])
async def test_a_day_nobody_ever_books_is_refused_and_breaks_nothing(town, day):
    mine = await town.booked("one", slot(TUESDAY))

    booked = await town.book("two", f"{day}T09:00")
    moved = await town.reschedule("one", mine, f"{day}T16:30")
    assert (booked.status, moved.status) == (409, 409)
    assert (await town.slots(date.fromisoformat(day)))["slots"] == []


async def test_a_person_is_in_one_place_at_a_time(town):
    await town.booked("one", slot(TUESDAY))

    twice = await town.book("one", slot(TUESDAY))
    assert (twice.code, twice.message) == ("limit_reached", "您在该时段已有预约，请选择其他时段。")


async def test_a_hall_calls_misses_and_takes_a_citizen_again(town):
    id = await town.booked("one", slot(TUESDAY))
    await town.at(TUESDAY, "08:55")
    says = []
    for verb in ("check-in", "call", "missed", "check-in", "call", "done"):
        answer = await town.hall("POST", f"/appointments/{id}/{verb}")
        assert answer.status == 200, answer
        says.append(answer.body["state"])
    assert says == ["checked_in", "called", "missed", "checked_in", "called", "done"]

    over = await town.hall("POST", f"/appointments/{id}/check-in")
    assert (over.status, over.code) == (409, "not_now")
    history = (await town.hall("GET", f"/appointments/{id}")).body
    assert [each["what"] for each in history["events"]] == ["confirmed", *says]
    assert (await town.cancel("one", id)).code == "appointment_over"


async def test_a_day_the_hall_cancels_is_told_and_moved_without_counting(town_of):
    town = await town_of(service_text("horizon_workdays = 5\nmost_a_week = 1\nreschedules = 0"))
    id = await town.booked("one", slot(TUESDAY))

    day = f"/services/{SERVICE}/halls/{HALL}/days/{TUESDAY}"
    closed = await town.hall("POST", f"{day}/cancel", {"reason": "设备检修"})
    assert closed.status == 202
    await town.at(MONDAY, "10:01")

    shown = (await town.citizen("one", "GET", f"/appointments/{id}")).body
    assert shown["state"] == "cancelled_by_hall"
    assert shown["says"] == (
        "大厅取消了本次预约：设备检修。不计入您的预约和取消次数，请改约其他时段。"
    )
    refused = await town.book("two", slot(TUESDAY))
    assert (refused.code, "设备检修" in refused.message) == ("hall_closed", True)
    told = await town.slots()
    assert told["day"] == str(MONDAY)
    assert {each["day"]: each["why_not"] for each in told["days"]}[str(TUESDAY)] is not None

    moved = await town.reschedule("one", id, slot(WEDNESDAY))
    assert (moved.status, moved.body["state"]) == (200, "confirmed")
    listed = (await town.hall("GET", day)).body["appointments"]
    assert listed == []


async def test_staff_routes_are_closed_to_citizens(town):
    day = f"/operator/services/{SERVICE}/halls/{HALL}/days/{TUESDAY}"
    answer = await town.citizen("one", "GET", day)
    assert (answer.status, answer.code) == (401, "unauthorized")


def test_check_says_until_when_the_holidays_are_known(tmp_path):
    settings = settings_of(tmp_path, "calendar")

    [remark] = assemble(settings, AiohttpSender(), looking=True).table.remarks
    assert remark.startswith("calendar: public holidays are known until 20")


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("calendar", "catalogue: names nobody who knows the services; there is no plug-in"),
        ("catalogue", "calendar: names nobody who knows the working days; there is no plug-in"),
    ],
)
def test_without_catalogue_or_calendar_nothing_starts(tmp_path, there, said):
    with pytest.raises(WrongSettings, match=said):
        assemble(settings_of(tmp_path, there, "appointment"), AiohttpSender(), looking=True)


def settings_of(folder, *services):
    return Settings.model_validate(
        {
            "secrets": {"folder": folder, "create": True},
            "plugins": {name: {"module": f"channel_gateway.services.{name}"} for name in services},
        }
    )
