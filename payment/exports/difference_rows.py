"""What reconciling found on days, and the cases made of it."""

from collections.abc import AsyncIterator
from datetime import date

from payment.exports.table import Column, Form, Row, Units, amount, sees, yuan
from payment.reconciliation.cases.case import ReconciliationCase
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.desk.messages import DifferenceView
from payment.reconciliation.desk.views import as_signed, difference_view
from payment.reconciliation.entries import Movement
from payment.reconciliation.found.finding import page_of
from payment.reconciliation.kinds import HANDLING
from payment.words import CASES, FINDINGS, MOVEMENTS, ROLES

_DIFFERENCES = (
    Column("对账日期", Form.DAY),
    Column("业务日期", Form.DAY),
    Column("支付方式"),
    Column("编号"),
    Column("种类"),
    Column("名称"),
    Column("类型"),
    Column("状态"),
    Column("执收单位"),
    Column("订单号"),
    Column("退款单号"),
    Column("渠道流水号"),
    Column("缴款码"),
    amount("渠道金额"),
    amount("网关金额"),
    amount("财政金额"),
    amount("银行到账"),
    Column("原因"),
    Column("明细"),
    Column("责任"),
    Column("期限", Form.DAY),
    Column("下一步"),
    Column("已办"),
)
_CASES = (
    Column("对账日期", Form.DAY),
    Column("业务日期", Form.DAY),
    Column("支付方式"),
    Column("编号"),
    Column("种类"),
    Column("名称"),
    Column("状态"),
    Column("执收单位"),
    yuan("金额"),
    Column("责任"),
    Column("经办人"),
    Column("期限", Form.DAY),
    Column("逾期"),
    Column("立单时间", Form.MOMENT),
    Column("了结时间", Form.MOMENT),
    Column("记录数", Form.COUNT),
    Column("附件数", Form.COUNT),
)


class DifferenceRows:
    columns = _DIFFERENCES

    def __init__(self, desk: ReconciliationDesk) -> None:
        self._desk = desk

    async def of_day(self, day: date, units: Units) -> AsyncIterator[Row]:
        """What stands on the day's report, of earlier days too that were closed by then."""
        for method in self._desk.methods:
            known = await self._desk.days.of(day, method)
            if known is None:
                continue
            async for finding, case in self._desk.all_differences(known):
                if sees(units, finding.unit_code):
                    view = as_signed(
                        difference_view(finding, case, self._desk.calendar), case, known
                    )
                    yield _difference(day, method, view)


class CaseRows:
    """What people wrote about a case stays with it: it may name people."""

    columns = _CASES

    def __init__(self, desk: ReconciliationDesk) -> None:
        self._desk = desk

    async def of_day(self, day: date, units: Units) -> AsyncIterator[Row]:
        for method in self._desk.methods:
            async for case in self._desk.cases.of_page(page_of(day, method)):
                if sees(units, case.unit_code):
                    yield _case(case, self._desk.today)


def _difference(day: date, method: str, view: DifferenceView) -> Row:
    return (
        day,
        view.about,
        method,
        view.id,
        view.kind.value,
        view.name,
        MOVEMENTS[Movement(view.movement)],
        CASES[view.case_state] if view.case_state else FINDINGS[view.state],
        view.unit_code,
        view.order_id,
        view.refund_no,
        view.transaction,
        view.pay_code,
        view.channel_fen,
        view.gateway_fen,
        view.finance_fen,
        view.bank_fen,
        view.cause,
        view.detail,
        ROLES[view.owner],
        view.due_on,
        view.next_step,
        "；".join(remark.words for remark in view.remarks),
    )


def _case(case: ReconciliationCase, today: date) -> Row:
    return (
        case.entered_on,
        case.about,
        case.method,
        case.id,
        case.kind.value,
        HANDLING[case.kind].name,
        CASES[case.state],
        case.unit_code,
        case.amount_fen,
        ROLES[case.owner],
        case.worker,
        case.due_on,
        "逾期" if case.is_overdue(today) else "",
        case.opened_at,
        case.settled_at,
        len(case.history),
        len(case.attachments),
    )
