"""A queue ticket: a number of the hall's day, called in order, shown with how many wait before."""

from datetime import timedelta

import pytest

from tests.journeys.appointments.town import HALL, MONDAY, SERVICE, service_text, slot

TUESDAY = MONDAY + timedelta(days=1)
OTHER = "AA-BB-02"
NEXT = f"/services/{SERVICE}/halls/{HALL}/next"


@pytest.fixture
async def town(town_of):
    rules = "horizon_workdays = 5"
    return await town_of(service_text(rules, windows=9), service_text(rules, code=OTHER, windows=9))


async def came(town, *people, service=SERVICE):
    ids = {who: await town.booked(who, slot(TUESDAY), service) for who in people}
    await town.at(TUESDAY, "08:55")
    for id in ids.values():
        assert (await town.hall("POST", f"/appointments/{id}/check-in")).status == 200
    return ids


async def test_a_citizen_sees_the_number_and_how_many_wait_before(town):
    ids = await came(town, "one", "two", "three")

    shown = (await town.citizen("three", "GET", f"/appointments/{ids['three']}")).body
    assert (shown["ticket"], shown["waiting_before"]) == ("A003", 2)
    assert shown["says"] == "已取号A003，请在办事大厅等候叫号。前面还有2人。"

    called = await town.hall("POST", f"{NEXT}?window=3")
    assert (called.body["ticket"], called.body["appointment_id"]) == ("A001", ids["one"])
    shown = (await town.citizen("one", "GET", f"/appointments/{ids['one']}")).body
    assert (shown["says"], shown["window"]) == ("A001正在叫号，请到3号窗口办理。", "3")
    assert shown["waiting_before"] is None
    history = (await town.hall("GET", f"/appointments/{ids['three']}")).body
    assert history["waiting_before"] == 1


async def test_a_code_gives_the_number_as_the_desk_does(town):
    await came(town, "one")
    id = await town.booked("two", slot(TUESDAY))
    code = (await town.citizen("two", "POST", f"/appointments/{id}/check-in-code")).body["code"]

    scanned = await town.hall("POST", "/check-ins", {"code": code, "hall": HALL})

    assert (scanned.status, scanned.body["ticket"]) == (200, "A002")


async def test_services_of_a_hall_share_its_numbers_and_each_has_its_own_queue(town):
    other = await town.booked("two", slot(TUESDAY), OTHER)
    await came(town, "one")
    second = await town.hall("POST", f"/appointments/{other}/check-in")

    assert second.body["ticket"] == "A002"
    assert (await town.hall("POST", NEXT)).body["ticket"] == "A001"
    none = await town.hall("POST", NEXT)
    assert (none.status, none.code) == (404, "nobody_waits")
    assert none.message == "当前没有等候叫号的人，请稍后再叫。"
    elsewhere = await town.hall("POST", f"/services/{SERVICE}/halls/nowhere/next")
    assert (elsewhere.status, elsewhere.code) == (404, "no_such_hall")


async def test_a_window_calls_one_of_its_choice_and_no_other_window_the_same(town):
    ids = await came(town, "one", "two")
    call = f"/appointments/{ids['two']}/call"

    first = await town.hall("POST", f"{call}?window=3")
    again, other = [await town.hall("POST", f"{call}?window={n}") for n in (3, 4)]

    assert (first.status, again.status) == (200, 200)
    assert (other.status, other.code) == (409, "called_elsewhere")
    assert other.message == "该号已由3号窗口叫号，请叫下一号。"
    assert (await town.hall("POST", f"{NEXT}?window=4")).body["ticket"] == "A001"
    wrong = await town.hall("POST", f"{NEXT}?window=the%20third")
    assert (wrong.status, wrong.body["field"]) == (422, "query.window")


async def test_who_missed_the_call_comes_back_with_a_code_behind_three(town):
    ids = await came(town, *(f"p{n}" for n in range(5)))
    first = ids["p0"]
    for path in (NEXT, f"/appointments/{first}/missed"):
        assert (await town.hall("POST", path)).status == 200
    shown = (await town.citizen("p0", "GET", f"/appointments/{first}")).body
    assert "排在3人之后" in shown["says"]

    code = (await town.citizen("p0", "POST", f"/appointments/{first}/check-in-code")).body["code"]
    back = await town.hall("POST", "/check-ins", {"code": code, "hall": HALL})

    assert (back.status, back.body["ticket"]) == (200, "A001")
    shown = (await town.citizen("p0", "GET", f"/appointments/{first}")).body
    assert shown["waiting_before"] == 3
    order = [(await town.hall("POST", NEXT)).body["ticket"] for _ in range(5)]
    assert order == ["A002", "A003", "A004", "A001", "A005"]
