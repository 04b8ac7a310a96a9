"""What departments call: verified, acted on once, answered signed; nothing else is believed."""

import asyncio
import json
from datetime import date

import pytest
from pydantic import BaseModel

from channel_gateway.domain.errors import Conflict, Unavailable
from channel_gateway.service import DepartmentCall
from tests.journeys.appointments.town import HALL, SERVICE, slot
from tests.journeys.departments.bureau import DEPARTMENT, OTHER, service_of

COUNT = b'{"type":"counter.count","timestamp":"2027-01-01T00:00:00Z","data":{"number":1}}'


class Wish(BaseModel):
    number: int
    name: str = ""


class Counted(BaseModel):
    count: int


class Counter:
    """A row of a plug-in, whose answer tells one act from the next."""

    def __init__(self, *troubles: Exception) -> None:
        self.count = 0
        self.troubles = list(troubles)

    async def act(self, ask):
        self.count += 1
        if self.troubles:
            raise self.troubles.pop(0)
        return Counted(count=self.count)

    def row(self):
        return DepartmentCall("counter.count", Wish, self.act, "Count", answer=Counted)


@pytest.fixture
def counter(bureau):
    counter = Counter()
    bureau.gateway.table.department_calls.append(counter.row())
    return counter


async def called(bureau, data=None, **more):
    return await bureau.department_calls("counter.count", data or {"number": 1}, **more)


async def test_a_call_is_answered_signed_under_its_own_id(bureau, counter):
    answer = await called(bureau)

    assert (answer["status"], answer["answer"], answer["signed"]) == (200, {"count": 1}, True)


async def test_members_we_do_not_know_are_borne(bureau, counter):
    answer = await called(bureau, {"number": 1, "since": "2027"})

    assert answer["status"] == 200


@pytest.mark.parametrize("spoil", ["signature", "timestamp", "future", "body", "id", "header"])
async def test_who_cannot_sign_is_refused_unsigned_and_nothing_is_done(bureau, counter, spoil):
    answer = await called(bureau, spoil=spoil)

    assert (answer["status"], answer["signed"], counter.count) == (401, False, 0)


async def test_a_call_signed_with_another_departments_secret_is_refused(bureau, counter):
    theirs = (OTHER, "call_secret_files")
    assert (await bureau.post(COUNT, OTHER, secrets_of=theirs)).status == 200

    refused = await bureau.post(COUNT, DEPARTMENT, secrets_of=theirs)
    assert (refused.status, refused.id, counter.count) == (401, None, 1)


async def test_our_own_words_handed_back_are_no_call(bureau, counter):
    refused = await bureau.post(COUNT, secrets_of=(DEPARTMENT, "secret_files"))

    assert (refused.status, refused.id, counter.count) == (401, None, 0)


async def test_a_repeated_call_gets_the_first_answer_and_acts_once(bureau, counter):
    answers = [await bureau.post(COUNT) for _ in range(3)]
    other = await bureau.post(COUNT, id="wish-2")

    assert [(each.body, each.id) for each in answers] == [({"count": 1}, "wish-1")] * 3
    assert (other.body, other.id) == ({"count": 2}, "wish-2")


async def test_a_call_whose_answer_was_lost_acts_once(bureau, counter):
    told = await bureau.control(
        "POST",
        f"/departments/{DEPARTMENT}/calls",
        type="counter.count",
        data={"number": 1},
        to=bureau.url,
        times=3,
    )

    assert [each["answer"] for each in told["answers"]] == [{"count": 1}] * 3
    assert all(each["signed"] for each in told["answers"])
    assert counter.count == 1


async def test_equal_calls_at_once_act_once(bureau, counter):
    answers = await asyncio.gather(*(bureau.post(COUNT) for _ in range(20)))

    assert {each.status for each in answers} == {200}
    assert counter.count == 1


