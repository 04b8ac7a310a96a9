"""A department that keeps its own numbers: asked with our key, never oversold, never forgotten."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest

from channel_gateway.services.appointment.places.asked_capacity import ASK_LADDER
from tests.journeys.appointments.town import HALL, SERVICE, slot
from tests.journeys.departments.bureau import DEPARTMENT, reopened, service_of


@pytest.fixture
async def bureau(bureau_of):
    return await bureau_of(service_of(asked=True, windows=1))


async def give(bureau, slot, seats):
    path = f"/departments/{DEPARTMENT}/seats"
    await bureau.control("POST", path, service=SERVICE, hall=HALL, slot=slot, seats=seats)


async def keys(bureau, slot):
    """Who holds the department's seats of a slot."""
    told = await bureau.control("GET", f"/departments/{DEPARTMENT}/seats")
    return next(each["keys"] for each in told["slots"] if each["slot"] == slot)


async def left(bureau, slot):
    told = await bureau.control("GET", f"/departments/{DEPARTMENT}/seats")
    return next(each["left"] for each in told["slots"] if each["slot"] == slot)


async def nine(bureau, seats=1):
    """The first slot of the first day that can be booked, with so many seats."""
    day, *_ = await bureau.bookable_days()
    await give(bureau, slot(day), seats)
    return slot(day)


async def says(bureau, who, id):
    return (await bureau.citizen(who, "GET", f"/appointments/{id}")).body["says"]


async def test_the_department_gives_the_place_under_the_appointments_id(bureau):
    there = await nine(bureau, seats=2)
    booked = await bureau.book("one", there)

    assert (booked.status, booked.body["state"]) == (201, "confirmed")
    assert await keys(bureau, there) == [booked.body["appointment_id"]]
    await bureau.work()
    assert await bureau.kinds() == ["appointment.booked"]


@pytest.mark.parametrize(("seats", "code"), [(0, "slot_full"), (None, "not_bookable")])
async def test_where_the_department_has_none_the_citizen_hears_so_and_nothing_counts(
    bureau, seats, code
):
    day, *_ = await bureau.bookable_days()
    if seats is not None:
        await give(bureau, slot(day), seats)

    refused = await bureau.book("one", slot(day), key="tap")
    assert (refused.status, refused.code) == (409, code)
    await bureau.work()
    assert await bureau.kinds() == []
    assert await bureau.requests("seat.release") == 0

    await give(bureau, slot(day), 1)
    again = await bureau.book("one", slot(day), key="tap")  # the limits are free, and the key
    assert (again.status, again.body["state"]) == (201, "confirmed")


@pytest.mark.parametrize("engine", ["memory", "sqlite"])
async def test_sixty_at_once_on_twenty_places_are_twenty_though_answers_are_lost(
    bureau_of, tmp_path, engine
):
    store = "memory:" if engine == "memory" else f"sqlite:{tmp_path / 'gateway.db'}"
    bureau = await bureau_of(service_of(asked=True, windows=1), store=store)
    there = await nine(bureau, seats=20)
    await bureau.fault("reply_lost", "seat.take", times=None, per_cent=30)

    answers = await asyncio.gather(*(bureau.book(f"person {n}", there) for n in range(60)))
    outcome = Counter((each.status, each.body.get("state", each.code)) for each in answers)
    assert outcome[201, "held"] > 0
    await bureau.pass_time(minutes=15)

    ids = {
        f"person {n}": each.body["appointment_id"]
        for n, each in enumerate(answers)
        if each.status == 201
    }
    states = {id: await bureau.state(who, id) for who, id in ids.items()}
    confirmed = {id for id, state in states.items() if state == "confirmed"}
    assert len(confirmed) == 20
    assert set(await keys(bureau, there)) == confirmed
    assert set(states.values()) <= {"confirmed", "lapsed"}
    assert outcome.keys() <= {(201, "held"), (201, "confirmed"), (409, "slot_full")}
    heard = [each["data"]["appointment_id"] for each in await bureau.heard()]
    assert sorted(heard) == sorted(confirmed)


