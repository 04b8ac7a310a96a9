"""Days, differences, cases and suspense entries as staff see them. Pure."""

from datetime import date

from channel_gateway.ports import Member, Role, Workdays
from payment.reconciliation.cases.case import ReconciliationCase
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.sums import Totals
from payment.reconciliation.desk.messages import (
    BillFileView,
    CaseAttachmentView,
    DayClosingView,
    DifferenceCaseDetail,
    DifferenceCaseEvent,
    DifferenceCaseView,
    DifferenceKindView,
    DifferenceView,
    InTransitView,
    ItemSumsView,
    MethodReportView,
    ReconciledDayView,
    RemarkView,
    SideTotalsView,
)
from payment.reconciliation.detail_words import in_chinese
from payment.reconciliation.differences import Kind
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.kinds import HANDLING, due_on


def units_of(member: Member) -> frozenset[str] | None:
    """The units somebody is kept to; None: they see all."""
    return None if member.roles - {Role.UNIT_CLERK} else member.units


def day_view(day: Day) -> ReconciledDayView:
    return ReconciledDayView(
        day=day.day,
        method=day.method,
        state=day.state,
        waiting=day.waiting,
        matched_at=day.matched_at,
        kinds=[
            DifferenceKindView(kind=each.kind, name=HANDLING[each.kind].name, count=each.count)
            for each in day.kinds
        ],
        closing=_closing(day),
    )


def method_report(day: Day, units: frozenset[str] | None, *, suspense_fen: int) -> MethodReportView:
    """Whoever is kept to units sees those alone, and nothing that is of all together."""
    whole = units is None
    seen = day_view(day).model_dump()
    if not whole:
        seen |= {"kinds": [], "closing": None, "waiting": ""}
    return MethodReportView(
        **seen,
        files=[
            BillFileView(kind=each.kind, digest=each.digest, version=each.version)
            for each in day.files
            if whole
        ],
        channel=_totals(day.channel) if whole else None,
        fees_e5=day.channel.fees_e5 if whole else None,
        gateway=_totals(day.gateway) if whole else None,
        finance=_totals(day.finance) if whole else None,
        settled_fen=day.settled_fen if whole else None,
        bank_fen=day.bank_fen if whole else None,
        repeated=day.repeated if whole else 0,
        rows=[
            ItemSumsView(
                unit_code=row.unit_code,
                item_code=row.item_code,
                item_name=row.item_name,
                payments=row.payments,
                gross_fen=row.gross_fen,
                refunds=row.refunds,
                refunded_fen=row.refunded_fen,
                net_fen=row.net_fen,
                late_fee_fen=row.late_fee_fen,
            )
            for row in day.rows
            if units is None or row.unit_code in units
        ],
        transit=[
            InTransitView(
                unit_code=each.unit_code,
                opening_fen=each.opening_fen,
                received_fen=each.received_fen,
                booked_fen=each.booked_fen,
                closing_fen=each.closing_fen,
            )
            for each in day.transit
            if units is None or each.unit_code in units
        ],
        suspense_fen=suspense_fen if whole else None,
    )


def difference_view(
    finding: Finding, case: ReconciliationCase | None, calendar: Workdays
) -> DifferenceView:
    handling = HANDLING[finding.kind]
    return DifferenceView(
        id=finding.id,
        kind=finding.kind,
        name=handling.name,
        cause=handling.cause,
        owner=handling.owner,
        next_step=handling.next_step,
        due_on=case.due_on if case else due_on(finding.kind, finding.about, calendar),
        state=finding.state,
        case_state=case.state if case else None,
        about=finding.about,
        adjustment=finding.is_adjustment,
        movement=finding.movement,
        order_id=finding.order_id,
        refund_no=finding.refund_no,
        transaction="" if finding.kind is Kind.CREDIT_DIFFERS else finding.transaction,
        pay_code=finding.pay_code,
        unit_code=finding.unit_code,
        channel_fen=finding.channel_fen,
        gateway_fen=finding.gateway_fen,
        finance_fen=finding.finance_fen,
        detail=in_chinese(finding.detail),
        remarks=[RemarkView(at=each.at, words=each.words) for each in finding.remarks],
    )


def as_signed(view: DifferenceView, day: Day) -> DifferenceView:
    """A closed day's report reads as it was signed; what became of a case since is beside it."""
    signed = day.signed_state(view.id)
    if signed is None or signed is view.case_state:
        return view
    return view.model_copy(update={"case_state": signed, "case_state_since": view.case_state})


def case_view(case: ReconciliationCase, today: date) -> DifferenceCaseView:
    return DifferenceCaseView(
        id=case.id,
        kind=case.kind,
        name=HANDLING[case.kind].name,
        state=case.state,
        owner=case.owner,
        about=case.about,
        method=case.method,
        unit_code=case.unit_code,
        amount_fen=case.amount_fen,
        due_on=case.due_on,
        overdue=case.is_overdue(today),
        worker=case.worker,
        opened_at=case.opened_at,
    )


def whole_case_view(
    case: ReconciliationCase, finding: Finding, today: date, calendar: Workdays
) -> DifferenceCaseDetail:
    handling = HANDLING[case.kind]
    return DifferenceCaseDetail(
        **case_view(case, today).model_dump(),
        cause=handling.cause,
        next_step=handling.next_step,
        reason=case.reason,
        settled_at=case.settled_at,
        difference=difference_view(finding, case, calendar),
        history=[
            DifferenceCaseEvent(at=each.at, by=each.by, what=each.what, text=each.text)
            for each in case.history
        ],
        attachments=[
            CaseAttachmentView(
                id=each.id,
                name=each.name,
                media_type=each.media_type,
                size=each.size,
                digest=each.digest,
                by=each.by,
                at=each.at,
            )
            for each in case.attachments
        ],
    )


def _totals(totals: Totals) -> SideTotalsView:
    return SideTotalsView(
        payments=totals.payments,
        gross_fen=totals.gross_fen,
        refunds=totals.refunds,
        refunded_fen=totals.refunded_fen,
        net_fen=totals.net_fen,
    )


def _closing(day: Day) -> DayClosingView | None:
    wish, signature = day.wish, day.signature
    if wish is None:
        return None
    return DayClosingView(
        wished_by=wish.by,
        wished_at=wish.at,
        signed_by=signature.by if signature else None,
        signed_at=signature.at if signature else None,
        report_digest=wish.report_digest,
        journal_number=signature.journal_number if signature else None,
        journal_hash=signature.journal_hash if signature else None,
    )
