"""A case told over sockets, reviewed badly, and put right by the department that hears of it."""

from datetime import date

import pytest

from tests.journeys.appointments.town import HALL, SERVICE, slot
from tests.journeys.departments.bureau import DEPARTMENT, OTHER

NUMBER = "11010519491231002X"  # the standard's own example


@pytest.fixture
async def visit(bureau):
    """An appointment that was done this morning."""
    day = date.fromisoformat((await bureau.bookable_days())[0])
    id = await bureau.booked("one", slot(day))
    await bureau.serve(id, day, "08:55")
    return id


async def progress(bureau, state, department=DEPARTMENT, **more):
    data = {
        "case_no": "2026-1",
        "service": SERVICE,
        "state": state,
        "at": bureau.now().isoformat(),
        "something": "new",
        **more,
    }
    return await bureau.department_calls("case.progress", data, department)


async def test_a_case_is_told_reviewed_and_put_right(bureau, visit):
    told = await progress(bureau, "decided", appointment_id=visit, outcome="refused", note="缺件")
    assert (told["status"], told["signed"], told["answer"]["state"]) == (200, True, "decided")
    case = told["answer"]["case_id"]
    shown = (await bureau.citizen("one", "GET", f"/cases/{case}")).body
    assert (shown["says"], shown["history"][0]["note"]) == ("已办结：不予。", "缺件")

    body = {"case_id": case, "level": 1, "indicators": ["113"], "words": "跑了三个窗口"}
    given = await bureau.citizen("one", "POST", "/reviews", body)
    assert given.status == 201
    await bureau.pass_time(seconds=5)
    heard = [each for each in await bureau.heard() if each["type"] == "review.bad"]
    assert len(heard) == 1
    data = heard[0]["data"]
    assert (data["case_no"], data["level"], data["words"]) == ("2026-1", 1, "跑了三个窗口")

    for step, state in (("verified", "fixing"), ("fixed", "feedback"), ("called_back", "closed")):
        progressed = {"review_id": data["review_id"], "step": step, "note": "已合并窗口"}
        answer = await bureau.department_calls("review.progress", progressed)
        assert (answer["status"], answer["answer"]) == (200, {"state": state})
    told = (await bureau.citizen("one", "GET", f"/reviews/{data['review_id']}")).body
    assert told["says"] == "整改已办结。如不满意，可申诉一次。"


async def test_what_is_not_theirs_or_wrong_is_refused_and_not_repeated(bureau, visit):
    citizen = {"name": "张三", "id_number": NUMBER}
    theirs = await progress(bureau, "accepted", OTHER, citizen=citizen)
    assert (theirs["status"], theirs["answer"]["code"]) == (404, "not_your_service")

    wrong = NUMBER[:-1] + "1"
    slip = await progress(bureau, "accepted", citizen=citizen | {"id_number": wrong})
    assert (slip["status"], slip["answer"]["field"]) == (422, "citizen.id_number")
    nobodys = await progress(bureau, "accepted")
    assert nobodys["status"] == 422
    assert wrong not in str(slip)
    assert await bureau.gateway.store.find("cases") == []


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_a_moment_at_the_calendars_edge_is_refused_signed(bureau, at):
    citizen = {"name": "张三", "id_number": NUMBER}
    for kind, data in (
        ("case.progress", {"service": SERVICE, "state": "review", "citizen": citizen}),
        ("licence.issued", {"name": "护照"}),
    ):
        told = await bureau.department_calls(kind, {"case_no": "1", "at": at, **data})
        assert (told["status"], told["signed"], told["answer"]["field"]) == (422, True, "at")


@pytest.mark.parametrize(("day", "status"), [("0001-01-01", 409), ("9999-12-31", 200)])
async def test_a_day_at_the_calendars_edge_is_past_or_can_be_cancelled(bureau, day, status):
    data = {"service": SERVICE, "hall": HALL, "day": day, "reason": "停电"}
    told = await bureau.department_calls("hall_day.cancel", data)
    assert (told["status"], told["signed"]) == (status, True)
    await bureau.work()


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"outcome": "granted"}, "outcome", "comes with decided, and only then"),
        ({"state": "decided"}, "outcome", "comes with decided, and only then"),
        (
            {"citizen": None},
            "appointment_id",
            "whose case it is: citizen or appointment_id is wanted",
        ),
        ({"note": "缺\x00件"}, "note", "holds a character that cannot be seen"),
        ({"note": "\u202e件"}, "note", "holds a character that cannot be seen"),
        ({"note": "一\n二"}, "note", "holds a character that cannot be seen"),
        (
            {"citizen": {"name": "张\n三", "id_number": NUMBER}},
            "citizen.name",
            "holds a character that cannot be seen",
        ),
        (
            {"citizen": {"name": "张三", "id_number": "110105491231002"}},
            "citizen.id_number",
            "an identity number has 17 digits and a check character; 15 digits are the old form",
        ),
    ],
)
async def test_the_member_that_is_wrong_is_named_and_said_plainly(bureau, wrong, field, said):
    citizen = {"name": "张三", "id_number": NUMBER}
    told = await progress(bureau, **({"state": "review", "citizen": citizen} | wrong))
    assert (told["status"], told["answer"]["field"]) == (422, field)
    assert told["answer"]["message"] == said


async def test_a_step_of_a_review_offers_what_departments_may_say(bureau):
    told = await bureau.department_calls("review.progress", {"review_id": "R1", "step": "kept"})
    assert (told["status"], told["answer"]["field"]) == (422, "step")
    assert "fixed" in told["answer"]["message"]
    assert "kept" not in told["answer"]["message"]


async def test_what_citizens_read_of_a_cancelled_day_can_be_read(bureau):
    day, *_ = await bureau.bookable_days()
    for reason in ("停\x00电", "停\n电", " "):
        data = {"service": SERVICE, "hall": HALL, "day": day, "reason": reason}
        told = await bureau.department_calls("hall_day.cancel", data)
        assert (told["status"], told["answer"]["field"]) == (422, "reason")
