"""A day's report as a person at a terminal reads it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import Fen, yuan_from_fen
from payment.commands.wide_text import table
from payment.reconciliation.cases.how_far import HowFar
from payment.reconciliation.desk.messages import (
    DifferenceView,
    InTransitView,
    ItemSumsView,
    MethodReportView,
    SideTotalsView,
    TogetherView,
)
from payment.reconciliation.differences import Kind
from payment.words import CASES, DAYS, FINDINGS, HOW_FAR, ROLES, waiting_words

_FEE_E5_A_FEN = 1000


def report_lines(
    report: MethodReportView,
    differences: Sequence[DifferenceView],
    counts: Mapping[HowFar, int] | None = None,
) -> Iterator[str]:
    """`differences`: in order; `counts`: of all of them, where these are not all."""
    yield f"对账日报  {report.day}  {report.method}"
    yield f"状态：{DAYS[report.state]}"
    if report.waiting:
        yield f"等待：{waiting_words(report.waiting)}"
    yield from _files(report)
    yield from _sides(report)
    yield from _items(report.rows, report.gateway)
    yield from _transit(report)
    yield from _owed_back(report)
    yield from _differences(differences, counts or Counter(each.how_far for each in differences))
    if report.suspense_fen:
        yield ""
        yield f"待处理款项余额（本日款项）：{_yuan(report.suspense_fen)} 元"
    yield from _closing(report)


def together_lines(day: date, total: TogetherView) -> Iterator[str]:
    yield f"各支付方式合计  {day}"
    if total.without:
        yield f"注意：不含 {'、'.join(total.without)}（尚未对账），该日合计还不完整"
    yield from _items(total.rows)


def _differences(
    differences: Sequence[DifferenceView], counts: Mapping[HowFar, int]
) -> Iterator[str]:
    """What is open first, as that is why the day is not balanced; what is gone last, in short."""
    yield ""
    said = "，".join(f"{HOW_FAR[each]} {counts[each]}" for each in HowFar if counts.get(each))
    yield f"差异（{sum(counts.values())} 笔{'：' if said else ''}{said}）"
    of_order: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(differences, 1):
        of_order[each.order_id].append(number)
    before: HowFar | None = None
    for number, each in enumerate(differences, 1):
        if each.how_far is not before:
            yield f"【{HOW_FAR[each.how_far]}】"
            before = each.how_far
        lines = difference_lines(number, each)
        yield from islice(lines, 3) if each.how_far is HowFar.GONE else lines
        beside = [str(other) for other in of_order[each.order_id] if other != number]
        if each.order_id and beside:
            yield f"   同一订单另见第 {'、'.join(beside)} 笔"


def difference_lines(number: int, each: DifferenceView) -> Iterator[str]:
    state = CASES[each.case_state] if each.case_state else FINDINGS[each.state]
    if each.case_state_since:
        state = f"签字时{state}，现{CASES[each.case_state_since]}"
    about = f"，系 {each.about} 的差错" if each.adjustment else ""
    yield f"{number}. {each.kind} {each.name}（{state}{about}）"
    amounts = "  ".join(f"{name} {_side(fen)}" for name, fen in _said(each))
    yield f"   金额：{amounts}"
    numbers = (
        ("编号", each.id),
        ("订单", each.order_id),
        ("退款", each.refund_no),
        ("流水", each.transaction),
        ("缴款码", each.pay_code),
        ("执收单位", each.unit_code),
    )
    named = "  ".join(f"{name} {text}" for name, text in numbers if text)
    if named:
        yield f"   {named}"
    yield f"   原因：{each.cause}"
    if each.detail:
        yield f"   明细：{each.detail}"
    yield f"   责任：{ROLES[each.owner]}   期限：{each.due_on}"
    yield f"   下一步：{each.next_step}"
    for remark in each.remarks:
        yield f"   已办：{remark.words}"


def open_line(each: DifferenceView, heals_until: date) -> str:
    """One that holds a day's closing up, and what it waits for."""
    amount = next((_yuan(fen) for _, fen in _said(each) if fen is not None), "")
    said = f"{each.kind} {each.name} {each.id} {amount}".rstrip()
    if each.case_state is None:
        waits = f"可能自动处理，{heals_until} 后仍未平的建差错单"
        return f"{said}：{waits}；等不及的，cases carry {each.id} 挂账"
    return f"{said}：{CASES[each.case_state]}，责任 {ROLES[each.owner]}，期限 {each.due_on}"


def _said(each: DifferenceView) -> tuple[tuple[str, int | None], ...]:
    """Whose amounts a difference is of."""
    if each.kind is Kind.CREDIT_DIFFERS:
        return ("应到账", each.channel_fen), ("银行到账", each.bank_fen)
    if each.kind is Kind.LINE_TWICE:
        return (("渠道每笔", each.channel_fen),)
    return ("渠道", each.channel_fen), ("网关", each.gateway_fen), ("财政", each.finance_fen)


def _files(report: MethodReportView) -> Iterator[str]:
    for each in report.files:
        yield f"对账单：{each.kind} 第 {each.version} 版  SHA-256 {each.digest[:16]}…"
    for remark in report.remarks:
        yield f"注意：{remark}"


