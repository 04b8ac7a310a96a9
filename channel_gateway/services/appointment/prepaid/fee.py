"""The fee of an appointment: what is owed, whose money is kept for it, and when that ends. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.money import Fen
from channel_gateway.domain.tasks import Task, doing

# Finance is asked for the notice; the place is let go; the notice ends and its money goes back.
ISSUE_FEE, LET_GO, SETTLE_FEE = "issue_fee", "let_go", "settle_fee"
# Whose money it is when finance says that the notice was paid, and not through us.
ELSEWHERE = "elsewhere"
# The hall cancelled: so long the citizen may take another slot for what they have paid.
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Fee:
    total_fen: Fen
    citizen: str  # of the session that booked: pays without a check code
    draft: str | None = None  # sealed, until finance has made the notice
    paid_by: str | None = None  # the order whose money is kept; ELSEWHERE
    is_over: bool = False  # nothing is kept for it any more: what was paid goes back
    is_returned: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether it is paid, and may be used."""
        return self.paid_by is not None and not self.is_over


def is_settling(tasks: Iterable[Task]) -> bool:
    """Whether money may still have to go back, or a notice to end."""
    return any(task.kind == SETTLE_FEE for task in tasks)


def forgotten(fee: Fee | None) -> Fee | None:
    """Without who booked."""
    return None if fee is None else replace(fee, citizen="", draft=None)


def over(fee: Fee | None, now: datetime, *, was_due: bool = True) -> dict[str, Any]:
    """The changes by which a fee ends, and nothing else is left to do.

    `was_due` False: finance has not been asked for a notice, so there is none to end.
    """
    if fee is None:
        return doing()
    task = Task(SETTLE_FEE, SETTLE_FEE, due=milliseconds(now))
    return {"fee": replace(fee, is_over=True), **doing(*([task] if was_due else []))}


def over_unless_used(fee: Fee | None, now: datetime, *, was_due: bool = True) -> dict[str, Any]:
    """As `over`; but what is paid is kept a while, for another slot."""
    if fee is None or not fee.is_kept:
        return over(fee, now, was_due=was_due)
    return doing(Task(SETTLE_FEE, SETTLE_FEE, due=milliseconds(now + KEPT_FOR)))
