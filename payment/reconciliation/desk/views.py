"""Days, differences, cases and suspense entries as staff see them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Member, Role, Workdays
from payment.reconciliation.cases.case import ReconciliationCase
from payment.reconciliation.cases.how_far import how_far
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.sums import Row, Totals
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
    OwedBackView,
    ReconciledDayView,
    RemarkView,
    SideTotalsView,
    TogetherView,
)
from payment.reconciliation.differences import Kind
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.kinds import HANDLING, due_on
from payment.reconciliation.suspense.item import EntryStanding, SuspenseItem


def units_of(member: Member) -> frozenset[str] | None:
    """The units somebody is kept to; None: they see all."""
    return None if member.roles - {Role.UNIT_CLERK} else member.units


def units_for(member: Member, unit: str | None) -> frozenset[str] | None:
    """Whose figures a member is to have. Raises `NotFound` for a unit that is not theirs."""
    own = units_of(member)
    if not unit:
        return own
    if own is not None and unit not in own:
        raise NotFound("there is no such unit", field="query.unit")
    return frozenset({unit})


def day_view(day: Day) -> ReconciledDayView:
    still_open = {each.kind: each.count for each in day.open_kinds}
    return ReconciledDayView(
        day=day.day,
        method=day.method,
        state=day.state,
        waiting=day.waiting,
        matched_at=day.matched_at,
        kinds=[
            DifferenceKindView(
                kind=each.kind,
                name=HANDLING[each.kind].name,
                count=each.count,
                open=still_open.get(each.kind, 0),
            )
            for each in day.kinds
        ],
        closing=_closing(day),
    )


def method_report(
    day: Day,
    units: frozenset[str] | None,
    *,
    suspense_fen: int,
    names: Mapping[str, str],
) -> MethodReportView:
    """Whoever is kept to units sees those alone, and nothing that is of all together.

    `names`: of the units, by their codes.
    """
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
        carried_fen=day.carried_fen if whole else None,
        bank_fen=day.bank_fen if whole else None,
        repeated=day.repeated if whole else 0,
        given_back_fen=day.given_back_fen if whole else None,
        identified_fen=day.identified_fen if whole else None,
        remarks=list(day.remarks) if whole else [],
        rows=[_sums(row, names) for row in day.rows if units is None or row.unit_code in units],
        transit=[
            InTransitView(
                unit_code=each.unit_code,
                unit_name=names.get(each.unit_code, ""),
                opening_fen=each.opening_fen,
                received_fen=each.received_fen,
                booked_fen=each.booked_fen,
                late_fen=each.late_fen,
                closing_fen=each.closing_fen,
            )
            for each in day.transit
            if units is None or each.unit_code in units
        ],
        owed_back=[
            OwedBackView.model_validate(each, from_attributes=True)
            for each in day.owed_back.listed
            if units is None or each.unit_code in units
        ],
        owed_back_count=day.owed_back.count if whole else None,
        owed_back_fen=day.owed_back.fen if whole else None,
        suspense_fen=suspense_fen if whole else None,
    )


def together(reports: Sequence[MethodReportView], methods: Iterable[str]) -> TogetherView:
    """Every unit's items over the payment methods, and all of it; `methods`: that there are."""
    matched = {report.method for report in reports if report.matched_at is not None}
    rows: dict[tuple[str, str, str], ItemSumsView] = {}
    for row in (row for report in reports for row in report.rows):
        key = row.unit_code, row.item_code, row.item_name
        rows[key] = _added(rows[key], row) if key in rows else row
    return TogetherView(
        without=[method for method in methods if method not in matched],
        rows=[row for _, row in sorted(rows.items())],
        gross_fen=sum(row.gross_fen for row in rows.values()),
        refunded_fen=sum(row.refunded_fen for row in rows.values()),
        net_fen=sum(row.net_fen for row in rows.values()),
        late_fee_fen=sum(row.late_fee_fen for row in rows.values()),
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
        how_far=how_far(finding.state, case.state if case else None),
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
        bank_fen=finding.bank_fen,
        detail=finding.detail,
        remarks=[RemarkView(at=each.at, words=each.words) for each in finding.remarks],
    )


def as_signed(view: DifferenceView, case: ReconciliationCase | None, day: Day) -> DifferenceView:
    """A closed day's report reads as it was signed; what became of a case since is beside it."""
    signed = day.signed_state(case) if case else None
    if signed is None or signed is view.case_state:
        return view
    return view.model_copy(
        update={
            "case_state": signed,
            "case_state_since": view.case_state,
            "how_far": how_far(view.state, signed),
        }
    )


def case_view(
    case: ReconciliationCase, today: date, money: SuspenseItem | None
) -> DifferenceCaseView:
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
        stuck=money is not None and money.is_stuck,
        worker=case.worker,
        opened_at=case.opened_at,
    )


def whole_case_view(
    case: ReconciliationCase,
    finding: Finding,
    today: date,
    calendar: Workdays,
    money: SuspenseItem | None,
) -> DifferenceCaseDetail:
    handling = HANDLING[case.kind]
    return DifferenceCaseDetail(
        **case_view(case, today, money).model_dump(),
        cause=handling.cause,
        next_step=_next_step_of(money) if money is not None else handling.next_step,
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


def _next_step_of(money: SuspenseItem) -> str:
    """Of money in the suspense account, by what has come of its entries."""
    standing = {money.standing(each) for each in money.entries}
    return next(words for each, words in _NEXT_STEPS if each is None or each in standing)


_NEXT_STEPS = (
    (EntryStanding.FAILED, "转出未成，款项仍在账上：冲正该分录，查明原因后重新办理"),
    (EntryStanding.HELD_UP, "转出受阻，款项仍在账上：查明原因，由复核人再次复核以重新提交"),
    (EntryStanding.WAITS, "认领或原路退回待复核：请财政复核人核对后复核"),
    (EntryStanding.UNDER_WAY, "正在转出，等待渠道或财政的结果"),
    (None, "查明缴款单后认领，查不明的原路退回或移交财政"),
)


def _sums(row: Row, names: Mapping[str, str]) -> ItemSumsView:
    return ItemSumsView(
        unit_code=row.unit_code,
        unit_name=names.get(row.unit_code, ""),
        item_code=row.item_code,
        item_name=row.item_name,
        payments=row.payments,
        gross_fen=row.gross_fen,
        refunds=row.refunds,
        refunded_fen=row.refunded_fen,
        net_fen=row.net_fen,
        late_fee_fen=row.late_fee_fen,
    )


def _added(one: ItemSumsView, other: ItemSumsView) -> ItemSumsView:
    sums = ("payments", "gross_fen", "refunds", "refunded_fen", "net_fen", "late_fee_fen")
    return one.model_copy(update={name: getattr(one, name) + getattr(other, name) for name in sums})


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