async def test_a_lost_answer_holds_the_place_until_the_same_key_is_asked_again(bureau):
    there = await nine(bureau)
    await bureau.fault("reply_lost", "seat.take")

    booked = await bureau.book("one", there)
    id = booked.body["appointment_id"]
    assert (booked.status, booked.body["state"]) == (201, "held")
    assert booked.body["says"] == "正在向部门确认号源，请稍后查看。"
    assert await bureau.kinds() == []
    await bureau.pass_time(seconds=11)

    assert await bureau.state("one", id) == "confirmed"
    assert await keys(bureau, there) == [id]
    assert await bureau.requests("seat.take") == 2


async def test_an_answer_that_was_forged_is_no_answer(bureau):
    there = await nine(bureau)
    await bureau.fault("reply_forged", "seat.take")

    booked = await bureau.book("one", there)
    assert booked.body["state"] == "held"
    await bureau.pass_time(seconds=11)
    assert await bureau.state("one", booked.body["appointment_id"]) == "confirmed"


async def test_a_department_that_never_answers_gets_its_place_back_when_it_is_there_again(bureau):
    there = await nine(bureau)
    await bureau.fault("reply_lost", "seat.take", times=None)
    id = (await bureau.book("one", there)).body["appointment_id"]
    await bureau.down()
    await bureau.pass_time(minutes=9)
    assert await bureau.state("one", id) == "held"
    await bureau.pass_time(minutes=3)

    assert await bureau.state("one", id) == "lapsed"
    assert await left(bureau, there) == 0  # it took the first question, and gives nobody the seat
    await bureau.back()
    await bureau.pass_time(hours=1)
    assert (await left(bureau, there), await keys(bureau, there)) == (1, [])
    assert await bureau.kinds() == []
    assert (await bureau.hall("GET", "/dead-letters")).body["letters"] == []


async def test_after_eleven_minutes_nothing_is_taken_any_more_though_the_worker_was_away(bureau):
    there = await nine(bureau)
    await bureau.fault("reply_lost", "seat.take")
    id = (await bureau.book("one", there)).body["appointment_id"]
    assert await left(bureau, there) == 0
    await bureau.running.stage.clock.advance(3600)
    bureau.tokens.clear()
    await bureau.work()

    assert await bureau.state("one", id) == "lapsed"
    assert await bureau.requests("seat.take") == 1
    await bureau.work()
    assert (await left(bureau, there), await keys(bureau, there)) == (1, [])


async def test_while_it_waits_the_citizens_limits_count_and_it_can_be_cancelled(bureau_of):
    one_only = service_of(asked=True).replace("lead_workdays = 1", "most_of_this = 1")
    bureau = await bureau_of(one_only)
    day, next_day, *_ = (await bureau.bookable_days())[1:]
    await give(bureau, slot(day), 1)
    await give(bureau, slot(next_day), 1)
    await bureau.fault("reply_lost", "seat.take")
    id = (await bureau.book("one", slot(day))).body["appointment_id"]

    assert (await bureau.book("one", slot(next_day))).code == "limit_reached"
    cancelled = await bureau.cancel("one", id)
    assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled_by_citizen")
    assert (await bureau.book("one", slot(next_day))).status == 201
    await bureau.pass_time(seconds=11)
    assert (await left(bureau, slot(day)), await keys(bureau, slot(day))) == (1, [])
    assert await bureau.state("one", id) == "cancelled_by_citizen"


async def test_a_cancelled_place_is_given_back_however_often_the_answer_is_lost(bureau):
    there = await nine(bureau)
    id = await bureau.booked("one", there)
    await bureau.fault("reply_lost", "seat.release", times=3)
    await bureau.cancel("one", id)
    await bureau.pass_time(minutes=2)

    assert await left(bureau, there) == 1
    assert await bureau.requests("seat.release") == 4
    assert (await bureau.book("two", there)).body["state"] == "confirmed"


async def test_who_moves_holds_the_old_place_until_the_new_one_is_there(bureau):
    day, next_day, *_ = await bureau.bookable_days()
    old, new = slot(day), slot(next_day)
    await give(bureau, old, 1)
    await give(bureau, new, 0)
    id = await bureau.booked("one", old)

    assert (await bureau.reschedule("one", id, new)).code == "slot_full"
    assert await keys(bureau, old) == [id]
    await give(bureau, new, 1)
    moved = await bureau.reschedule("one", id, new)
    assert (moved.status, moved.body["slot"]) == (200, new)
    await bureau.pass_time(minutes=2)

    assert (await left(bureau, old), await keys(bureau, new)) == (1, [f"{id}-2"])
    back = await bureau.reschedule("one", id, old)
    assert back.status == 200
    await bureau.pass_time(minutes=2)
    assert (await keys(bureau, old), await left(bureau, new)) == ([f"{id}-3"], 1)


