"""The authority's record, which is the truth for "paid"."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from mock_platforms.finance import issuing, payments, refunds
from mock_platforms.finance.issuing import Draft
from mock_platforms.finance.late_fees import beijing_day
from mock_platforms.finance.notices import REGION, TRANSITIONS, Notice, State, Trigger
from mock_platforms.finance.payments import Confirmed, Payment
from mock_platforms.finance.receipts import Receipt, receipt_of
from mock_platforms.finance.refunds import Recorded, Refund
from mock_platforms.finance.refusals import Refused


@dataclass
class Books:
    """`digits` makes check codes of so many characters; they come from the stage's seed."""

    digits: Callable[[int], str]
    notices: dict[str, Notice] = field(default_factory=dict)
    payments: dict[str, Confirmed] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)  # by confirmation number
    refunds: dict[str, Recorded] = field(default_factory=dict)
    drafts: dict[str, tuple[Draft, str]] = field(default_factory=dict)  # by number; its pay code
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
            self.receipts[confirmation_no] = receipt_of(confirmed, number, self.digits(6))
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

    def issue_notice(self, draft: Draft, now: datetime) -> Notice:
        """The notice of a draft; the same number again gives the same one, as it is now."""
        if draft.number in self.drafts:
            known, pay_code = self.drafts[draft.number]
            issuing.same_again(known, draft)
            return self.notice(pay_code)
        today = beijing_day(now)
        notice = draft.notice(self.next_pay_code(today), self.digits(4), today)
        self.keep(notice)
        self.drafts[draft.number] = (draft, notice.pay_code)
        return notice

    def issued_as(self, number: str) -> Notice:
        if number not in self.drafts:
            raise Refused("NOT_FOUND", "no notice was issued under this number", field="number")
        return self.notice(self.drafts[number][1])

    def withdraw(self, notice: Notice, now: datetime) -> Notice:
        """The notice voided; asking again gives the same one."""
        voided = issuing.voided(notice, now)
        self.keep(voided)
        return voided

    def void(self, pay_code: str, now: datetime) -> Notice:
        """Withdraw an unpaid notice, once."""
        notice = self.notice(pay_code)
        if Trigger.VOID not in TRANSITIONS[notice.state]:
            code = "NOTICE_VOIDED" if notice.state is State.VOIDED else "NOTICE_ALREADY_PAID"
            raise Refused(code, "only an unpaid notice can be withdrawn", field="pay_code")
        return self.withdraw(notice, now)

    def next_pay_code(self, today: date) -> str:
        return f"{REGION}{today:%y}30{len(self.notices) + 1:010d}"

    def _next_receipt_number(self) -> int:
        self._receipts_made += 1
        return self._receipts_made
