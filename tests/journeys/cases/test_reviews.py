"""Reviews through the public routes: invited, given once, put right, appealed, told in words."""

import asyncio
import json
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.state_machine import NotNow
from channel_gateway.ports import Departments, PersonalData
from channel_gateway.services.review.reviews import REVIEWS
from tests.journeys.appointments.town import HALL, MONDAY, SERVICE, slot
from tests.journeys.cases.city import NUMBER, call_named, progress, told
from tests.journeys.cases.conftest import OTHER

TUESDAY = MONDAY + timedelta(days=1)
WORDS = "排队两小时，请改进"
CITIZEN = {"name": "王五", "id_number": NUMBER}
BAD = {"level": 1, "indicators": ["115", "offline_3"], "words": WORDS}


class PlayedDepartments:
    """`Departments` that remember; the hall's is connected."""

    def __init__(self):
        self.told = {}

    def connected(self, department):
        return department == "hall"

    async def tell(self, department, event_id, kind, data, at):
        self.told.setdefault(event_id, (department, kind, data))


@pytest.fixture
def departments(town):
    played = PlayedDepartments()
    town.gateway.table.offer(Departments, "departments", played)
    return played


@pytest.fixture
async def visit(town):
    """An appointment of `one` that was done on Tuesday morning."""
    id = await town.booked("one", slot(TUESDAY))
    await town.serve(id, TUESDAY, "08:55")
    return id


async def review(town, who="one", **body):
    return await town.citizen(who, "POST", "/reviews", body)


async def reviewed(town, visit, who="one", **body):
    """The id of a review that must come about."""
    answer = await review(town, who, appointment_id=visit, **(BAD | body))
    assert answer.status == 201, answer
    return answer.body["review_id"]


async def invited(town, who="one"):
    return (await town.citizen(who, "GET", "/reviews/invitations")).body["invitations"]


async def step(town, id, said, note="已核实"):
    return await town.hall("POST", f"/reviews/{id}/steps", {"step": said, "note": note})


async def test_what_was_done_may_be_reviewed_for_fifteen_days(town, visit):
    [invitation] = await invited(town)
    assert (invitation["appointment_id"], invitation["scene"]) == (visit, "offline")
    assert await invited(town, "two") == []

    await town.at(TUESDAY + timedelta(days=15), "08:54")
    assert len(await invited(town)) == 1
    await town.at(TUESDAY + timedelta(days=15), "08:55")
    assert await invited(town) == []
    late = await review(town, appointment_id=visit, level=5)
    assert (late.status, late.code) == (409, "review_over")
    assert "3月25日" in late.message


async def test_a_case_and_the_appointment_it_came_from_are_reviewed_once(town, visit):
    case = await progress(town, "1", "review", appointment_id=visit)
    assert await invited(town) == []
    early = await review(town, appointment_id=visit, level=5)
    assert (early.status, early.code) == (409, "not_ended_yet")

    town.clock.move(minutes=5)
    await progress(town, "1", "decided", appointment_id=visit)
    [invitation] = await invited(town)
    assert (invitation["case_id"], invitation["appointment_id"]) == (case, None)

    first = await review(town, case_id=case, level=5, indicators=["510", "offline_1"])
    assert (first.status, first.body["says"]) == (201, "感谢您的评价。")
    assert await invited(town) == []
    for named in ({"case_id": case}, {"appointment_id": visit}):
        second = await review(town, level=1, **named)
        assert (second.status, second.code) == (409, "reviewed_already")
        assert second.body["state"] == "rated"
        assert second.body["review_id"] == first.body["review_id"]


async def test_an_appointment_reviewed_before_its_case_was_told_is_reviewed(town, visit):
    await reviewed(town, visit, level=4, indicators=[])
    case = await progress(town, "1", "decided", appointment_id=visit)

    assert await invited(town) == []
    assert (await review(town, case_id=case, level=1)).code == "reviewed_already"


@pytest.mark.parametrize("case_first", [True, False])
async def test_of_two_reviews_of_what_turns_out_to_be_one_the_later_is_merged(
    town, visit, departments, case_first
):
    case = await progress(town, "1", "decided", citizen=CITIZEN, hall=HALL)
    await owned_by(town, case, visit)
    for named in (case_first, not case_first):
        town.clock.move(minutes=1)
        subject = {"case_id": case} if named else {"appointment_id": visit}
        assert (await review(town, level=1, **subject)).status == 201
    await town.gateway.outbox.work()

    await progress(town, "1", "delivered", appointment_id=visit)
    await town.gateway.outbox.work()

    later, earlier = (await town.citizen("one", "GET", "/reviews")).body["reviews"]
    assert (earlier["state"], later["state"]) == ("verifying", "merged")
    assert later["says"] == "该事项您此前已评价过，本条评价已合并，不再单独统计和处理。"
    assert (later["due_on"], later["may_appeal"]) == (None, False)
    for named in ({"case_id": case}, {"appointment_id": visit}):
        assert (await review(town, level=1, **named)).code == "reviewed_already"


