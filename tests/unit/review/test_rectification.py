"""How a bad review is put right: its table, and its clocks over weekends and 调休."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from channel_gateway.domain.days import beijing_day, milliseconds, next_midnight
from channel_gateway.domain.state_machine import NotNow, advance, may
from channel_gateway.services.review.rectification import (
    TELL,
    answered,
    appealed,
    handled,
    overdue,
)
from channel_gateway.services.review.refusals import AppealSpent
from channel_gateway.services.review.review import (
    OVERDUE,
    TRANSITIONS,
    By,
    Review,
    State,
    Trigger,
)
from tests.unit.review.samples import CLOCKS, FRIDAY, in_state, review

MONDAY = FRIDAY + timedelta(days=3)


def done(given: Review, trigger: Trigger, now: datetime = MONDAY) -> Review:
    return handled(given, trigger, By.OPERATOR, CLOCKS, now)


def test_every_state_has_a_row_and_is_reachable() -> None:
    assert set(TRANSITIONS) == set(State)
    seen, waiting = set(), [State.RATED]
    while waiting:
        state = waiting.pop()
        seen.add(state)
        waiting += [each for each in TRANSITIONS[state].values() if each not in seen]
    assert seen == set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("trigger", Trigger)
def test_a_step_is_in_the_table_or_refused_and_again_changes_nothing(
    state: State, trigger: Trigger
) -> None:
    given = in_state(state)
    if not may(TRANSITIONS, state, trigger):
        with pytest.raises(NotNow):
            done(given, trigger)
        return
    there = done(given, trigger)
    assert there.state is advance(TRANSITIONS, state, trigger)
    if trigger is not Trigger.APPEAL:  # which is the citizen's, and has its own rule below
        assert done(there, trigger, MONDAY + timedelta(days=1)) is there


@pytest.mark.parametrize("level", [3, 4, 5])
def test_of_a_good_review_nothing_is_asked(level: int) -> None:
    good = review(level)

    assert (good.state, good.due_on, good.tasks) == (State.RATED, None, ())


@pytest.mark.parametrize("level", [1, 2])
def test_a_bad_review_is_opened_and_told(level: int) -> None:
    bad = review(level)

    assert bad.state is State.OPEN
    assert [task.kind for task in bad.tasks] == [OVERDUE, TELL]


@pytest.mark.parametrize(
    ("reviewed_on", "due_on"),
    [
        (date(2026, 3, 6), date(2026, 3, 9)),  # a Friday: Monday
        (date(2026, 3, 7), date(2026, 3, 9)),  # a Saturday
        (date(2026, 9, 30), date(2026, 10, 8)),  # before the long holiday
        (date(2026, 10, 9), date(2026, 10, 10)),  # a Friday before a Saturday that is worked
    ],
)
def test_verifying_has_one_working_day(reviewed_on: date, due_on: date) -> None:
    now = datetime(reviewed_on.year, reviewed_on.month, reviewed_on.day, 2, tzinfo=UTC)

    assert review(now=now).due_on == due_on


def test_the_day_is_beijings() -> None:
    late_on_friday = datetime(2026, 3, 6, 15, 59, tzinfo=UTC)
    saturday = late_on_friday + timedelta(minutes=1)

    assert beijing_day(saturday) == date(2026, 3, 7)
    assert review(now=late_on_friday).due_on == review(now=saturday).due_on == date(2026, 3, 9)


def test_putting_right_has_fifteen_working_days_from_its_verification() -> None:
    fixing = done(review(), Trigger.VERIFY, datetime(2026, 9, 18, 2, tzinfo=UTC))

    # Sunday the 20th is worked instead; the 25th and the first week of October are holidays.
    assert fixing.due_on == date(2026, 10, 15)
    assert CLOCKS.fixed_by(date(2026, 9, 17)) == date(2026, 10, 15)


def test_who_takes_it_up_late_has_not_gained_a_day() -> None:
    taken = done(review(), Trigger.TAKE, MONDAY)

    assert (taken.state, taken.due_on) == (State.VERIFYING, date(2026, 3, 9))
    assert [task.kind for task in taken.tasks] == [OVERDUE, TELL]


def test_a_step_is_overdue_when_its_last_day_is_over_and_not_before() -> None:
    bad = review()
    end = next_midnight(MONDAY)
    assert bad.tasks[0].due == milliseconds(end)

    assert overdue(bad, end - timedelta(milliseconds=1)) is bad
    late = overdue(bad, end)
    assert (late.overdue_since, late.late, late.events[-1].what) == (end, True, OVERDUE)
    assert overdue(late, end + timedelta(days=1)) is late


def test_what_goes_on_is_not_overdue_any_more_but_was_late() -> None:
    late = overdue(review(), next_midnight(MONDAY))
    fixing = done(late, Trigger.VERIFY, MONDAY + timedelta(days=1))

    assert (fixing.overdue_since, fixing.late) == (None, True)
    [watched] = [task for task in fixing.tasks if task.kind == OVERDUE]
    assert watched.id == f"{OVERDUE}:{fixing.due_on}"


def test_what_has_ended_is_watched_no_longer() -> None:
    ended = done(done(done(review(), Trigger.VERIFY), Trigger.FIX), Trigger.CALL_BACK)

    assert (ended.state, ended.due_on) == (State.CLOSED, None)
    assert [task.kind for task in ended.tasks] == [TELL]
    assert overdue(ended, MONDAY + timedelta(days=90)) is ended


def test_named_ones_are_called_back_and_others_by_nobody() -> None:
    named = in_state(State.FEEDBACK)
    nameless = in_state(State.FEEDBACK, anonymous=True)

    assert answered(named, By.OPERATOR, CLOCKS, MONDAY).state is State.CALLBACK
    assert answered(nameless, By.OPERATOR, CLOCKS, MONDAY).state is State.CLOSED
    with pytest.raises(NotNow):
        done(named, Trigger.EXCLUDE)


@pytest.mark.parametrize("ended", [State.CLOSED, State.EXCLUDED])
def test_an_appeal_opens_it_once(ended: State) -> None:
    opened = appealed(in_state(ended), CLOCKS, MONDAY, "")
    assert (opened.state, opened.appealed, opened.due_on) == (
        State.VERIFYING,
        True,
        date(2026, 3, 10),
    )
    assert appealed(opened, CLOCKS, MONDAY, "") is opened

    for later in (State.FIXING, State.CLOSED, State.EXCLUDED):
        with pytest.raises(AppealSpent):
            appealed(replace(opened, state=later), CLOCKS, MONDAY, "")


@pytest.mark.parametrize("state", [State.RATED, State.OPEN, State.VERIFYING, State.FIXING])
def test_nobody_appeals_before_the_end(state: State) -> None:
    with pytest.raises(NotNow):
        appealed(in_state(state), CLOCKS, MONDAY, "")


def test_a_review_is_excluded_after_verification_alone() -> None:
    with pytest.raises(NotNow):
        done(review(), Trigger.EXCLUDE)

    disputed = done(review(), Trigger.DISPUTE)
    assert done(disputed, Trigger.EXCLUDE).state is State.EXCLUDED
    assert done(disputed, Trigger.KEEP).state is State.FIXING
    with pytest.raises(NotNow):
        done(done(disputed, Trigger.KEEP), Trigger.DISPUTE)
