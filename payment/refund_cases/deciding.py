"""The steps of a refund case, one function each: who may, in which state, by which clock. Pure.

Nobody decides on what they applied for or decided at another desk. A desk decides once: whoever
comes after, be it the same person again, is told who decided, and nothing is changed.
"""

from dataclasses import replace
from datetime import date, datetime

from channel_gateway.domain.days import beijing_day, milliseconds, utc_text
from channel_gateway.domain.tasks import Task, with_tasks
from payment.order import Order
from payment.refund_cases.case import (
    BY_ITSELF,
    Actor,
    Desk,
    Ground,
    Material,
    MaterialKind,
    ReceiptAction,
    RefundCase,
    event,
    step,
)
from payment.refund_cases.clocks import Clocks, marked, resumed, started, stopped
from payment.refund_cases.life import OVER, OWED, State, Trigger
from payment.refund_cases.refusals import (
    DecidedAlready,
    MaterialMissing,
    NotYourStep,
    SamePerson,
    TooManyMaterials,
)

RESERVE = "reserve"
MOST_MATERIALS = 20
_DECISIONS = frozenset({Trigger.VERIFY, Trigger.APPROVE, Trigger.REJECT})
_TAKEN_ON = {Desk.UNIT: Trigger.SUPPLY_UNIT, Desk.FINANCE: Trigger.SUPPLY_FINANCE}


def applied(
    case: RefundCase, by: Actor, clocks: Clocks, now: datetime, words: str, found_on: date | None
) -> RefundCase:
    """A new application; a unit that found its own mistake has so many days to make it."""
    late = found_on is not None and beijing_day(now) > clocks.apply_by(found_on)
    first = replace(case, events=(event("applied", by, now, words),), found_on=found_on, late=late)
    return started(first, clocks, now)


def taken(case: RefundCase, by: Actor, now: datetime) -> RefundCase:
    """Somebody of the unit takes it up; the clock has run since it was applied for."""
    _may_decide(case, by)
    return step(case, Trigger.TAKE, by, now)


def verified(
    case: RefundCase, by: Actor, clocks: Clocks, now: datetime, words: str, receipt: ReceiptAction
) -> RefundCase:
    """The unit says it is true. Raises `MaterialMissing`."""
    _may_decide(case, by)
    _complete(case, receipt)
    return started(step(marked(case, now), Trigger.VERIFY, by, now, words), clocks, now)


def rejected(case: RefundCase, by: Actor, now: datetime, words: str) -> RefundCase:
    _may_decide(case, by)
    return _over(step(marked(case, now), Trigger.REJECT, by, now, words))


def material_asked(
    case: RefundCase, by: Actor, clocks: Clocks, now: datetime, words: str
) -> RefundCase:
    """Back to who applied; the clock stands still until they have answered."""
    _may_decide(case, by)
    asked = step(marked(case, now), Trigger.ASK, by, now, words, asked_by=case.desk)
    return case if asked.state is case.state else stopped(asked, clocks, now)


def takes_material(case: RefundCase) -> None:
    """Return if one more file may come. Raises `NotYourStep`, `TooManyMaterials`."""
    if case.state in OVER or case.state in OWED:
        raise NotYourStep
    if len(case.materials) >= MOST_MATERIALS:
        raise TooManyMaterials


def with_material(case: RefundCase, material: Material, by: Actor, now: datetime) -> RefundCase:
    """One more file; the same one again changes nothing. What is decided takes no more."""
    if any(each.id == material.id for each in case.materials):
        return case
    takes_material(case)
    return replace(
        case,
        materials=(*case.materials, material),
        events=(*case.events, event("material_added", by, now)),
    )


def supplied(
    case: RefundCase, by: Actor, clocks: Clocks, now: datetime, words: str = ""
) -> RefundCase:
    """The applicant has answered: it goes on where it was, with the days that were left."""
    if case.state is not State.MORE_MATERIAL or case.asked_by is None:
        raise NotYourStep
    went_on = step(case, _TAKEN_ON[case.asked_by], by, now, words, asked_by=None)
    return resumed(went_on, clocks, now)


