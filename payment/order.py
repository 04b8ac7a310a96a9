"""An order's life: one citizen pays one notice through one platform. Pure.

Finance's record is the truth for «paid»; the platform's is the truth for «money moved». A notice
may have many orders; the unique key `settles` lets exactly one of them win. Money that settles
nothing is STRAY and goes back by itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from channel_gateway.domain.errors import Forged
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Receipt
from channel_gateway.domain.state_machine import Transitions, advance, may
from channel_gateway.domain.tasks import WithTasks
from payment.facts import PaymentFact, PaymentStatus
from payment.lines import OrderLine
from payment.refund import Refund


class State(StrEnum):
    CREATED = "created"  # ours; the platform does not know it, or has not answered yet
    UNPAID = "unpaid"  # the platform waits for the citizen
    UNKNOWN = "unknown"  # the platform did not answer: it is being asked
    CLOSING = "closing"  # to be closed at the platform before it is closed here
    CLOSED = "closed"  # nobody can pay it any more
    PAID = "paid"  # money received; finance is being told
    DISPUTED = "disputed"  # finance wants another amount: people decide whether it goes back
    CONFIRMED = "confirmed"  # finance has booked it
    RECEIPTED = "receipted"  # the e-receipt is there
    STRAY = "stray"  # money that settles nothing: it is going back
    RETURNED = "returned"  # all of it went back


class Trigger(StrEnum):
    PREPARE = "prepare"  # the platform knows the order
    LOSE = "lose"  # no answer: it may know the order or not
    AWAIT = "await"  # asked, the platform says: nobody has paid yet
    DENY = "deny"  # asked, the platform has never heard of it
    PAY = "pay"
    STRAY = "stray"  # paid, but the notice is settled by somebody else
    EXPIRE = "expire"
    CLOSE = "close"
    CONFIRM = "confirm"
    RECEIPT = "receipt"
    REJECT = "reject"  # finance does not want this money
    DISPUTE = "dispute"  # finance does not want it at this amount
    RETURN = "return"


_OPEN_ROW = {
    Trigger.PREPARE: State.UNPAID,
    Trigger.LOSE: State.UNKNOWN,
    Trigger.AWAIT: State.UNPAID,
    Trigger.PAY: State.PAID,
    Trigger.STRAY: State.STRAY,
    Trigger.EXPIRE: State.CLOSING,
    Trigger.CLOSE: State.CLOSED,
}

TRANSITIONS: Transitions[State, Trigger] = {
    State.CREATED: _OPEN_ROW | {Trigger.DENY: State.CREATED},
    State.UNPAID: _OPEN_ROW,
    State.UNKNOWN: _OPEN_ROW | {Trigger.DENY: State.CREATED},
    State.CLOSING: {
        Trigger.PAY: State.PAID,  # the citizen was faster
        Trigger.STRAY: State.STRAY,
        Trigger.EXPIRE: State.CLOSING,
        Trigger.CLOSE: State.CLOSED,
    },
    State.CLOSED: {
        Trigger.PAY: State.STRAY,  # money came too late: to be given back
        Trigger.STRAY: State.STRAY,
        Trigger.CLOSE: State.CLOSED,
    },
    State.PAID: {
        Trigger.PAY: State.PAID,  # platforms repeat their callbacks
        Trigger.CONFIRM: State.CONFIRMED,
        Trigger.REJECT: State.STRAY,
        Trigger.DISPUTE: State.DISPUTED,
    },
    State.DISPUTED: {
        Trigger.PAY: State.DISPUTED,
        Trigger.DISPUTE: State.DISPUTED,
        Trigger.CONFIRM: State.CONFIRMED,  # the notice was put right
        Trigger.REJECT: State.STRAY,
        Trigger.RETURN: State.RETURNED,
    },
    State.CONFIRMED: {
        Trigger.PAY: State.CONFIRMED,
        Trigger.CONFIRM: State.CONFIRMED,
        Trigger.RECEIPT: State.RECEIPTED,
        Trigger.RETURN: State.RETURNED,
    },
    State.RECEIPTED: {
        Trigger.PAY: State.RECEIPTED,
        Trigger.CONFIRM: State.RECEIPTED,
        Trigger.RECEIPT: State.RECEIPTED,
        Trigger.RETURN: State.RETURNED,
    },
    State.STRAY: {
        Trigger.PAY: State.STRAY,
        Trigger.STRAY: State.STRAY,
        Trigger.REJECT: State.STRAY,
        Trigger.RETURN: State.RETURNED,
    },
    State.RETURNED: {
        Trigger.PAY: State.RETURNED,
        Trigger.STRAY: State.RETURNED,
        Trigger.RECEIPT: State.RETURNED,
        Trigger.RETURN: State.RETURNED,
    },
}

# A state that still holds the citizen's one open order for this notice and method.
OPEN = frozenset({State.CREATED, State.UNPAID, State.UNKNOWN, State.CLOSING})


class StrayReason(StrEnum):
    """Why money goes back; `WORDS` says it to the citizen."""

    DUPLICATE = "duplicate"
    AFTER_CLOSING = "after_closing"
    SETTLED_ELSEWHERE = "settled_elsewhere"
    VOIDED = "voided"
    WAIVED = "waived"
    SEAT_GONE = "seat_gone"  # what it was for is not held any more


class CloseReason(StrEnum):
    """Why an order is closed before its time, as its history notes it."""

    SETTLED = "settled"  # by another order here
    PAID_ELSEWHERE = "paid_elsewhere"
    VOIDED = "voided"
    WAIVED = "waived"


# At most 80 characters: platforms show it on the refund.
WORDS = {
    StrayReason.DUPLICATE: "该缴款单已另有款项缴入，重复缴纳的款项原路退回",
    StrayReason.AFTER_CLOSING: "订单已关闭，关闭后支付的款项原路退回",
    StrayReason.SETTLED_ELSEWHERE: "该缴款单已在其他渠道缴清，款项原路退回",
    StrayReason.VOIDED: "该缴款单已作废，款项原路退回",
    StrayReason.WAIVED: "该缴款单已获准减免，款项原路退回",
    StrayReason.SEAT_GONE: "号源已释放，款项原路退回",
}


# Finance reckons the late fee by the day of payment, so a day that has not come is not believed.
CLOCKS_APART = timedelta(days=1)


class FactMismatch(Forged):
    """A true message that does not fit our order: `field` says where. Nothing of it is believed."""

    code = "fact_mismatch"
    zh = "支付平台的答复与订单不符，工作人员将核对，请勿重复付款。"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an order's history. Never holds personal data."""

    at: datetime
    what: str
    note: str = ""
    by: str = ""  # of the staff; empty: nobody, or the citizen
    role: str = ""


