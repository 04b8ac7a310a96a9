"""A citizen is told what becomes of a visit, and reminded on the working evening before it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.documents import to_document
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.tasks import doing
from channel_gateway.service import NotYet
from channel_gateway.services.appointment.appointment import Event, State, Trigger, step
from channel_gateway.services.appointment.citizens.handing_over import NOBODY
from channel_gateway.services.appointment.citizens.news import CitizenNews
from channel_gateway.services.appointment.citizens.telling import (
    REMIND_CITIZEN,
    TELL_CITIZEN,
    told,
)
from channel_gateway.services.appointment.life import booked, cancelled_by_hall, moved
from tests.unit.appointment.samples import MONDAY, Weekdays, appointment, at, rules
from tests.unit.payment.fakes import FakeMessenger

BEFORE = at(MONDAY - timedelta(days=4), "09:00")  # a Thursday
FRIDAY = MONDAY - timedelta(days=3)
GRACE = timedelta(minutes=15)


def beside(before, after):
    return told(before, after, Weekdays())


def said(before, after):
    tasks = beside(before, after).tasks
    return [each.detail.split("\n")[0] for each in tasks if each.kind == TELL_CITIZEN]


def in_state(state):
    return replace(appointment(state=state), events=(Event(BEFORE, "confirmed"),))


def new():
    return beside(None, booked(appointment(), BEFORE, grace=GRACE))


def reminders(one):
    return [each for each in one.tasks if each.kind == REMIND_CITIZEN]


async def run(one, now, messenger):
    """What the worker does for every task of citizens, in order."""
    news, document = (
        CitizenNews(lambda: messenger, Weekdays(), page="pages/visit?id={id}"),
        to_document(one),
    )
    for task in one.tasks:
        if task.kind in (TELL_CITIZEN, REMIND_CITIZEN):
            ran = news.tell if task.kind == TELL_CITIZEN else news.remind
            await ran(document, task, now)


@pytest.mark.parametrize(
    ("before", "trigger", "happening"),
    [
        (State.HELD, Trigger.CONFIRM, ["booked"]),
        (State.HELD, Trigger.LAPSE, ["cancelled"]),
        (State.HELD, Trigger.CANCEL, []),
        (State.HELD, Trigger.CLOSE_HALL, ["hall_cancelled"]),
        (State.CONFIRMED, Trigger.CANCEL, ["cancelled"]),
        (State.CONFIRMED, Trigger.LAPSE, ["cancelled"]),
        (State.CONFIRMED, Trigger.CLOSE_HALL, ["hall_cancelled"]),
        (State.CONFIRMED, Trigger.CHECK_IN, []),
        (State.CONFIRMED, Trigger.NOT_COME, []),
        (State.CANCELLED_BY_HALL, Trigger.MOVE, ["moved"]),
    ],
)
def test_what_happens_is_told_and_nothing_else(before, trigger, happening):
    one = in_state(before)

    assert said(one, step(one, trigger, BEFORE)) == happening


def test_a_place_that_is_only_held_is_not_booked():
    assert said(None, in_state(State.HELD)) == []
    assert said(None, in_state(State.CONFIRMED)) == ["booked"]


def test_a_place_the_department_never_gave_is_not_cancelled():
    held = replace(in_state(State.HELD), seat_asked="key")

    assert said(held, step(held, Trigger.LAPSE, BEFORE)) == []


def test_the_reminder_is_due_on_the_evening_of_the_last_working_day():
    (reminder,) = reminders(new())

    assert reminder.due == int(at(FRIDAY, "18:00").timestamp() * 1000)


def test_who_books_after_that_evening_is_not_reminded():
    late = booked(appointment(), at(FRIDAY, "18:30"), grace=GRACE)

    assert reminders(beside(None, late)) == []


async def test_the_words_are_those_of_then_whatever_became_of_it_since():
    first = new()
    target = appointment(slot=f"{MONDAY}T14:00", starts="14:00", ends="14:30")
    later = moved(first, target, rules(), BEFORE, back=None, grace=GRACE)
    second, messenger = beside(first, later), FakeMessenger()
    telling = [each for each in second.tasks if each.kind == TELL_CITIZEN]

    news = CitizenNews(lambda: messenger, Weekdays())
    with pytest.raises(NotYet):  # what happened before is told first
        await news.tell(to_document(second), telling[1], BEFORE)
    for left in (telling, telling[1:]):  # as the outbox: the first is done and gone
        await news.tell(to_document(replace(second, tasks=tuple(left))), left[0], BEFORE)

    starts = [(happening, words["starts_at"]) for happening, words in messenger.said()]
    assert starts == [("booked", "2026年03月09日 10:00"), ("moved", "2026年03月09日 14:00")]


async def test_who_has_moved_is_reminded_of_the_new_slot_alone():
    first = new()
    target = appointment(slot=f"{MONDAY}T14:00", starts="14:00", ends="14:30")
    second = beside(first, moved(first, target, rules(), BEFORE, back=None, grace=GRACE))
    old, (fresh,), messenger = reminders(first)[0], reminders(second), FakeMessenger()

    for task in (old, fresh, fresh):
        news = CitizenNews(lambda: messenger, Weekdays())
        await news.remind(to_document(second), task, at(FRIDAY, "18:00"))

    ((_, words),) = messenger.said()
    assert words["starts_at"] == "2026年03月09日 14:00"


async def test_who_has_cancelled_is_not_reminded():
    gone = step(new(), Trigger.CANCEL, BEFORE)
    messenger = FakeMessenger()

    for task in reminders(new()):
        news = CitizenNews(lambda: messenger, Weekdays())
        await news.remind(to_document(gone), task, at(FRIDAY, "18:00"))

    assert messenger.told == {}


async def test_nobody_is_reminded_of_a_visit_that_has_begun():
    one, messenger = new(), FakeMessenger()
    (reminder,) = reminders(one)

    news = CitizenNews(lambda: messenger, Weekdays())
    await news.remind(to_document(one), reminder, one.starts_at)

    assert messenger.told == {}


async def test_who_moves_twice_is_told_twice():
    one, messenger = new(), FakeMessenger()
    for hour in ("14", "15"):
        target = appointment(slot=f"{MONDAY}T{hour}:00", starts=f"{hour}:00", ends=f"{hour}:30")
        one = beside(one, moved(one, target, rules(), BEFORE, back=None, grace=GRACE))

    telling = [each for each in one.tasks if each.kind == TELL_CITIZEN]
    for number, task in enumerate(telling):
        left = to_document(replace(one, tasks=tuple(telling[number:])))
        await CitizenNews(lambda: messenger, Weekdays()).tell(left, task, BEFORE)

    assert [happening for happening, _ in messenger.said()] == ["booked", "moved", "moved"]


async def test_the_hall_s_reason_is_told_and_is_good_until_the_day_is_over():
    one = in_state(State.CONFIRMED)
    messenger = FakeMessenger()

    await run(beside(one, cancelled_by_hall(one, "停电", BEFORE)), BEFORE, messenger)

    (telling,) = messenger.told.values()
    assert telling.happening is Happening.HALL_CANCELLED
    assert telling.words["reason"] == "停电"
    assert telling.good_until == at(MONDAY + timedelta(days=1), "00:00")


def test_news_is_told_whatever_a_change_makes_of_the_tasks():
    first = new()
    after = replace(first, **doing())

    kept = [each.kind for each in beside(first, after).tasks]
    assert kept == [TELL_CITIZEN, REMIND_CITIZEN]


async def test_it_goes_first_to_the_account_in_which_it_was_booked():
    messenger = FakeMessenger()

    await run(replace(new(), account="the-other-account"), BEFORE, messenger)

    assert {each.account for each in messenger.told.values()} == {"the-other-account"}


async def test_a_message_opens_the_page_of_its_appointment():
    messenger = FakeMessenger()

    await run(new(), BEFORE, messenger)

    assert {each.page for each in messenger.told.values()} == {"pages/visit?id=A1"}


async def test_who_was_forgotten_is_told_nothing():
    messenger = FakeMessenger()
    forgotten = replace(new(), person=f"{NOBODY}|who")

    await run(forgotten, BEFORE, messenger)

    assert messenger.told == {}


def test_where_nobody_tells_citizens_no_task_is_written():
    after = booked(appointment(), BEFORE, grace=GRACE)

    assert CitizenNews(lambda: None, Weekdays()).beside(None, after) == after
