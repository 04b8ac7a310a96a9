"""What departments are told: verified there, kept until they have it, never lost unseen."""

from datetime import date, timedelta

from adapters.departments.events import EVENTS
from channel_gateway.domain.days import at_minute
from tests.journeys.appointments.town import ANSWERS, HALL, SERVICE, slot
from tests.journeys.departments.bureau import DEPARTMENT, OTHER, reopened, service_of


async def test_the_department_hears_of_each_step_of_an_appointment(bureau):
    day, next_day, *_ = await bureau.bookable_days()
    id = await bureau.booked("one", slot(day))
    await bureau.work()
    await bureau.reschedule("one", id, slot(next_day))
    await bureau.work()
    await bureau.cancel("one", id)
    await bureau.work()

    booked, moved, cancelled = await bureau.heard()
    assert [each["type"] for each in (booked, moved, cancelled)] == [
        "appointment.booked",
        "appointment.moved",
        "appointment.cancelled",
    ]
    assert booked["data"] == {
        "appointment_id": id,
        "service": SERVICE,
        "hall": HALL,
        "slot": slot(day),
        "starts_at": f"{day}T01:00:00Z",
        "ends_at": f"{day}T01:30:00Z",
        "state": "confirmed",
        "version": 1,
        "answers": ANSWERS,
    }
    assert (moved["data"]["slot"], moved["data"]["answers"]) == (slot(next_day), ANSWERS)
    assert cancelled["data"]["state"] == "cancelled_by_citizen"
    assert "answers" not in cancelled["data"]
    assert [each["data"]["version"] for each in (booked, moved, cancelled)] == [1, 2, 3]
    assert [(each["times"], each["late"]) for each in (booked, moved, cancelled)] == [
        (1, False)
    ] * 3


async def test_the_day_in_the_hall_is_told(bureau):
    day, *_ = await bureau.bookable_days()
    came = await bureau.booked("one", slot(day))
    await bureau.booked("two", slot(day))
    await bureau.until(at_minute(date.fromisoformat(day), 9 * 60))
    for verb in ("check-in", "call", "done"):
        assert (await bureau.hall("POST", f"/appointments/{came}/{verb}")).status == 200
    await bureau.until(at_minute(date.fromisoformat(day), 10 * 60))

    told = [each["type"].removeprefix("appointment.") for each in await bureau.heard()]
    assert sorted(told) == ["booked", "booked", "checked_in", "done", "no_show"]


async def test_a_department_that_is_down_for_two_days_misses_nothing(bureau):
    day, next_day, *_ = await bureau.bookable_days()
    await bureau.down()
    ids = [await bureau.booked(f"person {n}", slot(day, f"{9 + n}:00".zfill(5))) for n in range(3)]
    await bureau.reschedule("person 0", ids[0], slot(next_day, "16:30"))
    await bureau.pass_time(hours=20)
    assert await bureau.heard() == []

    await bureau.pass_time(days=1, hours=4)
    await bureau.back()
    await bureau.pass_time(hours=6)

    heard = await bureau.heard()
    assert {each["data"]["appointment_id"] for each in heard} == set(ids)
    versions = [e["data"]["version"] for e in heard if e["data"]["appointment_id"] == ids[0]]
    assert versions == sorted(versions)
    assert not any(each["late"] for each in heard)