@dataclass(frozen=True, slots=True)
class Order(WithTasks):
    id: str  # our out_trade_no
    notice: str  # region|pay_code
    pay_code: str
    method: str
    citizen: str  # the account that pays
    amount_fen: Fen
    late_fee_fen: Fen
    description: str
    created_at: datetime
    expires_at: datetime
    state: State = State.CREATED
    open_key: str | None = None  # unique while open: a double tap does not make a second order
    handle: str | None = None  # prepay_id, trade_no
    asked_at: datetime | None = None
    transaction: str | None = None  # the platform's own number
    transaction_key: str | None = None  # method|transaction, unique: money is counted once
    paid_at: datetime | None = None
    settles: str | None = None  # the notice, unique: exactly one order settles it
    stray_reason: StrayReason | None = None
    confirmed_at: datetime | None = None
    wanted_fen: Fen | None = None  # by finance instead, where it said so
    receipt: Receipt | None = None
    unreceipted_since: datetime | None = None  # confirmed, and its receipt still wanting
    refunds: tuple[Refund, ...] = ()
    events: tuple[Event, ...] = ()
    person: str | None = None  # whose it is, on all channels; None: forgotten
    unit_code: str = ""  # who charges (执收单位)
    unit_name: str = ""
    payer: str | None = None  # whom the notice charges, masked and sealed: see `payers`
    check_code: str | None = None  # of the notice, sealed, where the citizen gave it
    lines: tuple[OrderLine, ...] = ()  # for what; together they are the amount
    owed_back_at: datetime | None = None  # when the oldest refund that is not done was asked for
    gave_back_at: datetime | None = None  # the last refund
    transferred_as: str | None = None  # the last transfer's number at treasury or bank

    @property
    def item_codes(self) -> tuple[str, ...]:
        """By the unit and these its service is found."""
        return tuple(line.code for line in self.lines if not line.late)

    def refund(self, number: str) -> Refund | None:
        return next((refund for refund in self.refunds if refund.number == number), None)

    @property
    def returned_fen(self) -> Fen:
        return Fen(sum(refund.amount_fen for refund in self.refunds if refund.is_done))

    @property
    def next_refund_no(self) -> str:
        """A number that no refund of this order has; an operator may have chosen one like it."""
        taken = {refund.number for refund in self.refunds}
        count = len(taken) + 1
        while f"{self.id}R{count}" in taken:
            count += 1
        return f"{self.id}R{count}"

    @property
    def may_be_applied_for(self) -> bool:
        """Whether people may decide to give it back: finance has it, or does not want it so."""
        return self.confirmed_at is not None or self.state is State.DISPUTED

    @property
    def refundable_fen(self) -> Fen:
        """What may still be asked back: refunds under way count, refunds given up do not."""
        if self.transaction is None:
            return NOTHING
        return Fen(self.amount_fen - sum(r.amount_fen for r in self.refunds if not r.is_void))