def _sides(report: MethodReportView) -> Iterator[str]:
    named = (("渠道", report.channel), ("网关", report.gateway), ("财政", report.finance))
    sides = [(name, totals) for name, totals in named if totals is not None]
    if not sides:
        return
    yield ""
    yield "各方合计（元）"
    yield from table(
        ("", "收款笔数", "收款", "退款笔数", "退款", "净额"),
        [(name, *_totals(totals)) for name, totals in sides],
        right=range(1, 6),
    )
    if report.identified_fen:
        yield f"财政收款中，由待处理款项认领 {_yuan(report.identified_fen)}，渠道已在往日收款"
    if report.given_back_fen:
        yield f"渠道退款中，由待处理款项原路退回 {_yuan(report.given_back_fen)}，不属任何订单"
    yield f"渠道手续费 {_yuan((report.fees_e5 or 0) // _FEE_E5_A_FEN)}，" + _bank(report)


def _bank(report: MethodReportView) -> str:
    carried_fen = report.carried_fen or 0
    due_fen = (report.settled_fen or 0) + carried_fen
    due = f"应到账 {_yuan(max(0, due_fen))}"
    if carried_fen:
        due += f"（已扣前日结转 {_yuan(-carried_fen)}）"
    if due_fen < 0:
        return f"{due}，不足 {_yuan(-due_fen)} 结转以后到账"
    if report.bank_fen is None:
        return f"{due}，银行到账未知"
    return f"{due}，银行到账 {_yuan(report.bank_fen)}"


def _items(rows: Sequence[ItemSumsView], ours: SideTotalsView | None = None) -> Iterator[str]:
    """A payment of several items is one payment, whatever its rows add up to."""
    yield ""
    yield "按执收单位、收费项目（元）"
    lines = [_row(row) for row in rows]
    total = (
        "合计",
        "",
        "",
        str(ours.payments) if ours else "",
        _yuan(sum(row.gross_fen for row in rows)),
        str(ours.refunds) if ours else "",
        _yuan(sum(row.refunded_fen for row in rows)),
        _yuan(sum(row.net_fen for row in rows)),
        _yuan(sum(row.late_fee_fen for row in rows)),
    )
    header = ("执收单位", "项目编码", "项目", "笔数", "收款", "退笔", "退款", "净额", "滞纳金")
    yield from table(header, [*lines, total], right=range(3, 9))


def _row(row: ItemSumsView) -> tuple[str, ...]:
    return (
        _unit(row),
        row.item_code,
        row.item_name,
        str(row.payments),
        _yuan(row.gross_fen),
        str(row.refunds),
        _yuan(row.refunded_fen),
        _yuan(row.net_fen),
        _yuan(row.late_fee_fen),
    )


def _transit(report: MethodReportView) -> Iterator[str]:
    if not report.transit:
        return
    yield ""
    yield "在途（元）"
    yield from table(
        ("执收单位", "期初在途", "往日补记", "本日净收", "财政入账", "期末在途"),
        [(_unit(each), *map(_yuan, _moved(each))) for each in report.transit],
        right=range(1, 6),
    )


def _owed_back(report: MethodReportView) -> Iterator[str]:
    """Open items: they stand on the next day's report too, until they are done."""
    if not report.owed_back:
        return
    yield ""
    yield "待退回款项（至本日终未退成）"
    for number, each in enumerate(report.owed_back, 1):
        kind = "退付申请" if each.by_case else "自动退回"
        stuck = "（受阻）" if each.stuck else ""
        yield f"{number}. {_yuan(each.amount_fen)} 元  {kind}{stuck}  自 {beijing_text(each.since)}"
        yield f"   订单 {each.order_id}  退款 {each.refund_no}  执收单位 {each.unit_code}"
        yield f"   原因：{each.reason}"
        yield f"   下一步：{each.next_step}"
    if report.owed_back_fen is not None:
        yield f"共 {report.owed_back_count} 笔，{_yuan(report.owed_back_fen)} 元"


def _unit(each: ItemSumsView | InTransitView) -> str:
    return f"{each.unit_code} {each.unit_name}".strip() or "（未识别）"


def _moved(each: InTransitView) -> tuple[int, ...]:
    arrived = each.opening_fen, each.late_fen, each.received_fen
    return *arrived, each.booked_fen, each.closing_fen


def _closing(report: MethodReportView) -> Iterator[str]:
    closing = report.closing
    if closing is None:
        return
    yield ""
    if closing.signed_by is None:
        yield f"结账：{closing.wished_by} 已提交，待复核人签字"
        return
    yield f"结账：{closing.wished_by} 提交，{closing.signed_by} 签字"
    yield f"报告摘要 SHA-256：{closing.report_digest}"
    yield f"流水账截至第 {closing.journal_number} 条，摘要 {closing.journal_hash}"


def _totals(totals: SideTotalsView) -> Iterable[str]:
    return (
        str(totals.payments),
        _yuan(totals.gross_fen),
        str(totals.refunds),
        _yuan(totals.refunded_fen),
        _yuan(totals.net_fen),
    )


def _side(fen: int | None) -> str:
    return "无" if fen is None else _yuan(fen)


def _yuan(fen: int) -> str:
    return yuan_from_fen(Fen(fen))