async def test_a_move_whose_answer_is_lost_changes_nothing_and_leaves_nothing_behind(bureau):
    day, next_day, *_ = await bureau.bookable_days()
    old, new = slot(day), slot(next_day)
    await give(bureau, old, 1)
    await give(bureau, new, 1)
    id = await bureau.booked("one", old)
    await bureau.fault("reply_lost", "seat.take")

    unknown = await bureau.reschedule("one", id, new)
    assert (unknown.status, unknown.code) == (503, "unavailable")
    assert await left(bureau, new) == 0
    await bureau.pass_time(minutes=2)

    assert (await keys(bureau, old), await left(bureau, new)) == ([id], 1)
    shown = (await bureau.citizen("one", "GET", f"/appointments/{id}")).body
    assert (shown["state"], shown["slot"]) == ("confirmed", old)


async def test_a_day_that_is_cancelled_gives_every_place_back(bureau):
    there = await nine(bureau, seats=3)
    people = ("one", "two", "three")
    ids = {who: await bureau.booked(who, there) for who in people}
    data = {"service": SERVICE, "hall": HALL, "day": there[:10], "reason": "停电"}
    assert (await bureau.department_calls("hall_day.cancel", data))["status"] == 200
    await bureau.work()

    assert (await left(bureau, there), await keys(bureau, there)) == (3, [])
    states = {await bureau.state(who, id) for who, id in ids.items()}
    assert states == {"cancelled_by_hall"}


async def test_a_place_that_was_used_is_not_given_back(bureau):
    there = await nine(bureau)
    id = await bureau.booked("one", there)
    await bureau.work()
    shown = (await bureau.citizen("one", "GET", f"/appointments/{id}")).body
    await bureau.until(datetime.fromisoformat(shown["starts_at"]))
    for verb in ("check-in", "call", "done"):
        assert (await bureau.hall("POST", f"/appointments/{id}/{verb}")).status == 200
    await bureau.pass_time(days=1)

    assert await keys(bureau, there) == [id]
    assert await bureau.requests("seat.release") == 0


async def test_what_is_left_is_what_the_department_says(bureau):
    day, *_ = await bureau.bookable_days()
    await give(bureau, slot(day), 3)
    await give(bureau, slot(day, "09:30"), 0)
    await bureau.pass_time(seconds=3)  # what was seen before is remembered for two

    shown = await bureau.slots(day)
    first, second, third, *_ = shown["slots"]
    assert (first["left"], first["why_not"]) == (3, None)
    assert (second["left"], second["why_not"]["code"]) == (0, "slot_full")
    assert (third["left"], third["why_not"]["code"]) == (0, "not_bookable")
    assert shown["says"] is None


async def test_what_the_department_does_not_say_is_not_made_up(bureau):
    day, *_ = await bureau.bookable_days()
    await bureau.down()
    await bureau.pass_time(seconds=3)

    shown = await bureau.slots(day)
    assert {each["left"] for each in shown["slots"]} == {None}
    assert {each["why_not"] and each["why_not"]["code"] for each in shown["slots"]} == {None}
    assert "暂时查不到" in shown["says"]
    await bureau.slots(day)
    assert await bureau.requests("seats.left") == 2  # not even the silent one is asked for each


async def test_what_nobody_knows_is_not_offered_to_whom_the_hall_has_sent_away(bureau):
    there = await nine(bureau)
    id = await bureau.booked("one", there)
    day, next_day, *_ = await bureau.bookable_days()
    await give(bureau, slot(next_day), 1)
    data = {"service": SERVICE, "hall": HALL, "day": day, "reason": "停电"}
    await bureau.department_calls("hall_day.cancel", data)
    await bureau.pass_time(seconds=3)

    async def offered():
        shown = (await bureau.citizen("one", "GET", f"/appointments/{id}")).body
        return [each["slot"] for each in shown["offers"]]

    assert await offered() == [slot(next_day)]
    await bureau.down()
    await bureau.pass_time(seconds=3)
    assert await offered() == []