async def test_after_three_days_an_event_is_a_dead_letter_that_both_see_and_either_resends(bureau):
    day, *_ = await bureau.bookable_days()
    await bureau.down()
    [first, second] = [await bureau.booked(who, slot(day)) for who in ("one", "two")]
    await bureau.pass_time(days=2, hours=23)
    assert (await bureau.hall("GET", "/dead-letters")).body["letters"] == []
    await bureau.pass_time(days=2)

    letters = (await bureau.hall("GET", "/dead-letters")).body["letters"]
    booked = [each for each in letters if each["detail"] == "appointment.booked"]
    assert {each["id"] for each in booked} == {f"{first}-1", f"{second}-1"}
    assert {each["collection"] for each in booked} == {"department_events"}
    await bureau.back()
    seen = await bureau.department_calls("letters.list", {})
    assert (seen["status"], seen["signed"]) == (200, True)
    theirs = [e for e in seen["answer"]["letters"] if e["type"] == "appointment.booked"]
    assert {each["event_id"] for each in theirs} == {f"{first}-1", f"{second}-1"}
    assert theirs[0]["tries"] == 25
    assert "exit_entry" not in theirs[0]["note"]

    for _ in range(2):  # asked twice, sent once
        resent = await bureau.department_calls("letters.resend", {"event_id": f"{first}-1"})
        assert (resent["status"], resent["answer"]) == (200, {"resent": True})
    path = f"/dead-letters/department_events/{second}-1/deliver/resend"
    assert (await bureau.hall("POST", path)).status == 204
    await bureau.work()

    known = {e["id"]: e["times"] for e in await bureau.heard()}
    assert (known[f"{first}-1"], known[f"{second}-1"]) == (1, 1)
    assert (await bureau.department_calls("letters.list", {}))["answer"]["letters"] == [
        each for each in seen["answer"]["letters"] if each not in theirs
    ]


async def test_another_departments_letters_are_neither_seen_nor_resent(bureau):
    day, *_ = await bureau.bookable_days()
    await bureau.fault("gone", "appointment.booked")
    id = await bureau.booked("one", slot(day))
    await bureau.work()

    seen = await bureau.department_calls("letters.list", {}, OTHER)
    assert seen["answer"] == {"letters": []}
    refused = await bureau.department_calls("letters.resend", {"event_id": f"{id}-1"}, OTHER)
    assert (refused["status"], refused["answer"]["code"]) == (404, "not_found")
    assert refused["answer"]["field"] == "event_id"


async def test_a_department_that_has_left_gets_no_second_try(bureau):
    day, *_ = await bureau.bookable_days()
    await bureau.fault("gone", "appointment.booked")
    await bureau.booked("one", slot(day))
    await bureau.work()

    [letter] = (await bureau.hall("GET", "/dead-letters")).body["letters"]
    assert "410" in letter["note"]
    assert await bureau.requests("appointment.booked") == 1


async def test_an_event_whose_answer_was_lost_comes_again_with_the_same_id(bureau):
    day, *_ = await bureau.bookable_days()
    await bureau.fault("reply_lost", "appointment.booked", times=2)
    await bureau.booked("one", slot(day))
    await bureau.pass_time(seconds=25)

    [heard] = await bureau.heard()
    assert heard["times"] == 3


async def test_older_news_of_an_appointment_goes_first_when_the_department_is_back(bureau):
    day, next_day, *_ = await bureau.bookable_days()
    await bureau.down()
    id = await bureau.booked("one", slot(day))
    await bureau.pass_time(hours=2)
    await bureau.reschedule("one", id, slot(next_day))
    await bureau.back()
    await bureau.work()  # the older one's own next try is an hour away

    assert await bureau.kinds() == ["appointment.booked", "appointment.moved"]
    assert [each["times"] for each in await bureau.heard()] == [1, 1]


async def test_what_was_delivered_is_kept_without_its_data_and_forgotten_after_a_month(bureau):
    day, *_ = await bureau.bookable_days()
    id = await bureau.booked("one", slot(day))
    kept = await bureau.gateway.store.get(EVENTS.name, f"{id}-1")
    assert kept is None
    await bureau.down()
    await bureau.work()
    waiting = await bureau.gateway.store.get(EVENTS.name, f"{id}-1")
    assert ANSWERS["applicant"] not in str(waiting)
    assert "data" in waiting
    await bureau.back()
    await bureau.pass_time(seconds=5)

    kept = await bureau.gateway.store.get(EVENTS.name, f"{id}-1")
    assert (kept["kind"], "data" in kept, "subject" in kept) == ("appointment.booked", False, False)
    job = next(e for e in bureau.gateway.table.jobs if e.name == "purge-department-events")
    await job.run(bureau.now() + timedelta(days=29))
    assert await bureau.gateway.store.get(EVENTS.name, f"{id}-1") is not None
    await job.run(bureau.now() + timedelta(days=31))
    assert await bureau.gateway.store.get(EVENTS.name, f"{id}-1") is None


