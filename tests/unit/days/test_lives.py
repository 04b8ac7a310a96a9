"""The life cycles of a day, a difference and a case, held to their tables."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from channel_gateway.domain.state_machine import NotNow, Transitions
from payment.archive.part import PART_TRANSITIONS, PartState, PartTrigger
from payment.reconciliation.cases.case import (
    CASE_TRANSITIONS,
    MOST_ATTACHMENTS,
    MOST_NOTES,
    Attachment,
    CaseFull,
    CaseTrigger,
    DifferenceCaseState,
    ReasonNeeded,
    ReconciliationCase,
    attached,
    returned,
    stepped,
    vanished,
)
from payment.reconciliation.days.day import DAY_TRANSITIONS, DayTrigger, ReconciliationState
from payment.reconciliation.differences import Kind
from payment.reconciliation.found.finding import (
    FINDING_TRANSITIONS,
    FindingState,
    FindingTrigger,
    healed,
    remarked,
    seen_again,
)
from payment.reconciliation.found.finding import vanished as finding_vanished
from payment.reconciliation.kinds import HANDLING
from tests.unit.days.samples import DAY, NOW, difference, finding

TABLES: list[tuple[Transitions[Any, Any], type[StrEnum], type[StrEnum]]] = [
    (DAY_TRANSITIONS, ReconciliationState, DayTrigger),
    (FINDING_TRANSITIONS, FindingState, FindingTrigger),
    (CASE_TRANSITIONS, DifferenceCaseState, CaseTrigger),
    (PART_TRANSITIONS, PartState, PartTrigger),
]


def case(state: DifferenceCaseState = DifferenceCaseState.OPEN) -> ReconciliationCase:
    return ReconciliationCase(
        id="D1",
        about=DAY,
        entered_on=DAY,
        page=f"{DAY}|wechat_pay",
        method="wechat_pay",
        kind=Kind.UNKNOWN_MONEY,
        owner=HANDLING[Kind.UNKNOWN_MONEY].owner,
        unit_code="",
        amount_fen=20600,
        due_on=DAY + timedelta(days=7),
        opened_at=NOW,
        state=state,
        live="2026-03-09",
    )


@pytest.mark.parametrize(("table", "states", "triggers"), TABLES)
def test_every_state_has_a_row_and_can_be_reached(
    table: Transitions[Any, Any], states: type[StrEnum], triggers: type[StrEnum]
) -> None:
    first = next(iter(table))
    reached, edge = {first}, [first]
    while edge:
        for target in table[edge.pop()].values():
            if target not in reached:
                reached.add(target)
                edge.append(target)
    assert set(table) == set(states) == reached
    assert {trigger for row in table.values() for trigger in row} == set(triggers)


def test_a_closed_day_has_no_way_out() -> None:
    assert DAY_TRANSITIONS[ReconciliationState.CLOSED] == {}
    assert [state for state, row in DAY_TRANSITIONS.items() if DayTrigger.CLOSE in row] == [
        ReconciliationState.BALANCED
    ]


def test_a_newer_file_opens_any_day_that_is_not_closed() -> None:
    assert all(
        row[DayTrigger.FILE] is ReconciliationState.FILE_OK
        for state, row in DAY_TRANSITIONS.items()
        if state is not ReconciliationState.CLOSED
    )


@pytest.mark.parametrize("trigger", [CaseTrigger.SETTLE, CaseTrigger.CARRY, CaseTrigger.SUSPEND])
def test_a_case_is_settled_carried_or_suspended_with_a_reason_only(trigger: CaseTrigger) -> None:
    with pytest.raises(ReasonNeeded):
        stepped(case(), trigger, "clerk-lin", NOW)
    assert stepped(case(), trigger, "clerk-lin", NOW, "已核实").reason == "已核实"


def test_a_step_is_in_the_history_with_its_name() -> None:
    taken = stepped(case(), CaseTrigger.TAKE, "clerk-lin", NOW)
    noted = stepped(taken, CaseTrigger.NOTE, "both-he", NOW, "已致电银行")
    assert [(each.by, each.what, each.text) for each in noted.history] == [
        ("clerk-lin", "take", ""),
        ("both-he", "note", "已致电银行"),
    ]
    assert (noted.worker, noted.state) == ("clerk-lin", DifferenceCaseState.IN_WORK)


def test_a_settled_case_is_neither_taken_nor_carried_again() -> None:
    settled = stepped(case(), CaseTrigger.SETTLE, "clerk-lin", NOW, "已核实")
    assert settled.live is None
    for trigger in (CaseTrigger.TAKE, CaseTrigger.CARRY, CaseTrigger.SUSPEND, CaseTrigger.SETTLE):
        with pytest.raises(NotNow):
            stepped(settled, trigger, "clerk-lin", NOW, "再来")


def test_a_note_on_a_settled_case_leaves_it_settled_when_it_was() -> None:
    settled = stepped(case(), CaseTrigger.SETTLE, "clerk-lin", NOW, "已核实")
    noted = stepped(settled, CaseTrigger.NOTE, "both-he", NOW + timedelta(days=1), "渠道来函")
    assert (noted.settled_at, noted.reason) == (NOW, "已核实")


def test_a_difference_that_vanishes_settles_its_case_once() -> None:
    gone = vanished(case(), "已不存在", NOW)
    assert (gone.state, gone.reason, gone.history[-1].by) == (
        DifferenceCaseState.SETTLED,
        "已不存在",
        "system",
    )
    assert vanished(gone, "已不存在", NOW + timedelta(hours=1)) == gone


def test_a_difference_that_returns_opens_what_had_settled_itself() -> None:
    back = returned(vanished(case(), "已不存在", NOW), case().sides, case().amount_fen, NOW)
    assert (back.state, back.live, back.reason) == (DifferenceCaseState.OPEN, "2026-03-09", "")


def test_a_persons_reason_holds_when_the_difference_is_seen_again() -> None:
    settled = stepped(case(), CaseTrigger.SETTLE, "clerk-lin", NOW, "已核实")
    assert returned(settled, settled.sides, settled.amount_fen, NOW) == settled
    assert vanished(settled, "已不存在", NOW) == settled


def test_money_in_suspense_stays_there_when_the_difference_vanishes() -> None:
    suspended = stepped(case(), CaseTrigger.SUSPEND, "clerk-lin", NOW, "待认领")
    assert vanished(suspended, "已不存在", NOW).state is DifferenceCaseState.SUSPENSE


def test_notes_and_attachments_are_bounded() -> None:
    full = case()
    for number in range(MOST_ATTACHMENTS):
        file = Attachment(f"D1.{number}", "单据", "application/pdf", 1, "d", "clerk-lin", NOW)
        full = attached(full, file)
    with pytest.raises(CaseFull):
        attached(full, Attachment("D1.x", "单据", "application/pdf", 1, "d", "clerk-lin", NOW))
    assert attached(full, full.attachments[0]) == full
    noted = case()
    for _ in range(MOST_NOTES):
        noted = stepped(noted, CaseTrigger.NOTE, "clerk-lin", NOW, "一")
    with pytest.raises(CaseFull):
        stepped(noted, CaseTrigger.NOTE, "clerk-lin", NOW, "一")


def test_a_case_is_overdue_from_the_day_after_its_deadline() -> None:
    due = case().due_on
    assert not case().is_overdue(due)
    assert case().is_overdue(due + timedelta(days=1))


def test_what_was_healed_stays_healed_seen_again_or_vanished() -> None:
    well = healed(finding(), "已补单", datetime(2026, 3, 3, tzinfo=UTC))
    assert seen_again(well, difference()).state is FindingState.HEALED
    assert finding_vanished(well).state is FindingState.HEALED


def test_what_is_gone_is_open_when_it_is_seen_again() -> None:
    gone = finding_vanished(finding())
    assert gone.state is FindingState.GONE
    assert seen_again(gone, difference()).state is FindingState.OPEN


def test_the_same_remark_again_is_not_written_again() -> None:
    once = remarked(finding(), "已重新通知财政", NOW)
    assert remarked(once, "已重新通知财政", NOW + timedelta(hours=1)) == once