async def test_a_departments_rush_is_bounded_and_another_department_is_served(bureau):
    free, at_work = asyncio.Event(), asyncio.Queue[str]()

    async def wait(ask):
        at_work.put_nowait(ask.id)
        await free.wait()
        return Counted(count=1)

    row = DepartmentCall("counter.count", Wish, wait, "Wait", answer=Counted)
    bureau.gateway.table.department_calls.append(row)
    waiting = [asyncio.create_task(bureau.post(COUNT, id=f"wish-{n}")) for n in range(32)]
    assert len({await at_work.get() for _ in range(32)}) == 32

    refused = await bureau.post(COUNT, id="one-more")
    assert (refused.status, refused.body["code"], refused.id) == (429, "too_many", "one-more")
    others = asyncio.create_task(
        bureau.post(COUNT, OTHER, id="theirs", secrets_of=(OTHER, "call_secret_files"))
    )
    assert await at_work.get() == "theirs"
    free.set()
    answers = await asyncio.gather(*waiting, others)
    assert {each.status for each in answers} == {200}


async def test_the_same_id_with_another_body_is_refused(bureau, counter):
    await bureau.post(COUNT)
    other = await bureau.post(COUNT.replace(b"1", b"2"))

    assert (other.status, other.id) == (409, "wish-1")
    assert (other.body["code"], other.body["field"]) == ("id_reused", "webhook-id")
    assert counter.count == 1


async def test_two_departments_may_use_the_same_id(bureau, counter):
    assert (await called(bureau, id="wish-1"))["answer"] == {"count": 1}
    assert (await called(bureau, id="wish-1", department=OTHER))["answer"] == {"count": 2}


async def test_the_first_answer_is_kept_for_a_week(bureau, counter):
    counts = [(await bureau.post(COUNT)).body["count"]]
    job = next(e for e in bureau.gateway.table.jobs if e.name == "purge-department-answers")
    for hours in (6 * 24 + 23, 2):
        await bureau.pass_time(hours=hours)
        await job.run(bureau.now())
        counts.append((await bureau.post(COUNT)).body["count"])

    assert counts == [1, 1, 2]


async def test_what_is_not_known_is_to_be_repeated_and_then_acts(bureau):
    counter = Counter(Unavailable("the finance authority at 10.0.0.7 is silent"))
    bureau.gateway.table.department_calls.append(counter.row())

    first, again = await bureau.post(COUNT), await bureau.post(COUNT)

    assert (first.status, first.id, first.body["code"]) == (503, "wish-1", "unavailable")
    assert "10.0.0.7" not in first.body["message"]
    assert (again.status, again.body) == (200, {"count": 2})


async def test_a_refusal_is_a_first_answer_too(bureau):
    counter = Counter(Conflict("not in this state"))
    bureau.gateway.table.department_calls.append(counter.row())

    first, again = await bureau.post(COUNT), await bureau.post(COUNT)

    assert (first.status, again.status, counter.count) == (409, 409, 1)
    assert first.body == again.body == {"code": "conflict", "message": "not in this state"}


@pytest.mark.parametrize(
    ("kind", "data", "status", "code", "field"),
    [
        ("counter.conut", {"number": 1}, 404, "not_found", "type"),
        ("counter.count", {}, 422, "invalid", "number"),
        ("counter.count", {"number": 1, "name": 5}, 422, "invalid", "name"),
        ("hall_day.cancel", {"service": SERVICE, "hall": HALL}, 422, "invalid", "day"),
    ],
)
async def test_a_wrong_call_is_told_which_member_is_wrong(
    bureau, counter, kind, data, status, code, field
):
    answer = await bureau.department_calls(kind, data)

    assert (answer["status"], answer["signed"]) == (status, True)
    assert (answer["answer"]["code"], answer["answer"]["field"]) == (code, field)
    assert answer["answer"]["message"]


async def test_what_a_caller_wrote_of_a_person_is_never_repeated(bureau, counter, caplog):
    answer = await called(bureau, {"number": "张三的身份证"})

    assert answer["status"] == 422
    assert "张三" not in json.dumps(answer, ensure_ascii=False)
    assert "张三" not in caplog.text


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [(b"[]", "application/json"), (b"{", "application/json"), (b'{"type":"x"}', "text/plain")],
)
async def test_what_is_no_json_object_is_refused_signed(bureau, raw, media_type):
    refused = await bureau.post(raw, media_type=media_type)

    assert (refused.status, refused.body["code"], refused.id) == (400, "malformed", "wish-1")