def check_fact(order: Order, fact: PaymentFact, *, app: str, merchant: str, now: datetime) -> None:
    """Compare what a platform says of an order with ours. Raises `FactMismatch`.

    What it left out is not compared, save when money came: of money everything must be said.
    """
    paid = fact.status is PaymentStatus.PAID
    compared = {
        "order": (fact.order_id, order.id),
        "app": (fact.app, app),
        "merchant": (fact.merchant, merchant),
        "currency": (fact.currency, "CNY"),
        "amount": (fact.amount_fen, order.amount_fen),
        "transaction": (fact.transaction, order.transaction or fact.transaction),
    }
    for field, (said, ours) in compared.items():
        if said != ours if said else paid:
            raise FactMismatch(f"the platform's {field} is not the order's", field=field)
    if paid and (fact.paid_at is None or fact.paid_at > now + CLOCKS_APART):
        raise FactMismatch("paid at no moment, or in the future", field="paid_at")


def step(order: Order, trigger: Trigger, now: datetime, note: str = "", **changes: Any) -> Order:
    """Advance the state, write it into the history, and make the changes that go with it.

    What is in that state already stays as it is: the changes were made when it came there.
    """
    state = advance(TRANSITIONS, order.state, trigger)
    if state == order.state:
        return order
    return replace(
        order,
        state=state,
        open_key=order.open_key if state in OPEN else None,
        events=(*order.events, Event(now, state.value, note)),
        **changes,
    )


def may_step(order: Order, trigger: Trigger) -> bool:
    return may(TRANSITIONS, order.state, trigger)


def may_be_tapped_again(order: Order) -> bool:
    """The platform was asked and holds no money; only the citizen's next tap makes it payable."""
    if order.state is State.UNPAID:
        return order.handle is None
    return order.state is State.CREATED and order.asked_at is not None


def prepared(order: Order, handle: str, now: datetime) -> Order:
    """The platform knows the order under this handle."""
    return replace(step(order, Trigger.PREPARE, now), handle=handle)
