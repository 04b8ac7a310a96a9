"""Cases: told by departments, shown to whom they belong, hidden from everybody else."""

import json
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Invalid, NotFound
from channel_gateway.ports import NoSuchHall, PersonalData
from channel_gateway.services.case.cases import CASES
from tests.journeys.appointments.town import HALL, MONDAY, SERVICE, slot
from tests.journeys.cases.city import NUMBER, call_named, moment, progress, told
from tests.journeys.cases.conftest import OTHER

TUESDAY = MONDAY + timedelta(days=1)
CITIZEN = {"name": "张三", "id_number": NUMBER}


async def known(town, who, number=NUMBER):
    """Make a citizen's number known, as its proof by the platform does."""
    await town.citizen(who, "GET", "/cases")
    person = town.gateway.edge.vault.blind_index(number, "people.id_number")
    [citizen] = [
        each["_id"]
        for each in await town.gateway.store.find("identities", limit=100)
        if await _openid(town, each["_id"]) == f"openid-of-{who}"
    ]
    await town.gateway.store.mutate(
        "identities", citizen, lambda document: document | {"person": person}
    )
    for data in town.gateway.table.offered(PersonalData).values():
        await data.adopt(citizen, person, town.clock.now())
    return person


async def _openid(town, citizen):
    return (await town.gateway.edge.sessions.openid(citizen)).reveal()


async def test_a_case_made_from_an_appointment_is_its_persons(town):
    visit = await town.booked("one", slot(TUESDAY))
    id = await progress(town, "2026-1", "correction", appointment_id=visit, note="请补交照片")

    listed = (await town.citizen("one", "GET", "/cases")).body["cases"]
    assert [(each["case_id"], each["state"]) for each in listed] == [(id, "correction")]
    shown = (await town.citizen("one", "GET", f"/cases/{id}")).body
    assert shown["says"] == "材料需要补正，请按下方说明补齐后提交。"
    assert shown["service_name"] == f"事项{SERVICE}"
    assert [(each["says"], each["note"]) for each in shown["history"]] == [
        ("补正：请补齐材料", "请补交照片")
    ]
    other = await town.citizen("two", "GET", f"/cases/{id}")
    assert (other.status, other.code) == (404, "no_such_case")
    assert (await town.citizen("two", "GET", "/cases")).body["cases"] == []


async def test_a_case_told_by_number_is_shown_once_the_citizen_is_proven(town):
    id = await progress(town, "2026-1", "accepted", citizen=CITIZEN)
    assert (await town.citizen("one", "GET", f"/cases/{id}")).status == 404

    await known(town, "one")
    assert (await town.citizen("one", "GET", f"/cases/{id}")).body["state"] == "accepted"


async def test_an_accounts_case_is_the_proven_persons_from_then_on(town):
    visit = await town.booked("one", slot(TUESDAY))
    id = await progress(town, "2026-1", "accepted", appointment_id=visit)
    await known(town, "one")

    assert (await town.citizen("one", "GET", f"/cases/{id}")).body["state"] == "accepted"


async def test_outcome_and_licences_are_told_in_plain_words(town):
    visit = await town.booked("one", slot(TUESDAY))
    id = await progress(town, "2026-1", "decided", appointment_id=visit)
    for _ in range(2):
        await told(
            town,
            "licence.issued",
            case_no="2026-1",
            licence_no="E12345678",
            name="普通护照",
            at=moment(town.clock.now()),
        )

    shown = (await town.citizen("one", "GET", f"/cases/{id}")).body
    assert (shown["says"], shown["outcome"]) == ("已办结：准予。", "granted")
    assert [(each["name"], each["number"]) for each in shown["licences"]] == [
        ("普通护照", "E12345678")
    ]
    operated = (await town.hall("GET", f"/cases/{id}")).body
    assert operated["licences"][0]["number"] == "E1****"


async def test_a_licence_told_before_its_case_waits_for_it(town):
    visit = await town.booked("one", slot(TUESDAY))
    at = moment(town.clock.now())
    first = await told(town, "licence.issued", case_no="2026-1", name="普通护照", at=at)
    id = await progress(town, "2026-1", "delivered", appointment_id=visit)

    assert first["case_id"] == id
    shown = (await town.citizen("one", "GET", f"/cases/{id}")).body
    assert [each["name"] for each in shown["licences"]] == ["普通护照"]


