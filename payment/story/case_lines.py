"""Refund cases, findings of a reconciled day, their cases and suspense, as lines. Pure.

What people wrote is not told: it may name somebody. Neither are the names of the staff, which are
on the audit trail.
"""

from collections.abc import Iterable, Iterator

from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.service import Line
from payment.order import Order
from payment.reconciliation.cases.case import SYSTEM, ReconciliationCase
from payment.reconciliation.differences import Kind
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.kinds import HANDLING
from payment.reconciliation.suspense.item import SuspenseItem
from payment.refund_cases.case import RefundCase
from payment.story.words import CASE_STEPS, DESKS, said
from payment.words import CASES, ENTRIES, FINDINGS, REFUND_CASES, REFUND_STEPS, ROLES, SUSPENSE


def refund_case_lines(case: RefundCase) -> Iterator[Line]:
    amount = yuan_from_fen(case.amount_fen)
    name = f"退付申请 {case.id}"
    due = f"，期限 {case.due_on}" if case.due_on and not case.is_over else ""
    yield Line(None, f"  {name}：{amount} 元，{REFUND_CASES[case.state]}（{case.state}）{due}")
    for event in case.events:
        yield Line(event.at, f"{name}：{said(event.what, REFUND_STEPS)}，{DESKS[event.desk]}")


def finding_lines(finding: Finding) -> Iterator[Line]:
    name = _name(finding)
    sides = "，".join(
        f"{side} {yuan_from_fen(Fen(fen))}"
        for side, fen in (
            ("渠道", finding.channel_fen),
            ("网关", finding.gateway_fen),
            ("财政", finding.finance_fen),
            ("银行", finding.bank_fen),
        )
        if fen is not None
    )
    yield Line(finding.found_at, f"对账 {finding.about} 发现 {name}：{sides}")
    for remark in finding.remarks:
        yield Line(remark.at, f"{name}：{remark.words}")


def paid_elsewhere(findings: Iterable[Finding], orders: Iterable[Order]) -> Iterator[Line]:
    """Of a notice that finance has booked, and of which no order of ours had the money."""
    ours = {order.id for order in orders if order.transaction is not None}
    for each in findings:
        if each.kind is Kind.PAID_ELSEWHERE and each.is_there and each.order_id not in ours:
            amount = yuan_from_fen(Fen(each.amount_fen))
            yield Line(None, f"{amount} 元已在别处缴清并由财政入账，不经本系统（{_name(each)}）")


def difference_case_lines(case: ReconciliationCase) -> Iterator[Line]:
    kind, owner = HANDLING[case.kind].name, ROLES[case.owner]
    name = f"差错单 {case.id}"
    yield Line(None, f"  {name}（{case.kind} {kind}）：{CASES[case.state]}，责任 {owner}")
    yield Line(case.opened_at, f"{name} 建立，责任 {owner}，期限 {case.due_on}")
    for event in case.history:
        by = "系统" if event.by == SYSTEM else "工作人员"
        yield Line(event.at, f"{name}：{said(event.what, CASE_STEPS)}，{by}")


def suspense_lines(item: SuspenseItem) -> Iterator[Line]:
    """What became of money of nobody's."""
    name = f"待处理款项 {item.id}"
    yield Line(None, f"  {name}：余额 {yuan_from_fen(Fen(item.balance_fen))} 元")
    for entry in item.entries:
        what = f"{SUSPENSE[entry.kind]} {yuan_from_fen(Fen(abs(entry.change_fen)))} 元"
        notice = f"，缴款码 {entry.pay_code}" if entry.pay_code else ""
        state = ENTRIES[item.standing(entry)]
        yield Line(entry.at, f"{name}：第 {entry.number} 笔，{what}{notice}，{state}")
    for approval in item.approvals:
        yield Line(approval.at, f"{name}：第 {approval.number} 笔，另一人已复核")


def _name(finding: Finding) -> str:
    handling = HANDLING[finding.kind]
    return f"{finding.kind} {handling.name}（{finding.id}，{FINDINGS[finding.state]}）"
