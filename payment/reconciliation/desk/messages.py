"""What staff send and see of reconciliation. JSON, amounts in fen, days Beijing's."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, Base64Bytes, Field, StringConstraints

from channel_gateway.domain.readable import readable
from channel_gateway.ports import Role
from payment.messages import FenAmount, Message, PayCode
from payment.reconciliation.cases.case import DifferenceCaseState
from payment.reconciliation.cases.how_far import HowFar
from payment.reconciliation.days.day import ReconciliationState
from payment.reconciliation.differences import Kind
from payment.reconciliation.found.finding import FindingState
from payment.reconciliation.suspense.item import EntryStanding, SuspenseEntryKind

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(readable),
]


class SideTotalsView(Message):
    payments: int
    gross_fen: int
    refunds: int
    refunded_fen: int
    net_fen: int


class ItemSumsView(Message):
    """A unit's item."""

    unit_code: str
    unit_name: str
    item_code: str
    item_name: str
    payments: int
    gross_fen: int
    refunds: int
    refunded_fen: int
    net_fen: int
    late_fee_fen: int = Field(description="滞纳金, of the gross")


class TogetherView(Message):
    """A day's money over all payment methods that are told of, by our journal."""

    without: list[str] = Field(
        description="payment methods whose money is not in it: their day is not matched yet"
    )
    rows: list[ItemSumsView]
    gross_fen: int
    refunded_fen: int
    net_fen: int
    late_fee_fen: int = Field(description="滞纳金, of the gross")


class InTransitView(Message):
    """A unit's money the channel has taken and finance has not booked (在途)."""

    unit_code: str
    unit_name: str
    opening_fen: int
    received_fen: int
    booked_fen: int
    late_fen: int = Field(description="of days signed before it was known")
    closing_fen: int


class BillFileView(Message):
    kind: str
    digest: str = Field(description="SHA-256 of the bill, hex")
    version: int


class DifferenceKindView(Message):
    kind: Kind
    name: str
    count: int
    open: int = Field(description="of these, what nobody has explained, settled or carried yet")


class RemarkView(Message):
    at: datetime
    words: str


class DifferenceView(Message):
    id: str
    kind: Kind
    name: str
    cause: str
    owner: Role
    next_step: str
    due_on: date
    state: FindingState
    case_state: DifferenceCaseState | None = Field(
        description="null: there is no case of it; on a closed day's report as it was signed"
    )
    case_state_since: DifferenceCaseState | None = Field(
        default=None, description="of a closed day, where work has gone on: as it stands now"
    )
    how_far: HowFar = Field(
        description="state and case in one word; `open` alone keeps the day from being balanced"
    )
    about: date = Field(description="the day it is about; an adjustment's is not the report's")
    adjustment: bool
    movement: str
    order_id: str
    refund_no: str
    transaction: str
    pay_code: str
    unit_code: str
    channel_fen: int | None
    gateway_fen: int | None
    finance_fen: int | None
    bank_fen: int | None = Field(
        description="of a day's credit (M10) what came in, beside what was to come in "
        "`channel_fen`; null: nothing came"
    )
    detail: str
    remarks: list[RemarkView] = Field(description="what was done about it by itself")


class DifferencesView(Message):
    differences: list[DifferenceView]
    next: str | None = Field(description="ask with `after` for more; null: there are no more")


class DayClosingView(Message):
    wished_by: str
    wished_at: datetime
    signed_by: str | None
    signed_at: datetime | None
    report_digest: str
    journal_number: int | None = Field(description="the money journal's head when it was signed")
    journal_hash: str | None


class ReconciledDayView(Message):
    """A day of one payment method: whether it ran, and how it stands."""

    day: date
    method: str
    state: ReconciliationState
    waiting: str = Field(description="why there are no usable bills or books; empty: nothing is")
    matched_at: datetime | None
    kinds: list[DifferenceKindView]
    closing: DayClosingView | None


class ReconciledDaysView(Message):
    days: list[ReconciledDayView]
    next: str | None


class OwedBackView(Message):
    """A refund that was asked for and was not done at the end of the day."""

    order_id: str
    refund_no: str
    unit_code: str
    amount_fen: int
    since: datetime
    reason: str
    next_step: str = Field(description="what is to be done, as far as it was known at the last run")
    stuck: bool = Field(description="it does not go on by itself")
    by_case: bool = Field(description="people decided it; false: it goes back by itself")