async def test_of_several_cases_of_a_visit_each_is_reviewed_and_the_visit_not_beside(town, visit):
    for number in ("1", "2", "3"):
        case = await progress(town, number, "decided", appointment_id=visit)
        assert (await review(town, level=5, case_id=case)).status == 201
    assert (await review(town, level=1, appointment_id=visit)).code == "reviewed_already"
    assert len(await town.gateway.store.find(REVIEWS.name)) == 3


async def test_who_reviewed_the_visit_itself_has_reviewed_all_its_cases(town, visit):
    await reviewed(town, visit, level=4, indicators=[])
    for number in ("1", "2"):
        case = await progress(town, number, "decided", appointment_id=visit)
        assert (await review(town, case_id=case, level=1)).code == "reviewed_already"
    assert await invited(town) == []


async def test_a_service_that_is_gone_keeps_its_name_in_cases_and_reviews(town, visit, tmp_path):
    case = await progress(town, "1", "decided", appointment_id=visit)
    other = await town.booked("one", slot(TUESDAY + timedelta(days=1)))
    await town.serve(other, TUESDAY + timedelta(days=1), "08:55")
    await review(town, level=5, case_id=case)
    [file] = [each for each in tmp_path.rglob("*.toml") if SERVICE in each.read_text()]
    file.unlink()
    town.clock.move(seconds=3)
    await review(town, level=1, appointment_id=other)

    reviews = (await town.citizen("one", "GET", "/reviews")).body["reviews"]
    cases = (await town.citizen("one", "GET", "/cases")).body["cases"]
    assert [each["service_name"] for each in (*reviews, *cases)] == [f"事项{SERVICE}"] * 3


async def owned_by(town, case, visit):
    """The case is the account's that has the appointment, as when the name is proven."""
    owner = (await town.gateway.store.get("appointments", visit))["person"]
    found = await town.gateway.store.get_by("cases", "case_id", case)
    await town.gateway.store.mutate("cases", found["_id"], lambda kept: kept | {"person": owner})


async def test_taps_at_once_are_one_review(town, visit):
    answers = await asyncio.gather(*(review(town, appointment_id=visit, level=5) for _ in range(8)))
    assert sorted(each.status for each in answers) == [201, *[409] * 7]
    assert len(await town.gateway.store.find(REVIEWS.name)) == 1


async def test_nobody_reviews_what_is_not_theirs_or_not_done(town, visit):
    other = await town.booked("one", slot(TUESDAY, "11:00"))
    case = await progress(town, "1", "decided", appointment_id=visit)
    for who, named, code in (
        ("two", {"appointment_id": visit}, "nothing_to_review"),
        ("one", {"appointment_id": "A0"}, "nothing_to_review"),
        ("one", {"case_id": "C0"}, "nothing_to_review"),
        ("two", {"case_id": case}, "nothing_to_review"),
        ("one", {"appointment_id": other}, "not_ended_yet"),
    ):
        assert (await review(town, who, level=5, **named)).code == code
    for wrong in ({}, {"case_id": "C1", "appointment_id": visit}):
        assert (await review(town, level=5, **wrong)).status == 422


@pytest.mark.parametrize(
    "wrong", [{"indicators": ["510"]}, {"indicators": ["online_1"]}, {"level": 0}, {"level": 6}]
)
async def test_what_the_national_set_does_not_have_is_refused(town, visit, wrong):
    assert (await review(town, appointment_id=visit, **(BAD | wrong))).status == 422
    assert (await review(town, appointment_id=visit, **(BAD | {"words": "长" * 201}))).status == 422
    assert len(await invited(town)) == 1


async def test_the_form_is_told_to_anyone(town):
    form = (await town.call("GET", "/reviews/form")).body

    assert form["version"] == "2020-08"
    assert form["levels"][0]["words"] == "非常满意"
    online = next(each for each in form["scenes"] if each["scene"] == "online")
    assert {"code": "online_4", "words": "平台操作性"} in online["indicators"]


async def test_a_bad_review_is_told_to_the_department_once_and_not_whose_it_is(
    town, visit, departments
):
    id = await reviewed(town, visit)
    await town.until(town.clock.now() + timedelta(seconds=1))

    [(department, kind, data)] = departments.told.values()
    assert (department, kind) == ("hall", "review.bad")
    assert data == {
        "review_id": id,
        "service": SERVICE,
        "hall": "center",
        "level": 1,
        "indicators": ["offline_3", "115"],
        "words": WORDS,
        "due_on": "2026-04-01",
        "appointment_id": visit,
    }
    shown = (await town.citizen("one", "GET", f"/reviews/{id}")).body
    assert shown["state"] == "verifying"
    assert shown["says"] == "部门正在核实您反映的情况。3月11日（周三）前完成本环节。"