async def test_a_body_beyond_the_bound_is_refused_unread(bureau, counter):
    answer = await called(bureau, {"number": 1, "name": "x" * 70_000})

    assert (answer["status"], counter.count) == (413, 0)


async def test_a_department_cancels_a_halls_day_and_the_citizens_hear_why(bureau):
    day, other_day, *_ = await bureau.bookable_days()
    [mine, others] = [
        await bureau.booked("one", slot(day)),
        await bureau.booked("two", slot(other_day)),
    ]
    await bureau.work()
    data = {"service": SERVICE, "hall": HALL, "day": day, "reason": "系统升级"}

    answer = await bureau.department_calls("hall_day.cancel", data)
    assert (answer["status"], answer["answer"]) == (200, {"cancelled": True})
    assert (await bureau.department_calls("hall_day.cancel", data))["status"] == 200
    await bureau.work()

    shown = (await bureau.citizen("one", "GET", f"/appointments/{mine}")).body
    assert shown["state"] == "cancelled_by_hall"
    assert "系统升级" in shown["says"]
    assert await bureau.state("two", others) == "confirmed"
    refused = await bureau.book("three", slot(day))
    assert (refused.status, refused.code) == (409, "hall_closed")
    last = (await bureau.heard())[-1]
    assert (last["type"], last["data"]["state"]) == ("appointment.cancelled", "cancelled_by_hall")


@pytest.mark.parametrize("gone", ["hall", "service"])
async def test_a_day_is_cancelled_though_the_file_does_not_name_its_hall_any_more(
    bureau_of, tmp_path, gone
):
    bureau = await bureau_of(service_of(), service_of(OTHER, code="CC-DD-02"))
    day, other_day, *_ = await bureau.bookable_days()
    id = await bureau.booked("one", slot(day))
    file = tmp_path / "services" / "0.toml"
    if gone == "service":
        file.unlink()
    else:
        file.write_text(file.read_text().replace(f'code = "{HALL}"', 'code = "renamed"'))
    await bureau.pass_time(seconds=3)
    data = {"service": SERVICE, "hall": HALL, "day": day, "reason": "搬迁"}

    for nothing in (data | {"day": other_day}, data | {"hall": "west"}):
        assert (await bureau.department_calls("hall_day.cancel", nothing))["status"] == 404
    refused = await bureau.department_calls("hall_day.cancel", data, OTHER)
    assert refused["answer"]["code"] == "not_your_service"
    assert (await bureau.department_calls("hall_day.cancel", data))["status"] == 200
    await bureau.work()
    assert await bureau.state("one", id) == "cancelled_by_hall"


async def test_a_department_acts_on_its_own_services_alone(bureau_of):
    bureau = await bureau_of(service_of(), service_of(OTHER, code="AA-BB-02"))
    day, *_ = await bureau.bookable_days()
    for service in ("AA-BB-02", "ZZ-ZZ-99"):
        data = {"service": service, "hall": HALL, "day": day, "reason": "停电"}
        refused = await bureau.department_calls("hall_day.cancel", data)
        assert (refused["status"], refused["answer"]["code"]) == (404, "not_your_service")
        assert refused["answer"]["field"] == "service"

    there = await bureau.slots(date.fromisoformat(day), "AA-BB-02")
    assert there["slots"][0]["why_not"] is None


async def test_a_call_sent_again_when_it_is_old_is_refused(bureau, counter):
    signed_at, statuses = bureau.now(), []
    for minutes in (4, 2):
        await bureau.pass_time(minutes=minutes)
        statuses.append((await bureau.post(COUNT, signed_at=signed_at)).status)

    assert (statuses, counter.count) == ([200, 401], 1)
