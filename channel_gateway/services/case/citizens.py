"""What citizens are told of their cases: papers are missing, or it is decided.

A task beside the change, which is told of the case's person as it is then.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from channel_gateway.domain.day_words import minute_words
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.happenings import Happening, telling_id
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task, is_next, with_tasks
from channel_gateway.ports import Change, Messenger, Telling, Visits
from channel_gateway.service import NotYet, Reaction
from channel_gateway.services.case.case import ENDED, Case, State, Step, Told
from channel_gateway.services.case.cases import CASES, read
from channel_gateway.services.case.views import OUTCOMES

TELL_CITIZEN = "tell_citizen"
_TELLS = {
    Told.CORRECTION: Happening.CASE_CORRECTION,
    Told.NOT_ACCEPTED: Happening.CASE_DECIDED,
    Told.DECIDED: Happening.CASE_DECIDED,
    Told.DELIVERED: Happening.CASE_DECIDED,
}


def told(before: Case, after: Case) -> Case:
    """`after`, with a task for the step that made it what it is; one that came late is history.

    That the result was handed over is told only where nobody had said that there is one. Pure.
    """
    new = _made_by(before, after)
    if new is None or new.told not in _TELLS:
        return after
    if new.told is Told.DELIVERED and before.state in ENDED:
        return after
    id = f"{TELL_CITIZEN}:{new.key}"
    heard = milliseconds(before.opened_at)  # long past: at once
    return with_tasks(after, Task(id, TELL_CITIZEN, due=heard, detail=new.key))


class CitizenNews:
    def __init__(
        self,
        messenger: Callable[[], Messenger | None],
        visits: Callable[[], Visits | None],
        *,
        page: str = "",
    ) -> None:
        """Who tells citizens is asked for late; where nobody does, no task is written."""
        self._messenger = messenger
        self._visits = visits
        self._page = page

    def rows(self) -> list[Reaction]:
        return [Reaction(CASES.name, TELL_CITIZEN, self.tell, DAYS_3)]

    def beside(self, before: Case, after: Case) -> Case:
        return after if self._messenger() is None else told(before, after)

    async def tell(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """In order: a message has its place by when it was told."""
        case, messenger = read(document), self._messenger()
        step = next((each for each in case.steps if each.key == task.detail), None)
        if messenger is None or case.person is None or step is None:
            return None
        if not is_next(case, task):
            raise NotYet("what was heard before is told first", pause_s=5)
        happening = _TELLS[step.told]
        telling = Telling(
            id=telling_id(case.id, happening, step.key),
            person=case.person,
            happening=happening,
            service=step.service,
            subject=f"case:{case.case_id}",
            words={
                "service": step.service_name or step.service,
                "case_no": case.case_no,
                "outcome": _outcome(step),
                "at": minute_words(step.at),
            },
            at=step.at,
            account=await self._account(case),
            page=self._page.replace("{id}", case.case_id),
        )
        await messenger.tell(telling, now)
        return None

    async def _account(self, case: Case) -> str | None:
        """Through which the appointment was booked that the case came from, if it came from one."""
        visits = self._visits()
        if visits is None or case.visit is None:
            return None
        visit = await visits.visit(case.visit)
        return None if visit is None else visit.account


def _made_by(before: Case, after: Case) -> Step | None:
    """The step that is new, if the case is now what that step says."""
    if len(after.steps) == len(before.steps):
        return None
    known = {each.key for each in before.steps}
    new = next(each for each in after.steps if each.key not in known)
    latest = [each for each in after.steps if State(each.told) is after.state][-1:]
    return new if latest == [new] else None


def _outcome(step: Step) -> str:
    if step.told is Told.NOT_ACCEPTED:
        return "不予受理"
    return "办结" if step.outcome is None else OUTCOMES[step.outcome]