async def test_of_who_gives_no_name_nothing_is_told_that_leads_to_them(town, visit, departments):
    case = await progress(town, "1", "decided", appointment_id=visit)
    answer = await review(town, case_id=case, anonymous=True, **BAD)
    await town.until(town.clock.now() + timedelta(seconds=1))

    [(_, _, data)] = departments.told.values()
    assert not {"appointment_id", "case_no"} & data.keys()
    operated = (await town.hall("GET", f"/reviews/{answer.body['review_id']}")).body
    assert (operated["case_id"], operated["appointment_id"]) == (None, None)


async def test_a_named_bad_review_of_a_case_names_it_by_the_departments_number(
    town, visit, departments
):
    case = await progress(town, "2026-7", "decided", appointment_id=visit)
    await review(town, case_id=case, **BAD)
    await town.until(town.clock.now() + timedelta(seconds=1))

    [(_, _, data)] = departments.told.values()
    assert data["case_no"] == "2026-7"


async def test_without_departments_it_stays_open_until_an_operator_takes_it(town, visit):
    id = await reviewed(town, visit)
    await town.until(town.clock.now() + timedelta(seconds=1))

    [listed] = (await town.hall("GET", "/reviews?state=open")).body["reviews"]
    assert (listed["review_id"], listed["words"], listed["due_on"]) == (id, WORDS, "2026-03-11")
    assert (await step(town, id, "taken")).body["state"] == "verifying"
    assert (await town.hall("GET", "/reviews?state=open")).body["reviews"] == []


async def test_a_department_that_is_not_connected_is_told_nothing(town, departments):
    id = await town.booked("one", slot(TUESDAY), OTHER)
    await town.serve(id, TUESDAY, "08:55")
    given = await reviewed(town, id)
    await town.until(town.clock.now() + timedelta(seconds=1))

    assert departments.told == {}
    assert (await town.hall("GET", f"/reviews/{given}")).body["state"] == "open"


async def test_it_is_put_right_answered_and_called_back(town, visit):
    id = await reviewed(town, visit)
    said = []
    for each, note in (
        ("verified", "内部：属实"),
        ("fixed", "已增开窗口"),
        ("answered", "已短信告知"),
        ("called_back", "已通话"),
    ):
        for _ in range(2):  # again changes nothing
            answer = await step(town, id, each, note)
            assert answer.status == 200, answer
        said.append((await town.citizen("one", "GET", f"/reviews/{id}")).body["says"])

    assert said == [
        "情况属实，部门正在整改。3月31日（周二）前完成本环节。",
        "整改已完成，结果见下方说明。3月13日（周五）前完成本环节。",
        "整改已完成，工作人员将电话回访您。3月13日（周五）前完成本环节。",
        "整改已办结。如不满意，可申诉一次。",
    ]
    shown = (await town.citizen("one", "GET", f"/reviews/{id}")).body
    assert [(each["says"], each["note"]) for each in shown["history"]] == [
        ("评价已收到", ""),
        ("核实属实，开始整改", ""),
        ("整改完成", "已增开窗口"),
        ("已向您反馈", "已短信告知"),
        ("已电话回访，办结", ""),
    ]


async def test_a_department_says_how_it_goes_and_operators_decide_what_counts(
    town, visit, departments
):
    id = await reviewed(town, visit)
    said = {"review_id": id, "note": "并无此事"}
    assert (await told(town, "review.progress", step="excluded", **said))["state"] == "disputed"
    with pytest.raises(NotFound):
        await told(town, "review.progress", "police", step="verified", **said)
    with pytest.raises(NotNow):
        await told(town, "review.progress", step="fixed", **said)
    shown = (await town.citizen("one", "GET", f"/reviews/{id}")).body
    assert "并无此事" not in json.dumps(shown, ensure_ascii=False)

    assert (await step(town, id, "kept")).body["state"] == "fixing"
    for each, state in (("fixed", "feedback"), ("called_back", "closed")):
        assert (await told(town, "review.progress", step=each, **said))["state"] == state


@pytest.mark.parametrize("said", ["taken", "kept", "disputed", "answered"])
def test_a_department_takes_no_step_that_is_an_operators(town, said):
    shape = call_named(town, "review.progress").body
    with pytest.raises(ValueError, match="step"):
        shape.model_validate({"review_id": "R1", "step": said})


