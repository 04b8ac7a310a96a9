"""What a department's messages make of a case, in whatever order they come. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.state_machine import advance, may
from channel_gateway.domain.tasks import Task, with_tasks
from channel_gateway.services.case.case import (
    ENDED,
    TRANSITIONS,
    Belonging,
    Case,
    Licence,
    Outcome,
    State,
    Step,
    Told,
)
from channel_gateway.services.case.refusals import CaseTooLong

MOST = 200  # steps of one case, and licences
_ENDS = 20  # more, for the steps that end it: a case can always be told to its end
JOINED, ISSUED = "joined", "issued"
BY_COURIER = "by_courier"  # the key of the step that no department told
_AGAIN_AFTER = timedelta(minutes=2)
_ORDER = tuple(Told)


def progressed(case: Case, step: Step, belongs: Belonging, now: datetime) -> Case:
    """The case after a message; the same again changes nothing. Raises `CaseTooLong`."""
    if any(known.key == step.key for known in case.steps):
        return case
    return _telling(case, _belonging(_stepped(case, step, now), belongs), now)


def handed_over(case: Case, at: datetime, now: datetime) -> Case:
    """Its result is in the citizen's hands, as the courier says; once for a case."""
    if case.state is State.DELIVERED or any(each.key == BY_COURIER for each in case.steps):
        return case
    # Couriers tell whole seconds: what was handed over was decided before.
    after = max((at, *(step.at for step in case.steps)))
    step = Step(BY_COURIER, after, Told.DELIVERED, case.service, case.service_name)
    return _stepped(case, step, now)


def _stepped(case: Case, step: Step, now: datetime) -> Case:
    if case.erased_at is not None:
        step = replace(step, visit=None)
    steps = tuple(sorted((*case.steps, step), key=_place))
    if len(steps) > (MOST + _ENDS if State(step.told) in ENDED else MOST):
        raise CaseTooLong
    state, outcome = _result(steps)
    visit = _latest(each.visit for each in steps)
    return replace(
        case,
        service=steps[-1].service,
        service_name=steps[-1].service_name,
        hall=_latest(each.hall for each in steps),
        state=state,
        outcome=outcome,
        ended_at=case.ended_at or (now if state in ENDED else None),
        steps=steps,
        visit=visit,
        visit_key=visit,
    )


def licensed(case: Case, licence: Licence, now: datetime) -> Case:
    """The case with a licence; the same again changes nothing. Raises `CaseTooLong`."""
    if any(each.key == licence.key for each in case.licences):
        return case
    licences = tuple(sorted((*case.licences, licence), key=lambda each: (each.at, each.key)))
    if len(licences) > MOST:
        raise CaseTooLong
    task = Task(f"{ISSUED}:{licence.key}", ISSUED, due=milliseconds(now))
    return with_tasks(replace(case, licences=licences), task)


def _telling(before: Case, after: Case, now: datetime) -> Case:
    """With the tasks to say what is known only now: who waits for its licences may not know it."""
    joined = _joining(before, after, now)
    same = (before.visit, before.service) == (after.visit, after.service)
    if not after.licences or same:
        return joined
    id = f"{ISSUED}:{after.service}:{after.visit or ''}"
    return with_tasks(joined, Task(id, ISSUED, due=milliseconds(now)))


def _joining(before: Case, after: Case, now: datetime) -> Case:
    """With the tasks to say so, where a case that was known has an appointment only now.

    Told again, for what was under way in that moment.
    """
    visit = after.visit
    if visit is None or visit == before.visit or not before.steps:
        return after
    first, again = milliseconds(now), milliseconds(now + _AGAIN_AFTER)
    return with_tasks(
        after,
        Task(f"{JOINED}:{visit}", JOINED, due=first),
        Task(f"{JOINED}:{visit}:again", JOINED, due=again),
    )


def _place(step: Step) -> tuple[datetime, int, str]:
    """Of two steps of one moment, the one that usually comes later is later."""
    return step.at, _ORDER.index(step.told), step.key


def _result(steps: Iterable[Step]) -> tuple[State, Outcome | None]:
    """Walk through what happened; what the table has no place for stays history."""
    state, outcome = State.RECEIVED, None
    for step in steps:
        if may(TRANSITIONS, state, step.told):
            state = advance(TRANSITIONS, state, step.told)
            outcome = step.outcome or (outcome if state is State.DELIVERED else None)
    return state, outcome


def _latest(said: Iterable[str | None]) -> str | None:
    """The last that says anything."""
    return next(reversed([each for each in said if each is not None]), None)


def _belonging(case: Case, said: Belonging) -> Case:
    """What is said of the latest moment counts: a slip in a number is put right by saying it anew.

    Who had the case unlinked is not linked again.
    """
    before = case.belongs
    earlier = before is not None and (said.at, said.key) <= (before.at, before.key)
    if case.erased_at is not None or earlier:
        return case
    return replace(case, belongs=said, person=said.person)
