"""What is sent and seen of refund cases. JSON, amounts in fen."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from channel_gateway.domain.readable import readable
from payment.messages import FenAmount, Message, RefundView
from payment.refund_cases.case import Desk, Ground, MaterialKind, ReceiptAction, Way
from payment.refund_cases.life import State
from payment.refund_todo import Owner

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(readable),
]
FileName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(readable),
]
Reference = Annotated[str, Field(pattern="^[0-9A-Za-z_-]{4,64}$")]


class FileGiven(Message):
    kind: MaterialKind
    name: FileName
    content: Annotated[str, Field(max_length=56_000, description="base64; at most 40 KiB of file")]


class Application(Message):
    """What a citizen asks back."""

    ground: Ground
    words: Words = Field(description="why, in the applicant's words; kept sealed")
    amount_fen: FenAmount
    materials: Annotated[tuple[FileGiven, ...], Field(max_length=3)] = ()


class StaffApplication(Application):
    """What a unit or finance asks back for somebody who paid."""

    way: Way = Way.CHANNEL
    upper_level: bool = Field(False, description="the money is an upper level's: finance has 15")
    found_on: date | None = Field(
        default=None, description="when the unit found its own mistake: it applies within 5 days"
    )


class MoreMaterial(FileGiven):
    more_to_come: bool = Field(False, description="true: the clock stands still until the last one")


class Decision(Message):
    words: Words = Field(description="the reason; the applicant reads it")


class Transferred(Message):
    reference: Reference = Field(description="the treasury's or the bank's number of it")


class TransferSeen(Message):
    """Which transfer was seen on the account."""

    reference: Reference = Field(description="as `transfer` shows it, and the paper says")


class CardSeen(Message):
    """Which card was compared with the citizen's paper."""

    card: Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="`digest` of `card`")]


class CardGiven(Message):
    """Another account of the citizen's own; kept sealed until the platform has it."""

    bank: Annotated[str, Field(pattern="^[A-Z_]{2,16}$", examples=["ICBC_DEBIT"])]
    account: Annotated[str, Field(pattern="^[0-9]{8,30}$")]
    holder: FileName


class MaterialView(Message):
    material_id: str
    kind: MaterialKind
    name: str
    digest: str = Field(description="SHA-256 of the file, hex")
    size: int
    added_at: datetime
    added_by: str = Field(description="an account of the staff, or `citizen`")


class MaterialContent(MaterialView):
    content: str = Field(description="base64")


class ProgressView(Message):
    """One step of an application, told to the citizen."""

    at: datetime
    says: str
    words: str


class ApplicationView(Message):
    """An application as its citizen sees it."""

    case_id: str
    order_id: str
    state: State
    says: str = Field(description="the state in a sentence for the citizen")
    amount_fen: int
    ground: Ground
    applied_at: datetime
    decided_by: date | None = Field(description="the last working day of the present step")
    may_withdraw: bool
    missing: list[MaterialKind] = Field(description="material that is still wanted")
    materials: list[MaterialView]
    progress: list[ProgressView]


class ApplicationsView(Message):
    applications: list[ApplicationView]


class HistoryView(Message):
    at: datetime
    what: str
    by: str = Field(description="an account of the staff, or as `role`: `citizen`, `gateway`")
    role: str
    desk: Desk
    words: str


class RefundItem(Message):
    """One refund in the list: a case that people decide, or one that goes back by itself."""

    automatic: bool
    case_id: str | None
    order_id: str
    refund_no: str | None
    pay_code: str
    unit_code: str
    amount_fen: int
    state: str
    since: datetime
    owner: Owner = Field(description="whose turn it is")
    next_step: str = Field(description="what a person must do, in words")
    due_on: date | None
    overdue: bool
    stuck: bool


class RefundItems(Message):
    refunds: list[RefundItem]
    next: str | None = Field(description="pass as `after` for the next page")


class TransferView(Message):
    reference: str
    paid_by: str
    confirmed_by: str


class CardView(Message):
    """Another card that a refund is to go to, until the platform has it."""

    bank: str
    account: str = Field(description="masked: its last four digits")
    holder: str = Field(description="masked: the first character")
    digest: str = Field(description="of this very card: say it to confirm it")
    named_by: str
    named_at: datetime
    confirmed_by: str = Field(description="empty: nobody yet")


class StaffRefund(Message):
    """A refund of an order, with what is to be done about it."""

    item: RefundItem
    refund: RefundView
    transfer: TransferView | None
    card: CardView | None
    history: list[HistoryView] = Field(description="its steps, with who took which")


class CaseView(Message):
    """A refund case with all that was said, for the staff."""

    item: RefundItem
    case_id: str
    state: State
    amount_fen: int
    total_fen: int
    ground: Ground
    way: Way
    receipt: ReceiptAction
    upper_level: bool
    found_on: date | None
    applied_at: datetime
    late: bool = Field(description="some step was done after its last day")
    missing: list[MaterialKind]
    materials: list[MaterialView]
    history: list[HistoryView]
    refund: RefundView | None
    card: CardView | None
