"""Whom the hall has sent away is offered the next free slots of the same hall."""

from datetime import timedelta

from tests.journeys.appointments.town import HALL, MONDAY, SERVICE, service_text, slot

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
RULES = "horizon_workdays = 5\nlead_workdays = 1"


async def sent_away(town, *people):
    """They have booked on Tuesday, one after the other, and the hall cancels the day."""
    times = ("09:00", "09:30", "10:00")
    ids = [
        await town.booked(who, slot(TUESDAY, time))
        for who, time in zip(people, times, strict=False)
    ]
    day = f"/services/{SERVICE}/halls/{HALL}/days/{TUESDAY}"
    assert (await town.hall("POST", f"{day}/cancel", {"reason": "停电"})).status == 202
    await town.at(MONDAY, "10:01")
    return ids


async def offers(town, who, id):
    shown = (await town.citizen(who, "GET", f"/appointments/{id}")).body
    return [each["slot"] for each in shown["offers"]]


async def says(town, who, id):
    return (await town.citizen(who, "GET", f"/appointments/{id}")).body["says"]


async def test_the_next_three_free_slots_are_offered_and_one_call_takes_one(town_of):
    town = await town_of(service_text(RULES, windows=1))
    await town.booked("two", slot(WEDNESDAY, "09:30"))
    before = await town.booked("three", slot(WEDNESDAY, "16:30"))
    [id] = await sent_away(town, "one")

    offered = await offers(town, "one", id)
    assert offered == [slot(WEDNESDAY, time) for time in ("09:00", "10:00", "10:30")]
    assert await offers(town, "three", before) == []

    moved = await town.reschedule("one", id, offered[0])
    assert (moved.status, moved.body["slot"], moved.body["state"]) == (200, offered[0], "confirmed")
    assert await offers(town, "one", id) == []


async def test_offers_are_as_of_when_they_are_shown(town_of):
    town = await town_of(service_text(RULES, windows=1))
    [first, second] = await sent_away(town, "one", "two")
    nine = slot(WEDNESDAY)
    assert (await offers(town, "one", first))[0] == (await offers(town, "two", second))[0] == nine

    assert (await town.reschedule("one", first, nine)).status == 200

    assert (await offers(town, "two", second))[0] == slot(WEDNESDAY, "09:30")


async def test_only_what_the_citizen_may_take_is_offered(town_of):
    town = await town_of(service_text(f"{RULES}\nmost_a_day = 1"))
    await town.booked("one", slot(WEDNESDAY))
    [id] = await sent_away(town, "one")

    thursday = WEDNESDAY + timedelta(days=1)
    assert await offers(town, "one", id) == [
        slot(thursday, time) for time in ("09:00", "09:30", "10:00")
    ]


async def test_fewer_are_offered_where_fewer_are_free_and_none_where_none_is(town_of):
    late = "horizon_workdays = 2\nlead_workdays = 1\nslot_minutes = 180"
    town = await town_of(service_text(late, windows=1))
    ids = [await town.booked("one", slot(TUESDAY))]
    day = f"/services/{SERVICE}/halls/{HALL}/days/{TUESDAY}"
    await town.hall("POST", f"{day}/cancel", {"reason": "停电"})
    await town.at(MONDAY, "10:01")

    assert await offers(town, "one", ids[0]) == [slot(WEDNESDAY, "09:00"), slot(WEDNESDAY, "13:30")]
    for who, time in (("two", "09:00"), ("three", "13:30")):
        await town.booked(who, slot(WEDNESDAY, time))
    assert await offers(town, "one", ids[0]) == []
    assert (await says(town, "one", ids[0])).endswith(
        "但目前没有您可改约的时段，新的号源于3月10日（周二）00:00放出，届时可再来改约。"
    )


async def test_nothing_is_offered_where_the_service_gives_no_appointments_any_more(
    town_of, tmp_path
):
    town = await town_of(service_text(RULES))
    [id] = await sent_away(town, "one")
    assert len(await offers(town, "one", id)) == 3

    another = service_text(RULES, code="AA-BB-02")
    (tmp_path / "services" / "0.toml").write_text(another, encoding="utf-8")
    await town.at(MONDAY, "10:02")

    assert await offers(town, "one", id) == []
    assert "现已不再预约办理该事项" in await says(town, "one", id)


async def test_who_is_stopped_meanwhile_is_offered_slots_and_takes_one_all_the_same(town_of):
    ban = "no_shows = { times = 1, within_days = 31, lasts_days = 30 }"
    town = await town_of(service_text(f"horizon_workdays = 5\n{ban}"))
    await town.booked("one", slot(MONDAY, "10:30"))
    id = await town.booked("one", slot(WEDNESDAY))
    await town.at(TUESDAY, "10:00")
    day = f"/services/{SERVICE}/halls/{HALL}/days/{WEDNESDAY}"
    await town.hall("POST", f"{day}/cancel", {"reason": "停电"})
    await town.at(TUESDAY, "10:01")

    assert await town.state("one", id) == "cancelled_by_hall"
    thursday = WEDNESDAY + timedelta(days=1)
    assert (await town.book("one", slot(thursday))).code == "banned"
    offered = await offers(town, "one", id)
    assert len(offered) == 3
    moved = await town.reschedule("one", id, offered[0])
    assert (moved.status, moved.body["state"]) == (200, "confirmed")
    assert (await town.reschedule("one", id, offered[1])).code == "banned"


async def test_where_ten_days_are_full_no_later_one_is_looked_at(town_of):
    rules = "horizon_workdays = 15\nlead_workdays = 1\nslot_minutes = 180"
    town = await town_of(service_text(rules, windows=1))
    [id] = await sent_away(town, "one")
    *ten, eleventh = (await town.bookable_days())[:11]

    for day in ten:
        for time in ("09:00", "13:30"):
            await town.booked(f"{day} {time}", f"{day}T{time}")

    assert await offers(town, "one", id) == []
    assert (await town.book("late", f"{eleventh}T09:00")).status == 201
