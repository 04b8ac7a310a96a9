"""Citizens are told that papers are missing, and how their case was decided; nothing stale."""

from dataclasses import replace

import pytest

from channel_gateway.domain.documents import to_document
from channel_gateway.ports import Visit
from channel_gateway.service import NotYet
from channel_gateway.services.case.case import Outcome, Told
from channel_gateway.services.case.citizens import TELL_CITIZEN, CitizenNews
from channel_gateway.services.case.citizens import told as beside
from tests.unit.case.test_case import BLANK, NOW, step
from tests.unit.case.test_case import told as progressed
from tests.unit.payment.fakes import FakeMessenger


def news(*steps, case=BLANK):
    """What is to be told, by step, when these are heard one after the other."""
    for each in steps:
        case = beside(case, progressed(each, case=case))
    return case


def kinds(case):
    by_key = {each.key: each.told for each in case.steps}
    return [by_key[each.detail] for each in case.tasks if each.kind == TELL_CITIZEN]


@pytest.mark.parametrize(
    ("heard", "says"),
    [
        ([Told.RECEIVED, Told.ACCEPTED, Told.REVIEW], []),
        ([Told.RECEIVED, Told.CORRECTION], [Told.CORRECTION]),
        ([Told.ACCEPTED, Told.DECIDED], [Told.DECIDED]),
        ([Told.NOT_ACCEPTED], [Told.NOT_ACCEPTED]),
        ([Told.DECIDED, Told.DELIVERED], [Told.DECIDED]),
        ([Told.REVIEW, Told.DELIVERED], [Told.DELIVERED]),
    ],
)
def test_what_makes_the_case_what_it_is_is_told(heard, says):
    steps = [step(each, hour) for hour, each in enumerate(heard)]

    assert kinds(news(*steps)) == says


def test_a_step_that_comes_late_is_history_and_not_news():
    late, earlier = step(Told.ACCEPTED, 2), step(Told.CORRECTION, 1)

    assert kinds(news(late, earlier)) == []


def test_a_decision_that_is_put_right_is_told_again():
    first, second = step(Told.DECIDED, 1), step(Told.DECIDED, 2, outcome=Outcome.REFUSED)

    assert kinds(news(first, second)) == [Told.DECIDED, Told.DECIDED]


def test_the_same_step_again_is_told_once():
    once = news(step(Told.DECIDED, 1))

    assert kinds(news(step(Told.DECIDED, 1), case=once)) == [Told.DECIDED]


async def test_the_outcome_is_told_in_words_to_the_case_s_person():
    messenger = FakeMessenger()
    case = news(step(Told.DECIDED, 1, service_name="护照"))
    (task,) = case.tasks

    await CitizenNews(lambda: messenger, lambda: None).tell(to_document(case), task, NOW)

    ((happening, words),) = messenger.said()
    assert happening == "case_decided"
    assert words == {
        "service": "护照",
        "case_no": "1",
        "outcome": "准予",
        "at": "2026年03月10日 11:00",
    }


async def test_of_a_service_without_a_name_its_code_is_told():
    messenger, case = FakeMessenger(), news(step(Told.DECIDED, 1))

    await CitizenNews(lambda: messenger, lambda: None).tell(to_document(case), case.tasks[0], NOW)

    assert [words["service"] for _, words in messenger.said()] == ["AA-BB-01"]


async def test_what_was_heard_before_is_told_first():
    case = news(step(Told.CORRECTION, 1), step(Told.DECIDED, 2))
    _, second = case.tasks

    with pytest.raises(NotYet):
        await CitizenNews(FakeMessenger, lambda: None).tell(to_document(case), second, NOW)


def test_where_nobody_tells_citizens_no_task_is_written():
    after = progressed(step(Told.DECIDED, 1))

    assert CitizenNews(lambda: None, lambda: None).beside(BLANK, after).tasks == ()


async def test_a_case_of_nobody_is_told_to_nobody():
    messenger = FakeMessenger()
    case = news(step(Told.DECIDED, 1))
    (task,) = case.tasks
    nobodys = {name: value for name, value in to_document(case).items() if name != "person"}

    await CitizenNews(lambda: messenger, lambda: None).tell(nobodys, task, NOW)

    assert messenger.told == {}


async def test_it_goes_first_to_the_account_in_which_its_appointment_was_booked():
    messenger, case = FakeMessenger(), news(replace(step(Told.DECIDED, 1), visit="A1"))
    (task,) = case.tasks

    told = CitizenNews(lambda: messenger, Visits, page="pages/case?id={id}")
    await told.tell(to_document(case), task, NOW)

    (telling,) = messenger.told.values()
    assert telling.account == "the-other-account"
    assert telling.page == f"pages/case?id={case.case_id}"


class Visits:
    async def visit(self, id):
        return Visit(id, "who", "GA-HZ-01", "center", NOW.date(), account="the-other-account")

    async def since(self, person, day):
        raise NotImplementedError
