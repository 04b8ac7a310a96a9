"""What staff send and see of reconciliation. JSON, amounts in fen, days Beijing's."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, Base64Bytes, Field, StringConstraints

from channel_gateway.domain.readable import readable
from channel_gateway.ports import Role
from payment.messages import FenAmount, Message, PayCode
from payment.reconciliation.cases.case import CaseState
from payment.reconciliation.days.day import DayState
from payment.reconciliation.differences import Kind
from payment.reconciliation.found.finding import FindingState
from payment.reconciliation.suspense.item import EntryKind

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(readable),
]


class TotalsView(Message):
    payments: int
    gross_fen: int
    refunds: int
    refunded_fen: int
    net_fen: int


class RowView(Message):
    """A unit's item."""

    unit_code: str
    item_code: str
    item_name: str
    payments: int
    gross_fen: int
    refunds: int
    refunded_fen: int
    net_fen: int
    late_fee_fen: int = Field(description="滞纳金, of the gross")


class TransitView(Message):
    """A unit's money the channel has taken and finance has not booked (在途)."""

    unit_code: str
    opening_fen: int
    received_fen: int
    booked_fen: int
    closing_fen: int


class FileView(Message):
    kind: str
    digest: str = Field(description="SHA-256 of the bill, hex")
    version: int


class KindView(Message):
    kind: Kind
    name: str
    count: int


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
    case_state: CaseState | None = Field(description="null: there is no case of it")
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
    detail: str
    remarks: list[RemarkView] = Field(description="what was done about it by itself")


class DifferencesView(Message):
    differences: list[DifferenceView]
    next: str | None = Field(description="ask with `after` for more; null: there are no more")


class SignatureView(Message):
    wished_by: str
    wished_at: datetime
    signed_by: str | None
    signed_at: datetime | None
    report_digest: str
    journal_number: int | None = Field(description="the money journal's head when it was signed")
    journal_hash: str | None


class DayView(Message):
    """A day of one payment method: whether it ran, and how it stands."""

    day: date
    method: str
    state: DayState
    waiting: str = Field(description="why there are no usable bills or books; empty: nothing is")
    matched_at: datetime | None
    kinds: list[KindView]
    closing: SignatureView | None


class DaysView(Message):
    days: list[DayView]
    next: str | None


class MethodReport(DayView):
    """The whole report of a day of one payment method; of a unit clerk, their units alone."""

    files: list[FileView]
    channel: TotalsView | None
    fees_e5: int | None = Field(description="the channel's fees, in 10⁻⁵ yuan")
    gateway: TotalsView | None
    finance: TotalsView | None
    settled_fen: int | None = Field(description="what the bank is to receive")
    bank_fen: int | None = Field(description="what it received; null: nothing is known of it")
    repeated: int = Field(description="lines a bill has twice, counted once")
    rows: list[RowView]
    transit: list[TransitView]
    suspense_fen: int | None = Field(description="待处理款项: what lies there of this day now")


class ReportView(Message):
    day: date
    methods: list[MethodReport]


class WholeMethodReport(MethodReport):
    """With every difference: of the command line."""

    differences: list[DifferenceView]


class WholeReport(Message):
    day: date
    methods: list[WholeMethodReport]


class RunRequest(Message):
    again: bool = Field(False, description="fetch the bills anew, although they are here")


class CaseEventView(Message):
    at: datetime
    by: str
    what: str
    text: str


class AttachmentView(Message):
    id: str
    name: str
    media_type: str
    size: int
    digest: str
    by: str
    at: datetime


class CaseView(Message):
    id: str
    kind: Kind
    name: str
    state: CaseState
    owner: Role
    about: date
    method: str
    unit_code: str
    amount_fen: int
    due_on: date
    overdue: bool
    worker: str
    opened_at: datetime


class CasesView(Message):
    cases: list[CaseView]
    next: str | None


class WholeCaseView(CaseView):
    cause: str
    next_step: str
    reason: str
    settled_at: datetime | None
    difference: DifferenceView
    history: list[CaseEventView]
    attachments: list[AttachmentView]


class NoteRequest(Message):
    text: Words


class ReasonRequest(Message):
    reason: Words


class AttachRequest(Message):
    name: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(readable)]
    media_type: str
    content: Base64Bytes = Field(description="at most 40 KiB")


class ContentView(Message):
    name: str
    media_type: str
    content: str = Field(description="base64")


class CorrectionRequest(Message):
    """A correction entry; which of the fields it needs depends on its kind."""

    kind: EntryKind
    reason: Words
    amount_fen: FenAmount | None = None
    pay_code: PayCode | None = Field(None, description="of `identify`: the notice it pays")
    reverses: int | None = Field(None, strict=True, ge=1, description="of `reverse`: the entry")


class SuspenseEntryView(Message):
    number: int
    kind: EntryKind
    change_fen: int
    at: datetime
    by: str
    reason: str
    pay_code: str
    reverses: int | None
    done: bool = Field(description="whether its effect outside has happened")


class SuspenseItemView(Message):
    id: str = Field(description="the case's")
    method: str
    about: date
    order_id: str
    transaction: str
    balance_fen: int
    entries: list[SuspenseEntryView]


class SuspenseView(Message):
    method: str
    balance_fen: int
    items: list[SuspenseItemView] = Field(description="not cleared yet")
    next: str | None
