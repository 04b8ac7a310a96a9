"""A payment as a channel confirms it: repeatable by its number, exact to the fen. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mock_platforms.finance.late_fees import beijing_day
from mock_platforms.finance.notices import TRANSITIONS, Notice, State, Trigger
from mock_platforms.finance.refusals import Refused


@dataclass(frozen=True)
class Payment:
    """What the channel says was paid; `amount_fen` includes the late fee."""

    confirmation_no: str
    pay_code: str
    amount_fen: int
    late_fee_fen: int
    paid_at: datetime
    channel: str
    channel_transaction_no: str


@dataclass(frozen=True)
class Confirmed:
    payment: Payment
    confirmed_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {"state": "CONFIRMED", "confirmed_at": self.confirmed_at.isoformat()}


@dataclass(frozen=True)
class Elsewhere:
    """Money that came without us: at a bank's counter, on another channel."""

    number: str
    pay_code: str
    unit_code: str
    amount_fen: int
    at: datetime


def same_again(known: Confirmed, payment: Payment) -> Confirmed:
    """The first answer to the same confirmation; other content under its number is refused."""
    if known.payment != payment:
        raise Refused(
            "CONFIRMATION_MISMATCH",
            "this confirmation number was used for another payment",
            field="confirmation_no",
        )
    return known


def confirm(notice: Notice, payment: Payment, now: datetime) -> tuple[Notice, Confirmed]:
    """Settle an unpaid notice, when the amounts are those of the Beijing day of payment."""
    if notice.state is State.VOIDED:
        raise Refused("NOTICE_VOIDED", "the notice was withdrawn", field="pay_code")
    if notice.state is State.WAIVED:
        raise Refused("NOTICE_WAIVED", "nothing is owed any more", field="pay_code")
    if notice.state is State.PAID:
        raise Refused(
            "NOTICE_ALREADY_PAID",
            "the notice was paid before",
            field="pay_code",
            paid_by=notice.paid_by,
        )
    late_fee = notice.late_fee_fen(beijing_day(payment.paid_at))
    expected = {"amount_fen": notice.principal_fen + late_fee, "late_fee_fen": late_fee}
    said = {"amount_fen": payment.amount_fen, "late_fee_fen": payment.late_fee_fen}
    if said != expected:
        wrong = "amount_fen" if said["amount_fen"] != expected["amount_fen"] else "late_fee_fen"
        raise Refused(
            "AMOUNT_MISMATCH",
            "this is not what was owed on the day of payment",
            field=wrong,
            expected=expected,
        )
    state = TRANSITIONS[notice.state][Trigger.PAY]
    return replace(notice, state=state, paid_by=payment.confirmation_no), Confirmed(payment, now)
