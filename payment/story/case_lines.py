"""Refund cases, findings of a reconciled day and their cases, as lines. Pure.

What people wrote is not told: it may name somebody. Neither are the names of the staff, which are
on the audit trail.
"""

from collections.abc import Iterator

from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.service import Line
from payment.reconciliation.cases.case import SYSTEM, ReconciliationCase
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.kinds import HANDLING
from payment.refund_cases.case import RefundCase


def refund_case_lines(case: RefundCase) -> Iterator[Line]:
    amount = yuan_from_fen(case.amount_fen)
    name = f"refund case {case.id}"
    due = f", due on {case.due_on}" if case.due_on and not case.is_over else ""
    yield Line(None, f"  {name} (退付申请): {amount} yuan, {case.state}{due}")
    for event in case.events:
        yield Line(event.at, f"{name}: {event.what}, at the desk of {event.desk}")


def finding_lines(finding: Finding) -> Iterator[Line]:
    name = _name(finding)
    sides = ", ".join(
        f"{side} {yuan_from_fen(Fen(fen))}"
        for side, fen in (
            ("channel", finding.channel_fen),
            ("gateway", finding.gateway_fen),
            ("finance", finding.finance_fen),
            ("bank", finding.bank_fen),
        )
        if fen is not None
    )
    yield Line(finding.found_at, f"reconciling {finding.about} found {name}: {sides}")
    for remark in finding.remarks:
        yield Line(remark.at, f"{name}: {remark.words}")


def difference_case_lines(case: ReconciliationCase) -> Iterator[Line]:
    kind = HANDLING[case.kind].name
    yield Line(None, f"  case {case.id} ({case.kind} {kind}): {case.state}, with {case.owner}")
    yield Line(case.opened_at, f"case {case.id} opened for {case.owner}, due on {case.due_on}")
    for event in case.history:
        by = "the gateway" if event.by == SYSTEM else "the staff"
        yield Line(event.at, f"case {case.id}: {event.what}, by {by}")


def _name(finding: Finding) -> str:
    handling = HANDLING[finding.kind]
    return f"{finding.kind} {handling.name} ({finding.id}, {finding.state})"