async def test_a_place_goes_back_when_its_department_is_connected_again(bureau_of, tmp_path):
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    bureau = await bureau_of(service_of(asked=True, windows=1), store=store)
    there = await nine(bureau)
    id = await bureau.booked("one", there)
    await bureau.work()
    async with reopened(bureau, tmp_path, store=store, without=DEPARTMENT) as gap:
        await gap.cancel("one", id)
        await gap.pass_time(hours=5)
        assert (await gap.hall("GET", "/dead-letters")).body["letters"] == []
    assert await left(bureau, there) == 0

    await bureau.pass_time(hours=1)
    assert await left(bureau, there) == 1


async def test_a_place_goes_back_although_its_services_file_is_away(bureau_of, tmp_path):
    other = service_of(code="CC-DD-02")
    bureau = await bureau_of(service_of(asked=True, windows=1), other)
    there = await nine(bureau)
    id = await bureau.booked("one", there)
    (tmp_path / "services" / "0.toml").unlink()
    await bureau.pass_time(seconds=3)

    await bureau.cancel("one", id)
    await bureau.work()

    assert await left(bureau, there) == 1


async def test_a_service_whose_department_takes_over_the_numbers_asks_it_from_then_on(
    bureau_of, tmp_path
):
    bureau = await bureau_of(service_of(windows=1))
    there = await nine(bureau, seats=1)
    mine = await bureau.booked("one", there)
    assert (await bureau.book("two", there)).code == "slot_full"

    asked = service_of(asked=True, windows=1)
    (tmp_path / "services" / "0.toml").write_text(asked, encoding="utf-8")
    await bureau.pass_time(seconds=3)

    theirs = await bureau.booked("two", there)
    assert await keys(bureau, there) == [theirs]
    await bureau.cancel("one", mine)
    await bureau.cancel("two", theirs)
    await bureau.pass_time(seconds=10)
    assert await bureau.requests("seat.release") == 1


async def test_many_who_look_at_once_ask_the_department_once(bureau):
    day, *_ = await bureau.bookable_days()
    await give(bureau, slot(day), 3)
    await bureau.pass_time(seconds=3)
    before = await bureau.requests("seats.left")

    shown = await asyncio.gather(*(bureau.slots(day) for _ in range(30)))

    assert {each["slots"][0]["left"] for each in shown} == {3}
    assert await bureau.requests("seats.left") == before + 1


async def test_a_department_that_says_taken_when_it_is_full_is_believed(bureau):
    there = await nine(bureau, seats=1)
    await bureau.booked("one", there)
    await bureau.fault("oversold", "seat.take")

    assert (await bureau.book("two", there)).body["state"] == "confirmed"


async def test_a_department_that_forgot_the_key_does_not_make_two_of_one(bureau):
    there = await nine(bureau, seats=2)
    await bureau.fault("reply_lost", "seat.take")
    id = (await bureau.book("one", there)).body["appointment_id"]
    await bureau.fault("key_forgotten", "seat.take")
    await bureau.pass_time(seconds=11)

    assert await bureau.state("one", id) == "confirmed"
    assert await keys(bureau, there) == [id]


async def test_where_the_department_is_not_connected_it_is_said_before_booking(bureau_of):
    bureau = await bureau_of(service_of("nobody_connected", asked=True))

    shown = await bureau.slots()
    assert {each["why_not"]["code"] for each in shown["days"]} == {"department_not_connected"}
    assert "暂时不能在线预约" in shown["days"][0]["why_not"]["words"]
    assert (shown["day"], shown["slots"], shown["says"]) == (None, [], None)
    day = shown["days"][-1]["day"]
    asked = await bureau.slots(day)
    assert {each["why_not"]["code"] for each in asked["slots"]} == {"department_not_connected"}
    assert ({each["left"] for each in asked["slots"]}, asked["says"]) == ({0}, None)


async def test_where_the_department_is_not_connected_nothing_is_booked(bureau_of):
    bureau = await bureau_of(service_of("nobody_connected", asked=True))
    day = (await bureau.slots())["days"][-1]["day"]

    refused = await bureau.book("one", slot(day))
    assert (refused.status, refused.code) == (409, "department_not_connected")
    listed = (await bureau.citizen("one", "GET", "/appointments")).body
    assert listed["appointments"] == []


def test_a_citizen_waits_for_an_answer_about_ten_minutes():
    assert timedelta(seconds=10 + sum(ASK_LADDER)) == timedelta(seconds=610)
