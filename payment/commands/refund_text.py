"""Refunds as a person at a terminal reads them: the list, and one case with its history. Pure."""

from collections.abc import Iterator, Sequence

from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.ports import Role
from payment.commands.wide_text import table
from payment.refund import RefundState
from payment.refund_cases.life import State
from payment.refund_cases.messages import CardView, CaseView, HistoryView, RefundItem
from payment.words import (
    GROUNDS,
    MATERIALS,
    OTHERS,
    OWNERS,
    RECEIPTS,
    REFUND_CASES,
    REFUND_STEPS,
    REFUNDS,
    ROLES,
    WAYS,
)


def list_lines(items: Sequence[RefundItem]) -> list[str]:
    header = ("编号", "状态", "金额", "执收单位", "期限", "责任", "下一步")
    rows = [
        (
            each.case_id or f"{each.refund_no}（自动）",
            _state(each),
            yuan_from_fen(Fen(each.amount_fen)),
            each.unit_code,
            _due(each),
            OWNERS[each.owner],
            each.next_step,
        )
        for each in items
    ]
    total = _yuan(sum(each.amount_fen for each in items))
    return [*table(header, rows, right=(2,)), f"共 {len(rows)} 件，合计 {total} 元"]


def case_lines(view: CaseView) -> Iterator[str]:
    item = view.item
    late = "  曾逾期办理" if view.late else ""
    yield f"退付申请 {view.case_id}  {_state(item)}{late}"
    yield from (f"{name}：{words}" for name, words in _facts(view) if words)
    yield ""
    yield "办理过程"
    header = ("时间（北京）", "环节", "办理人", "角色", "说明")
    yield from table(header, map(_step, view.history))


def _facts(view: CaseView) -> Iterator[tuple[str, str]]:
    item = view.item
    yield "金额", f"{_yuan(view.amount_fen)} 元（缴款 {_yuan(view.total_fen)} 元）"
    yield "事由", GROUNDS[view.ground]
    yield "方式", f"{WAYS[view.way]}，票据{RECEIPTS[view.receipt]}"
    yield "订单", f"{item.order_id}   缴款码 {item.pay_code}   执收单位 {item.unit_code}"
    yield "申请时间", beijing_text(view.applied_at)
    yield "发现差错", view.found_on.isoformat() if view.found_on else ""
    yield "退款", f"{item.refund_no}" if item.refund_no else ""
    yield "收款银行卡", _card(view.card) if view.card else ""
    yield "责任", f"{OWNERS[item.owner]}   期限：{_due(item)}"
    yield "下一步", item.next_step
    for each in view.materials:
        added = f"{OTHERS.get(each.added_by, each.added_by)}，{beijing_text(each.added_at)}"
        size = f"{each.size} 字节，SHA-256 {each.digest[:16]}…"
        yield "材料", f"{MATERIALS[each.kind]} {each.name}（{size}；{added}）"
    yield "尚缺材料", "、".join(MATERIALS[each] for each in view.missing)


def _card(card: CardView) -> str:
    confirmed = f"，{card.confirmed_by} 复核" if card.confirmed_by else "，待复核"
    return f"{card.bank} {card.account} {card.holder}（{card.named_by} 登记{confirmed}）"


def _step(each: HistoryView) -> tuple[str, ...]:
    role = ROLES[Role(each.role)] if each.role in set(Role) else ""
    what = REFUND_STEPS.get(each.what, each.what)
    who = OTHERS.get(each.role, each.by)
    return beijing_text(each.at), what, who, role, each.words


def _state(item: RefundItem) -> str:
    if item.case_id is None:
        return REFUNDS[RefundState(item.state)]
    return REFUND_CASES[State(item.state)]


def _due(item: RefundItem) -> str:
    if item.due_on is None:
        return "不计"
    return f"{item.due_on}{'（逾期）' if item.overdue else ''}"


def _yuan(fen: int) -> str:
    return yuan_from_fen(Fen(fen))
