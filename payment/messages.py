"""What citizens and operators send us and see of fees, orders and refunds. JSON, amounts in fen."""

from datetime import date, datetime
from typing import Annotated
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from payment.order import State
from payment.refund import RefundState

# `\d` would take the digits of every script.
PayCode = Annotated[
    str, Field(pattern="^[0-9]{20}$", description="缴款码: 20 digits, on the notice")
]
CheckCode = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z]{1,4}$", description="校验码: up to 4 characters beside it")
]
# Strict: neither `true` nor "7" nor 7.0 is an amount.
FenAmount = Annotated[
    int, Field(strict=True, ge=1, le=10_000_000_000, description="whole fen, a JSON integer")
]

# Control and format characters, private ones, halves of characters, and what is none at all: a
# store or a platform may refuse them, and nobody sees them.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
# Letters and a symbol that are drawn as nothing: Hangul fillers, and the empty braille cell.
_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def _readable(text: str) -> str:
    """A text that a person can read. Marks on no letter are as little to be seen as blanks."""
    if any(category(each) in _UNSEEN for each in text):
        raise ValueError("holds a character that cannot be seen")
    if not any(category(each)[0] in "LNPS" and each not in _DRAWN_AS_NOTHING for each in text):
        raise ValueError("says nothing that can be seen")
    return text


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_readable),
]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(_readable),
]


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NoticeQuery(Message):
    pay_code: PayCode
    check_code: CheckCode


class Identity(Message):
    """Who the citizen is. Sealed at rest, shown masked."""

    name: Name
    id_number: Annotated[str, Field(description="居民身份证号, 18 characters")]


class IdentityView(Message):
    name: str
    id_number: str
    reference: str = Field(description="what the hall asks for to clear it; no personal data")


class ItemView(Message):
    code: str
    name: str
    unit: str
    quantity: int
    amount_fen: int


class NoticeView(Message):
    """What is owed at this moment. `total_fen` must be sent back when ordering."""

    pay_code: str
    unit_name: str
    payer_name: str
    items: list[ItemView]
    due_on: date
    principal_fen: int
    late_fee_fen: int
    total_fen: int
    valid_until: datetime | None = Field(description="the total may change at this moment")


class NoticesView(Message):
    notices: list[NoticeView]


class OrderRequest(Message):
    pay_code: PayCode
    check_code: CheckCode | None = Field(
        default=None, description="left out for a notice owed by the citizen's own identity"
    )
    total_fen: FenAmount = Field(description="the total the citizen saw and agreed to")
    method: str | None = Field(default=None, description="where a channel has several")


class StepView(Message):
    """One step of the fee's way, told to the citizen."""

    name: str
    done: bool
    at: datetime | None = None


class ReceiptView(Message):
    """财政电子票据: its code, number and check code are what the verification site asks for."""

    code: str
    number: str
    check_code: str
    total_fen: int
    issued_at: datetime


class RefundView(Message):
    refund_no: str
    amount_fen: int
    reason: str
    state: RefundState
    says: str = Field(description="the state in a sentence for the citizen")
    asked_at: datetime
    done_at: datetime | None


class OrderView(Message):
    order_id: str
    pay_code: str
    method: str
    state: State
    says: str = Field(description="the state in a sentence for the citizen")
    amount_fen: int
    late_fee_fen: int
    created_at: datetime
    expires_at: datetime
    steps: list[StepView]
    receipt: ReceiptView | None
    refunds: list[RefundView]
    pay: dict[str, str] | None = Field(
        default=None, description="parameters for wx.requestPayment or my.tradePay"
    )


class OrdersView(Message):
    orders: list[OrderView]
    next: str | None = Field(description="pass as `after` for the next page")


class RefundRequest(Message):
    amount_fen: FenAmount
    reason: Reason = Field(description="the citizen sees it")
    refund_no: Annotated[
        str | None,
        Field(pattern=r"^[0-9A-Za-z_-]{6,64}$", description="the same number is the same refund"),
    ] = None


class EventView(Message):
    at: datetime
    what: str
    note: str


class TaskView(Message):
    id: str
    kind: str
    due: datetime
    tries: int
    note: str


class OrderHistory(Message):
    """Where is this citizen's money? The order, what happened to it, and what is still to come."""

    order: OrderView
    transaction: str | None = Field(description="the platform's own number")
    events: list[EventView]
    waiting_for: list[TaskView]
    given_up: list[TaskView]