def withdrawn(case: RefundCase, by: Actor, now: datetime) -> RefundCase:
    """By who applied alone, until it is approved."""
    if by.name != case.applied_by:
        raise SamePerson("only who applied may withdraw it")
    return _over(step(case, Trigger.WITHDRAW, by, now))


def approved(
    case: RefundCase, by: Actor, clocks: Clocks, now: datetime, words: str, receipt: ReceiptAction
) -> RefundCase:
    """Finance decides that it goes back: from now on it is owed, and reserving it is to be done.

    Raises `MaterialMissing`, also of a receipt that came after the unit verified.
    """
    _may_decide(case, by)
    _complete(case, receipt)
    decided = step(marked(case, now), Trigger.APPROVE, by, now, words)
    return with_tasks(started(decided, clocks, now), Task(RESERVE, RESERVE, due=milliseconds(now)))


def reserved(case: RefundCase, now: datetime) -> RefundCase:
    """The order holds it; the days to pay it back run since the decision."""
    return step(case, Trigger.RESERVE, BY_ITSELF, now)


def fell_short(case: RefundCase, clocks: Clocks, now: datetime) -> RefundCase:
    """Another refund was faster: finance decides again on what is left."""
    if case.state is not State.APPROVED:
        return case  # said before
    return started(step(case, Trigger.FALL_SHORT, BY_ITSELF, now), clocks, now)


def paid_back(case: RefundCase, now: datetime) -> RefundCase:
    return _over(step(marked(case, now), Trigger.FINISH, BY_ITSELF, now))


def becomes_of_receipt(order: Order) -> ReceiptAction:
    """As the order stands now: its receipt may come while people decide."""
    return ReceiptAction.NONE if order.receipt is None else ReceiptAction.RED


def missing(case: RefundCase, receipt: ReceiptAction) -> tuple[MaterialKind, ...]:
    """What a refund needs: the original receipt where all goes back, a copy where a part does.

    Source: Shenzhen's service guide for refunds (SZ-55), which also wants the legal documents.
    """
    there = {each.kind for each in case.materials}
    wanted: list[MaterialKind] = []
    if receipt is ReceiptAction.RED and MaterialKind.RECEIPT_ORIGINAL not in there:
        if case.full:
            wanted.append(MaterialKind.RECEIPT_ORIGINAL)
        elif MaterialKind.RECEIPT_COPY not in there:
            wanted.append(MaterialKind.RECEIPT_COPY)
    if case.ground is Ground.BASIS_CHANGED and MaterialKind.LEGAL_DOCUMENT not in there:
        wanted.append(MaterialKind.LEGAL_DOCUMENT)
    return tuple(wanted)


def may_pay_back(case: RefundCase, name: str) -> None:
    """Return if they had no part in it so far: who moves its money is a desk as well.

    Raises `SamePerson`.
    """
    if any(each.by == name for each in case.events):
        raise SamePerson


def _complete(case: RefundCase, receipt: ReceiptAction) -> None:
    if wanted := missing(case, receipt):
        raise MaterialMissing(extra={"missing": [each.value for each in wanted]})


def _may_decide(case: RefundCase, by: Actor) -> None:
    """Raises `DecidedAlready`, `NotYourStep` at another desk's turn, `SamePerson`."""
    if case.desk is not by.desk:
        _not_decided(case, by.desk)
        raise NotYourStep
    if any(each.by == by.name and each.desk is not by.desk for each in case.events):
        raise SamePerson


def _not_decided(case: RefundCase, desk: Desk) -> None:
    mine = (each for each in reversed(case.events) if each.desk is desk)
    if last := next((each for each in mine if each.what in _DECISIONS), None):
        raise DecidedAlready(
            extra={
                "state": case.state.value,
                "decision": last.what,
                "decided_by": last.by,
                "decided_at": utc_text(last.at),
            }
        )


def _over(case: RefundCase) -> RefundCase:
    return replace(case, due_on=None, days_left=None, waits_until=None)