class MethodReportView(ReconciledDayView):
    """The whole report of a day of one payment method; of a unit clerk, their units alone."""

    files: list[BillFileView]
    channel: SideTotalsView | None
    fees_e5: int | None = Field(description="the channel's fees, in 10⁻⁵ yuan")
    gateway: SideTotalsView | None
    finance: SideTotalsView | None
    settled_fen: int | None = Field(description="what the day itself brings, by the bills")
    carried_fen: int | None = Field(
        description="what earlier days, on which more went back than came in, take from it: "
        "never positive. Both together are what the bank is to receive; below zero, nothing"
    )
    bank_fen: int | None = Field(description="what it received; null: nothing is known of it")
    repeated: int = Field(description="lines a bill has twice, counted once")
    given_back_fen: int | None = Field(
        description="of the channel's refunds, what left the suspense account: of no order of ours"
    )
    identified_fen: int | None = Field(
        description="of finance's payments, what left the suspense account: on an earlier day's "
        "bill"
    )
    remarks: list[str] = Field(
        description="on the channel's bill, in words: new columns, lines that could not be read"
    )
    rows: list[ItemSumsView]
    transit: list[InTransitView]
    owed_back: list[OwedBackView] = Field(
        description="待退回款项: on each day's report until it is back; 200 at most, stuck first"
    )
    owed_back_count: int | None
    owed_back_fen: int | None = Field(description="of all of them")
    suspense_fen: int | None = Field(description="待处理款项: what lies there of this day now")


class ReportView(Message):
    day: date
    methods: list[MethodReportView]
    together: TogetherView


class WholeMethodReport(MethodReportView):
    """With every difference: of the command line."""

    differences: list[DifferenceView]
    unlisted_fen: int = Field(
        description="channel less journal, beyond what the differences explain; 0, or not balanced"
    )
    unlike_signed: list[str] = Field(description="of a closed day: what is not as it was signed")


class WholeReport(Message):
    day: date
    methods: list[WholeMethodReport]
    together: TogetherView


class ReconcileRequest(Message):
    again: bool = Field(False, description="fetch the bills anew, although they are here")


class DifferenceCaseEvent(Message):
    at: datetime
    by: str
    what: str
    text: str


class CaseAttachmentView(Message):
    id: str
    name: str
    media_type: str
    size: int
    digest: str
    by: str
    at: datetime


class DifferenceCaseView(Message):
    id: str
    kind: Kind
    name: str
    state: DifferenceCaseState
    owner: Role
    about: date
    method: str
    unit_code: str
    amount_fen: int
    due_on: date
    overdue: bool
    stuck: bool = Field(description="its money does not leave the suspense account as it should")
    worker: str
    opened_at: datetime


class DifferenceCasesView(Message):
    cases: list[DifferenceCaseView]
    next: str | None


class DifferenceCaseDetail(DifferenceCaseView):
    cause: str
    next_step: str
    reason: str
    settled_at: datetime | None
    difference: DifferenceView
    history: list[DifferenceCaseEvent]
    attachments: list[CaseAttachmentView]


class CaseNote(Message):
    text: Words


class CaseReason(Message):
    reason: Words


class CaseAttachment(Message):
    name: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(readable)]
    media_type: str
    content: Base64Bytes = Field(description="at most 40 KiB")


class CaseAttachmentContent(Message):
    name: str
    media_type: str
    content: str = Field(description="base64")


class CorrectionRequest(Message):
    """A correction entry; which of the fields it needs depends on its kind."""

    kind: SuspenseEntryKind
    reason: Words
    amount_fen: FenAmount | None = None
    pay_code: PayCode | None = Field(None, description="of `identify`: the notice it pays")
    reverses: int | None = Field(None, strict=True, ge=1, description="of `reverse`: the entry")


class SuspenseEntryView(Message):
    number: int
    kind: SuspenseEntryKind
    change_fen: int
    at: datetime
    by: str
    reason: str
    pay_code: str
    reverses: int | None
    state: EntryStanding
    approved_by: str = Field(description="the second person, where it takes two; empty: nobody")
    trouble: str = Field(description="why it has had no effect outside, in the other side's words")


class SuspenseItemView(Message):
    id: str = Field(description="the case's")
    method: str
    about: date
    order_id: str
    transaction: str
    balance_fen: int = Field(description="what lies there; what is on its way out has not gone")
    free_fen: int = Field(description="what of it may still be taken out")
    entries: list[SuspenseEntryView]


class SuspenseView(Message):
    method: str
    balance_fen: int
    items: list[SuspenseItemView] = Field(description="not cleared yet")
    next: str | None
