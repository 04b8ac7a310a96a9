"""The authority's record, which is the truth for "paid"."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from mock_platforms.finance import payments, refunds
from mock_platforms.finance.notices import TRANSITIONS, Notice, State, Trigger
from mock_platforms.finance.payments import Confirmed, Payment
from mock_platforms.finance.receipts import Receipt, receipt_of
from mock_platforms.finance.refunds import Recorded, Refund
from mock_platforms.finance.refusals import Refused


@dataclass
class Books:
    """`check_code` makes the six characters of a receipt; they come from the stage's seed."""

    check_code: Callable[[], str]
    notices: dict[str, Notice] = field(default_factory=dict)
    payments: dict[str, Confirmed] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)  # by confirmation number
    refunds: dict[str, Recorded] = field(default_factory=dict)
    _receipts_made: int = 0

    def notice(self, pay_code: str) -> Notice:
        if pay_code not in self.notices:
            raise Refused("NOT_FOUND", "no such notice", field="pay_code")
        return self.notices[pay_code]

    def keep(self, *changed: Notice) -> None:
        self.notices.update((notice.pay_code, notice) for notice in changed)

    def owed(self, id_number: str, payer_name: str) -> Iterable[Notice]:
        """The notices of one person; both must match."""
        for notice in self.notices.values():
            if (notice.id_number, notice.payer_name) == (id_number, payer_name):
                yield notice

    def payment(self, confirmation_no: str) -> Confirmed:
        if confirmation_no not in self.payments:
            raise Refused("NOT_FOUND", "no such confirmation", field="confirmation_no")
        return self.payments[confirmation_no]

    def confirm(self, payment: Payment, now: datetime) -> Confirmed:
        known = self.payments.get(payment.confirmation_no)
        if known is not None:
            return payments.same_again(known, payment)
        notice, confirmed = payments.confirm(self.notice(payment.pay_code), payment, now)
        self.keep(notice)
        self.payments[payment.confirmation_no] = confirmed
        return confirmed

    def issue(self, confirmation_no: str) -> Receipt:
        """The receipt of a confirmed payment; asking again gives the same one."""
        confirmed = self.payment(confirmation_no)
        if confirmation_no not in self.receipts:
            number = self._next_receipt_number()
            self.receipts[confirmation_no] = receipt_of(confirmed, number, self.check_code())
        return self.receipts[confirmation_no]

    def receipt(self, confirmation_no: str) -> Receipt:
        if confirmation_no not in self.receipts:
            raise Refused("NOT_FOUND", "no receipt was asked for", field="confirmation_no")
        return self.receipts[confirmation_no]

    def record_refund(self, refund: Refund, now: datetime) -> Recorded:
        known = self.refunds.get(refund.refund_no)
        if known is not None:
            return refunds.same_again(known, refund)
        before = [
            one
            for one in self.refunds.values()
            if one.refund.confirmation_no == refund.confirmation_no
        ]
        refunds.check_amount(refund, self.payment(refund.confirmation_no), before)
        recorded = Recorded(refund, f"{self._next_receipt_number():010d}", now)
        self.refunds[refund.refund_no] = recorded
        return recorded

    def void(self, pay_code: str) -> Notice:
        notice = self.notice(pay_code)
        if Trigger.VOID not in TRANSITIONS[notice.state]:
            code = "NOTICE_VOIDED" if notice.state is State.VOIDED else "NOTICE_ALREADY_PAID"
            raise Refused(code, "only an unpaid notice can be withdrawn", field="pay_code")
        voided = replace(notice, state=TRANSITIONS[notice.state][Trigger.VOID])
        self.keep(voided)
        return voided

    def _next_receipt_number(self) -> int:
        self._receipts_made += 1
        return self._receipts_made