async def test_the_same_moment_written_another_way_is_the_same_step(town):
    visit = await town.booked("one", slot(TUESDAY))
    id = await progress(town, "1", "accepted", appointment_id=visit, at="2026-03-09T10:00:00+08:00")
    await progress(town, "1", "accepted", appointment_id=visit, at="2026-03-09T02:00:00Z")

    assert len((await town.citizen("one", "GET", f"/cases/{id}")).body["history"]) == 1


async def test_a_department_speaks_of_its_own_services_alone(town):
    visit = await town.booked("one", slot(TUESDAY), OTHER)
    for refused, code, body in (
        (NotFound, "not_your_service", {"service": OTHER, "citizen": CITIZEN}),
        (NotFound, "not_your_service", {"service": "XX-XX-99", "citizen": CITIZEN}),
        (NotFound, "no_such_visit", {"appointment_id": visit}),
        (NotFound, "no_such_visit", {"appointment_id": "A0"}),
    ):
        with pytest.raises(refused) as wrong:
            await progress(town, "2026-1", "accepted", **body)
        assert wrong.value.code == code
    assert await town.gateway.store.find(CASES.name) == []


async def test_two_departments_number_their_cases_alike_and_apart(town):
    ours = await progress(town, "2026-1", "accepted", citizen=CITIZEN)
    body = {"service": OTHER, "at": moment(town.clock.now()), "citizen": CITIZEN}
    theirs = await told(town, "case.progress", "police", case_no="2026-1", state="review", **body)

    assert theirs["case_id"] != ours
    assert (await town.hall("GET", f"/cases/{ours}")).body["state"] == "accepted"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"citizen": {"name": "张三", "id_number": "110105194912310021"}}, "citizen.id_number"),
        ({"citizen": CITIZEN, "at": "2026-03-12T10:00:00Z"}, "at"),
    ],
)
async def test_a_wrong_number_or_a_moment_to_come_is_refused_by_name(town, wrong, field):
    with pytest.raises(Invalid) as refused:
        await progress(town, "2026-1", "accepted", **wrong)

    assert refused.value.field == field
    assert "1949" not in str(refused.value)


@pytest.mark.parametrize(
    "wrong", [{"state": "decided"}, {"outcome": "granted"}, {"citizen": None}, {"case_no": "a|b"}]
)
def test_a_message_that_says_too_little_or_too_much_is_refused(town, wrong):
    right = {
        "case_no": "2026-1",
        "service": SERVICE,
        "state": "accepted",
        "at": "2026-03-09T02:00:00Z",
        "citizen": CITIZEN,
        "unknown": "borne",
    }
    shape = call_named(town, "case.progress").body
    assert shape.model_validate(right)
    with pytest.raises(ValueError) as refused:  # noqa: PT011 (pydantic's own, of several kinds)
        shape.model_validate(right | wrong)
    assert NUMBER not in str(refused.value)


async def test_names_numbers_and_notes_are_nowhere_in_clear(town):
    id = await progress(town, "2026-1", "correction", citizen=CITIZEN, note="请张三补交照片")
    at = moment(town.clock.now())
    await told(town, "licence.issued", case_no="2026-1", licence_no="E987", name="证", at=at)

    kept = json.dumps(await town.gateway.store.find(CASES.name), ensure_ascii=False)
    assert [word for word in ("张三", NUMBER, "照片", "E987") if word in kept] == []
    assert (await town.hall("GET", f"/cases/{id}")).body["applicant"] == "张*"


async def test_a_long_list_of_cases_comes_page_by_page_the_newest_first(town):
    person = await known(town, "one")
    assert person
    made = []
    for number in range(25):
        made.append(await progress(town, f"2026-{number}", "accepted", citizen=CITIZEN))
        town.clock.move(seconds=1)

    first = (await town.citizen("one", "GET", "/cases")).body
    rest = (await town.citizen("one", "GET", f"/cases?after={first['next']}")).body
    seen = [each["case_id"] for each in (*first["cases"], *rest["cases"])]
    assert seen == made[::-1]
    assert (len(first["cases"]), rest["next"]) == (20, None)


