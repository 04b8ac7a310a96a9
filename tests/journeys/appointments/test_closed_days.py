"""A hall cancels a day: what had ended stays as it was, and the day can be opened again."""

from datetime import timedelta

from tests.journeys.appointments.town import HALL, MONDAY, SERVICE, Town, service_text, slot

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
RULES = "horizon_workdays = 5"
BAN = "no_shows = { times = 1, within_days = 31, lasts_days = 30 }"


def path_of(day, verb):
    return f"/services/{SERVICE}/halls/{HALL}/days/{day}/{verb}"


async def cancel_day(town: Town, day=TUESDAY, reason="停电"):
    return await town.hall("POST", path_of(day, "cancel"), {"reason": reason})


def given_up(folder):
    """Another service stands in the file's place."""
    another = service_text(RULES, code="AA-BB-02")
    (folder / "services" / "0.toml").write_text(another, encoding="utf-8")


async def test_who_had_not_come_by_then_is_not_excused_and_the_ban_stays(town_of):
    town = await town_of(service_text(f"{RULES}\n{BAN}"))
    missed = await town.booked("one", slot(MONDAY, "10:30"))
    not_yet_noticed = await town.booked("two", slot(MONDAY, "14:30"))
    to_come = await town.booked("three", slot(MONDAY, "15:00"))
    await town.at(MONDAY, "15:05")

    assert (await cancel_day(town, MONDAY)).status == 202
    await town.at(MONDAY, "16:00")

    assert await town.state("one", missed) == "no_show"
    assert await town.state("two", not_yet_noticed) == "no_show"
    assert await town.state("three", to_come) == "cancelled_by_hall"
    assert (await town.book("one", slot(WEDNESDAY))).code == "banned"


async def test_who_waits_in_the_hall_is_sent_away_though_the_slot_is_over(town_of):
    town = await town_of(service_text(RULES))
    waiting = await town.booked("one", slot(MONDAY, "10:30"))
    served = await town.booked("two", slot(MONDAY, "10:30"))
    await town.serve(served, MONDAY, "10:40")
    assert (await town.hall("POST", f"/appointments/{waiting}/check-in")).status == 200
    await town.at(MONDAY, "11:30")

    await cancel_day(town, MONDAY)
    await town.at(MONDAY, "11:31")

    assert await town.state("one", waiting) == "cancelled_by_hall"
    assert await town.state("two", served) == "done"


async def test_a_day_that_is_over_can_neither_be_cancelled_nor_opened_again(town_of):
    town = await town_of(service_text(RULES))
    sunday = MONDAY - timedelta(days=1)

    refused = await cancel_day(town, sunday)
    assert (refused.status, refused.code) == (409, "day_over")
    again = await town.hall("POST", path_of(sunday, "reopen"))
    assert (again.status, again.code) == (409, "day_over")


async def test_the_first_reason_stays_and_the_second_call_says_so(town_of):
    town = await town_of(service_text(RULES))
    first = (await cancel_day(town)).body
    assert (first["reason"], first["first_reason_stays"]) == ("停电", False)

    assert (await cancel_day(town)).body == first
    second = (await cancel_day(town, reason="设备检修")).body

    assert second == first | {"first_reason_stays": True}


async def test_a_day_opened_again_is_booked_and_what_was_cancelled_stays_so(town_of):
    town = await town_of(service_text(RULES))
    gone = await town.booked("one", slot(TUESDAY))
    await cancel_day(town)
    await town.at(MONDAY, "10:01")

    opened = await town.hall("POST", path_of(TUESDAY, "reopen"))
    assert opened.status == 200
    booked = await town.booked("two", slot(TUESDAY))
    await town.at(MONDAY, "10:05")  # when the second sweep would have come

    assert await town.state("one", gone) == "cancelled_by_hall"
    assert await town.state("two", booked) == "confirmed"
    assert (await town.hall("POST", path_of(TUESDAY, "reopen"))).body == opened.body
    moved = await town.reschedule("one", gone, slot(TUESDAY))
    assert (moved.status, moved.body["state"]) == (200, "confirmed")


