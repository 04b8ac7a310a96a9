"""What happens to a bad review, and by when: each step has its working days. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from channel_gateway.domain.days import beijing_day, day_start, milliseconds, next_midnight
from channel_gateway.domain.state_machine import advance
from channel_gateway.domain.tasks import Task, doing
from channel_gateway.ports import Workdays
from channel_gateway.services.review.refusals import AppealSpent
from channel_gateway.services.review.review import (
    OVERDUE,
    TRANSITIONS,
    By,
    Event,
    Review,
    State,
    Trigger,
    step,
)
from channel_gateway.workdays import workday_after

TELL = "tell"


@dataclass(frozen=True, slots=True)
class Clocks:
    """How many working days each step may take, the day on which it begins not counted."""

    calendar: Workdays
    verify: int  # from the review, or an appeal
    fix: int
    call_back: int  # to tell the citizen, and again to call them back

    def due_on(self, state: State, today: date) -> date | None:
        """The last day of a step that begins today; None: nothing is to be done."""
        days = {
            State.OPEN: self.verify,
            State.VERIFYING: self.verify,
            State.DISPUTED: self.verify,
            State.FIXING: self.fix,
            State.FEEDBACK: self.call_back,
            State.CALLBACK: self.call_back,
        }.get(state)
        return None if days is None else workday_after(self.calendar, today, days)

    def fixed_by(self, reviewed_on: date) -> date:
        """When at the latest a department is to have put it right."""
        return workday_after(self.calendar, reviewed_on, self.verify + self.fix)


def complained(review: Review, clocks: Clocks, now: datetime) -> Review:
    """A new review with the rectification it asks for; of a good one nothing is asked."""
    if not review.bad:
        return review
    opened = handled(review, Trigger.COMPLAIN, By.CITIZEN, clocks, now)
    return replace(opened, **doing(*opened.tasks, Task(TELL, TELL, due=milliseconds(now))))


def handled(
    review: Review, trigger: Trigger, by: By, clocks: Clocks, now: datetime, note: str = ""
) -> Review:
    """The next step, with its own clock. Again changes nothing. Raises `NotNow`."""
    state = advance(TRANSITIONS, review.state, trigger)
    if state is review.state:
        return review
    # Whoever takes it up late has not gained a day.
    going_on = (review.state, state) == (State.OPEN, State.VERIFYING)
    due_on = review.due_on if going_on else clocks.due_on(state, beijing_day(now))
    clock: dict[str, Any] = {}
    if not going_on:
        others = tuple(task for task in review.tasks if task.kind != OVERDUE)
        clock = {"overdue_since": None, **doing(*others, *_watched(due_on))}
    return step(review, trigger, by, now, note, due_on=due_on, **clock)


def answered(review: Review, by: By, clocks: Clocks, now: datetime, note: str = "") -> Review:
    """The citizen was told; who gave no name is called back by nobody. Raises `NotNow`."""
    trigger = Trigger.FINISH if review.anonymous else Trigger.ANSWER
    return handled(review, trigger, by, clocks, now, note)


def appealed(review: Review, clocks: Clocks, now: datetime, note: str) -> Review:
    """The citizen does not agree with how it ended: it is opened once more.

    Again changes nothing while that is looked into. Raises `AppealSpent`, `NotNow`.
    """
    if review.appealed and review.state is State.VERIFYING:
        return review
    if review.appealed:
        raise AppealSpent
    opened = handled(review, Trigger.APPEAL, By.CITIZEN, clocks, now, note)
    return replace(opened, appealed=True)


def merged(review: Review, clocks: Clocks, now: datetime) -> Review:
    """The matter has an earlier review: of this one nothing is asked or told any more."""
    there = handled(review, Trigger.MERGE, By.CLOCK, clocks, now)
    return there if there is review else replace(there, visit_key=None, **doing())


def overdue(review: Review, now: datetime) -> Review:
    """The day of a step is over, and it was not done."""
    if review.due_on is None or review.overdue_since is not None or now < _end_of(review.due_on):
        return review
    events = (*review.events, Event(now, OVERDUE, By.CLOCK))
    return replace(review, overdue_since=now, late=True, events=events)


def _watched(due_on: date | None) -> tuple[Task, ...]:
    """The task has the day in its name, so that the end of an older one does not end it."""
    if due_on is None:
        return ()
    return (Task(f"{OVERDUE}:{due_on}", OVERDUE, due=milliseconds(_end_of(due_on))),)


def _end_of(day: date) -> datetime:
    return next_midnight(day_start(day))