async def test_what_is_kept_about_a_person_is_handed_out_and_unlinked(town):
    person = await known(town, "one")
    data = town.gateway.table.offered(PersonalData)["case"]
    id = await progress(town, "2026-1", "review", citizen=CITIZEN, note="请张三补交照片")
    assert await data.open_matters(person) == [f"办理中的办件 2026-1（事项{SERVICE}）"]

    town.clock.move(hours=1)
    await progress(town, "2026-1", "decided", citizen=CITIZEN)
    assert await data.open_matters(person) == []
    [exported] = (await data.export(person))["cases"]
    assert (exported["applicant"], exported["history"][0]["note"]) == ("张三", "请张三补交照片")

    for _ in range(2):
        [why] = await data.erase(person, town.clock.now())
        assert "依法" in why
    assert (await town.citizen("one", "GET", f"/cases/{id}")).status == 404
    town.clock.move(hours=1)
    await progress(town, "2026-1", "delivered", citizen=CITIZEN)
    assert (await town.citizen("one", "GET", f"/cases/{id}")).status == 404
    operated = (await town.hall("GET", f"/cases/{id}")).body
    assert (operated["state"], operated["unlinked"], operated["applicant"]) == (
        "delivered",
        True,
        "",
    )
    assert (await data.consents(person), await data.withdraw(person, "x", town.clock.now())) == (
        [],
        None,
    )


async def test_an_erasure_leaves_what_is_open_and_what_was_begun_after_it(town):
    person = await known(town, "one")
    data = town.gateway.table.offered(PersonalData)["case"]
    asked = town.clock.now()
    begun = await progress(town, "1", "review", citizen=CITIZEN)
    town.clock.move(minutes=1)
    later = await progress(town, "2", "decided", citizen=CITIZEN)

    await data.erase(person, asked)
    for id in (begun, later):
        assert (await town.citizen("one", "GET", f"/cases/{id}")).status == 200


async def test_a_case_from_an_erased_appointment_is_nobodys(town):
    visit = await town.booked("one", slot(TUESDAY))
    await town.cancel("one", visit)
    [document] = await town.gateway.store.find(
        "appointments", equal={"person": await _who(town)}, order="starts_at"
    )
    data = town.gateway.table.offered(PersonalData)["appointment"]
    await data.erase(document["person"], town.clock.now())

    id = await progress(town, "1", "accepted", appointment_id=visit)
    assert (await town.hall("GET", f"/cases/{id}")).status == 200
    assert (
        await town.gateway.store.find(
            CASES.name, equal={"person": document["person"]}, order="opened_at"
        )
        == []
    )
    [kept] = await town.gateway.store.find(CASES.name)
    assert "person" not in kept


async def _who(town):
    """The only account there is."""
    [identity] = await town.gateway.store.find("identities")
    return identity["_id"]


async def test_cases_of_operators_are_closed_to_citizens(town):
    id = await progress(town, "2026-1", "review", citizen=CITIZEN)
    answer = await town.citizen("one", "GET", f"/operator/cases/{id}")
    assert (answer.status, answer.code) == (401, "unauthorized")


async def test_a_hall_that_the_services_file_does_not_name_is_refused(town):
    for hall in ("zhang_wei_19900101", "west"):
        with pytest.raises(NotFound) as refused:
            await progress(town, "1", "review", citizen=CITIZEN, hall=hall)
        assert (refused.value.code, refused.value.field) == ("no_such_hall", "hall")
    assert await town.gateway.store.find(CASES.name) == []

    id = await progress(town, "1", "review", citizen=CITIZEN, hall=HALL)
    assert (await town.hall("GET", f"/cases/{id}")).body["hall"] == HALL


async def test_the_hall_of_the_appointment_counts_though_the_file_calls_it_otherwise_by_now(
    town, tmp_path
):
    visit = await town.booked("one", slot(TUESDAY))
    [file] = [each for each in tmp_path.rglob("*.toml") if SERVICE in each.read_text()]
    file.write_text(file.read_text().replace(f'code = "{HALL}"', 'code = "renamed"'))
    town.clock.move(seconds=3)

    id = await progress(town, "1", "review", appointment_id=visit, hall=HALL)
    assert (await town.hall("GET", f"/cases/{id}")).body["hall"] == HALL
    with pytest.raises(NoSuchHall):
        await progress(town, "2", "review", citizen=CITIZEN, hall=HALL)