async def test_a_day_opened_again_can_be_cancelled_again_for_another_reason(town_of):
    town = await town_of(service_text(RULES))
    await cancel_day(town)
    await town.hall("POST", path_of(TUESDAY, "reopen"))
    booked = await town.booked("one", slot(TUESDAY))

    again = await cancel_day(town, reason="设备检修")
    await town.at(MONDAY, "10:01")

    assert (again.body["reason"], again.body["first_reason_stays"]) == ("设备检修", False)
    assert await town.state("one", booked) == "cancelled_by_hall"
    assert (await town.book("two", slot(TUESDAY))).code == "hall_closed"


async def test_a_day_nobody_cancelled_cannot_be_opened_again(town_of):
    town = await town_of(service_text(RULES))

    refused = await town.hall("POST", path_of(TUESDAY, "reopen"))

    assert (refused.status, refused.code) == (409, "not_cancelled")


async def test_the_day_of_a_service_whose_file_is_gone_is_cancelled_like_any_other(
    town_of, tmp_path
):
    town = await town_of(service_text(RULES))
    id = await town.booked("one", slot(TUESDAY))
    given_up(tmp_path)
    await town.at(MONDAY, "10:05")

    assert (await cancel_day(town)).status == 202
    await town.at(MONDAY, "10:06")

    assert await town.state("one", id) == "cancelled_by_hall"


async def test_a_service_that_never_was_and_a_hall_it_never_had_have_no_day_to_cancel(
    town_of, tmp_path
):
    town = await town_of(service_text(RULES))
    nowhere = await town.hall(
        "POST", f"/services/{SERVICE}/halls/nowhere/days/{TUESDAY}/cancel", {"reason": "停电"}
    )
    given_up(tmp_path)
    await town.at(MONDAY, "10:05")

    assert nowhere.code == "no_such_hall"
    assert (await cancel_day(town)).code == "no_appointments"


async def test_who_had_booked_a_day_on_which_the_file_has_no_hours_any_more_is_told(
    town_of, tmp_path
):
    town = await town_of(service_text(RULES))
    tuesday = await town.booked("one", slot(TUESDAY))
    wednesday = await town.booked("one", slot(WEDNESDAY))
    hours = '{ weekdays = [1, 3, 4, 5], opens = "09:00", closes = "12:00" }'
    fewer = service_text(RULES).replace('opens = ["09:00", "12:00", "13:30", "17:00"]', "")
    text = f"{fewer}hours = [{hours}]"
    (tmp_path / "services" / "0.toml").write_text(text, encoding="utf-8")
    await town.at(MONDAY, "10:05")
    [job] = [each for each in town.gateway.table.jobs if each.name == "hall-rests"]

    await job.run(town.clock.now())
    await town.at(MONDAY, "10:06")

    shown = (await town.citizen("one", "GET", f"/appointments/{tuesday}")).body
    assert "当天放假，大厅不办公" in shown["says"]
    assert (shown["state"], len(shown["offers"])) == ("cancelled_by_hall", 3)
    assert await town.state("one", wednesday) == "confirmed"


async def test_one_call_cancels_a_halls_day_for_every_service(town_of):
    other = "AA-BB-02"
    town = await town_of(service_text(RULES), service_text(RULES, code=other))
    one = await town.booked("one", slot(TUESDAY))
    two = await town.booked("two", slot(TUESDAY), other)
    everything = f"/halls/{HALL}/days/{TUESDAY}/cancel"
    nowhere = f"/halls/nowhere/days/{TUESDAY}/cancel"

    closed = await town.hall("POST", everything, {"reason": "停电"})
    await town.at(MONDAY, "10:01")

    assert closed.status == 202
    assert {each["service"] for each in closed.body["closures"]} == {SERVICE, other}
    assert await town.state("one", one) == "cancelled_by_hall"
    assert await town.state("two", two) == "cancelled_by_hall"
    assert (await town.hall("POST", nowhere, {"reason": "停电"})).code == "no_such_hall"