async def test_an_exclusion_has_a_reason_and_may_be_appealed_once(town, visit):
    id = await reviewed(town, visit)
    await step(town, id, "taken")
    without = await step(town, id, "excluded", note="")
    assert (without.status, without.body["field"]) == (422, "note")
    await step(town, id, "excluded", note="非本事项")

    shown = (await town.citizen("one", "GET", f"/reviews/{id}")).body
    assert (shown["may_appeal"], shown["history"][-1]["note"]) == (True, "非本事项")
    reason = {"reason": "就是本事项"}
    stranger = await town.citizen("two", "POST", f"/reviews/{id}/appeal", reason)
    assert stranger.code == "no_such_review"
    opened = await town.citizen("one", "POST", f"/reviews/{id}/appeal", reason)
    assert (opened.status, opened.body["state"]) == (200, "verifying")

    await step(town, id, "excluded", note="复核维持")
    again = await town.citizen("one", "POST", f"/reviews/{id}/appeal", reason)
    assert (again.status, again.code) == (409, "appeal_spent")
    shown = (await town.citizen("one", "GET", f"/reviews/{id}")).body
    assert (shown["may_appeal"], shown["says"][:5]) == (False, "经复核，该")


async def test_an_overdue_step_is_noticed_listed_and_told(town, visit):
    id = await reviewed(town, visit)
    wednesday = TUESDAY + timedelta(days=1)
    await town.at(wednesday, "23:59")
    assert (await town.hall("GET", "/reviews?state=overdue")).body["reviews"] == []

    await town.at(wednesday + timedelta(days=1), "00:01")
    [listed] = (await town.hall("GET", "/reviews?state=overdue")).body["reviews"]
    assert (listed["review_id"], listed["state"]) == (id, "open")
    shown = (await town.citizen("one", "GET", f"/reviews/{id}")).body
    assert shown["says"] == "您的评价已收到，部门将核实情况。已超期，正在督办。"

    await step(town, id, "verified")
    assert (await town.hall("GET", "/reviews?state=overdue")).body["reviews"] == []
    wrong = await town.hall("GET", "/reviews?state=whatever")
    assert (wrong.status, wrong.body["field"]) == (422, "query.state")


async def test_words_and_notes_are_nowhere_in_clear(town, visit):
    id = await reviewed(town, visit)
    await step(town, id, "verified", note="致电张三")

    kept = json.dumps(await town.gateway.store.find(REVIEWS.name), ensure_ascii=False)
    assert WORDS not in kept
    assert "张三" not in kept


async def test_a_review_is_handed_out_and_forgotten_but_for_its_count(town, visit):
    id = await reviewed(town, visit)
    [document] = await town.gateway.store.find(REVIEWS.name)
    data = town.gateway.table.offered(PersonalData)["review"]
    await data.adopt(document["person"], "proven", town.clock.now())
    await data.adopt(document["person"], "proven", town.clock.now())

    [exported] = (await data.export("proven"))["reviews"]
    assert (exported["words"], exported["appointment_id"]) == (WORDS, visit)
    assert await data.open_matters("proven") == []
    await data.erase("proven", town.clock.now() - timedelta(seconds=1))  # asked before it was given
    assert len((await data.export("proven"))["reviews"]) == 1
    for _ in range(2):
        [why] = await data.erase("proven", town.clock.now())
        assert "仅保留满意度等级" in why
    assert (await data.export("proven"))["reviews"] == []

    operated = (await town.hall("GET", f"/reviews/{id}")).body
    assert (operated["level"], operated["words"], operated["anonymous"]) == (1, "", True)
    [left] = await town.gateway.store.find(REVIEWS.name)
    assert not {"person", "case_key", "visit_key"} & left.keys()
    assert (await data.consents("x"), await data.withdraw("x", "y", town.clock.now())) == (
        [],
        None,
    )


async def test_staffs_routes_are_closed_to_citizens(town, visit):
    id = await reviewed(town, visit)
    for method, path in (("GET", "/operator/reviews"), ("GET", f"/operator/reviews/{id}")):
        answer = await town.citizen("one", method, path)
        assert (answer.status, answer.code) == (401, "unauthorized")


async def test_a_list_of_reviews_comes_page_by_page_the_newest_first(town):
    times = [f"{hour:02}:{minute}" for hour in (9, 10, 11, 14, 15, 16) for minute in ("00", "30")]
    days = (TUESDAY, TUESDAY + timedelta(days=1))
    booked = [(await town.booked("one", slot(day, at)), day, at) for day in days for at in times]
    made = []
    for id, day, at in booked:
        await town.serve(id, day, at)
        made.append(await reviewed(town, id, level=5, indicators=[]))

    first = (await town.citizen("one", "GET", "/reviews")).body
    rest = (await town.citizen("one", "GET", f"/reviews?after={first['next']}")).body
    seen = [each["review_id"] for each in (*first["reviews"], *rest["reviews"])]
    assert seen == made[::-1]
    assert (len(first["reviews"]), rest["next"]) == (20, None)
