"""What citizens and operators send us and see of fees, orders and refunds. JSON, amounts in fen."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from channel_gateway.domain.readable import readable
from payment.order import State
from payment.refund import RefundState

# `\d` would take the digits of every script.
PayCode = Annotated[
    str,
    Field(
        pattern="^[0-9A-Za-z]{16,32}$",
        description="缴款码, on the notice: 20 digits in most regions, letters in some",
    ),
]
CheckCode = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z]{1,4}$", description="校验码: up to 4 characters beside it")
]
# Strict: neither `true` nor "7" nor 7.0 is an amount.
FenAmount = Annotated[
    int, Field(strict=True, ge=1, le=10_000_000_000, description="whole fen, a JSON integer")
]

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(readable),
]


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NoticeQuery(Message):
    pay_code: PayCode
    check_code: CheckCode


class ItemView(Message):
    code: str
    name: str
    unit: str
    quantity: int
    standard: str = Field(description="收费标准, as finance words it; empty: it does not say")
    amount_fen: int
    reduced_fen: int = Field(description="taken off by an authority (减), not in the amount")
    late_fee_fen: int


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
    red_receipt: ReceiptView | None = Field(
        description="红票: reverses the receipt, or a part of it; its total is below zero"
    )


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
        default=None,
        description="parameters for wx.requestPayment or my.tradePay; with a `kind`, for neither",
    )


class OrdersView(Message):
    orders: list[OrderView]
    next: str | None = Field(description="pass as `after` for the next page")


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