async def test_who_is_forgotten_is_named_by_nothing_that_still_waits(bureau):
    day, *_ = await bureau.bookable_days()
    await bureau.down()
    id = await bureau.booked("one", slot(day))
    await bureau.pass_time(hours=1)
    assert ANSWERS["applicant"] in await waiting(bureau, f"{id}-1")
    erased = {"appointment_ids": [id]}
    await bureau.departments.tell(DEPARTMENT, f"{id}-erased", "data.erased", erased, bureau.now())
    assert ANSWERS["applicant"] not in await waiting(bureau, f"{id}-1")
    await bureau.back()
    await bureau.pass_time(seconds=1)

    assert await bureau.kinds() == ["appointment.booked", "data.erased"]


async def waiting(bureau, id):
    """What is to be told, in the clear."""
    kept = await bureau.gateway.store.get(EVENTS.name, id)
    return bureau.gateway.edge.vault.open(kept["data"], "department_events.data")


async def test_who_is_not_connected_is_told_nothing_and_nothing_is_kept(bureau_of):
    bureau = await bureau_of(service_of("nobody_connected"))
    day, *_ = await bureau.bookable_days()
    id = await bureau.booked("one", slot(day))
    await bureau.work()

    assert await bureau.gateway.store.find(EVENTS.name) == []
    assert await bureau.state("one", id) == "confirmed"
    assert not bureau.departments.connected("nobody_connected")
    assert bureau.departments.connected(DEPARTMENT)


async def test_what_happens_while_a_services_file_is_away_is_told(bureau_of, tmp_path):
    bureau = await bureau_of(service_of(), service_of(OTHER, code="CC-DD-02"))
    day, *_ = await bureau.bookable_days()
    id = await bureau.booked("one", slot(day))
    await bureau.work()
    (tmp_path / "services" / "0.toml").unlink()
    await bureau.pass_time(seconds=3)

    await bureau.cancel("one", id)
    await bureau.work()

    assert await bureau.kinds() == ["appointment.booked", "appointment.cancelled"]


async def test_a_department_that_was_connected_when_it_was_booked_hears_it_all_in_the_end(
    bureau_of, tmp_path
):
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    bureau = await bureau_of(service_of(), store=store)
    day, *_ = await bureau.bookable_days()
    id = await bureau.booked("one", slot(day))
    await bureau.work()
    async with reopened(bureau, tmp_path, store=store, without=DEPARTMENT) as gap:
        await gap.cancel("one", id)
        await gap.pass_time(hours=5)
        assert (await gap.hall("GET", "/dead-letters")).body["letters"] == []
    assert await bureau.kinds() == ["appointment.booked"]

    await bureau.pass_time(hours=1)
    assert await bureau.kinds() == ["appointment.booked", "appointment.cancelled"]


async def test_who_stays_away_for_three_days_finds_its_news_among_the_dead_letters(
    bureau_of, tmp_path
):
    store = f"sqlite:{tmp_path / 'gateway.db'}"
    bureau = await bureau_of(service_of(), store=store)
    day, *_ = await bureau.bookable_days()
    id = await bureau.booked("one", slot(day))
    await bureau.work()
    async with reopened(bureau, tmp_path, store=store, without=DEPARTMENT) as gap:
        await gap.cancel("one", id)
        await gap.pass_time(days=4)
        letters = (await gap.hall("GET", "/dead-letters")).body["letters"]
        assert [each["id"] for each in letters] == [f"{id}-2"]

    seen = (await bureau.department_calls("letters.list", {}))["answer"]["letters"]
    assert [each["event_id"] for each in seen] == [f"{id}-2"]
    await bureau.department_calls("letters.resend", {"event_id": f"{id}-2"})
    await bureau.work()
    assert await bureau.kinds() == ["appointment.booked", "appointment.cancelled"]


async def test_check_names_each_department_of_the_files_that_is_not_connected(bureau_of):
    bureau = await bureau_of(service_of(), service_of("nobody_connected", code="CC-DD-02"))

    said = [each for each in bureau.gateway.table.remarks if "not connected" in each]
    assert said == [
        "appointment: service files name nobody_connected, which is not connected: it hears nothing"
    ]
