"""The authority's record, which is the truth for "paid"."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from mock_platforms.finance import issuing, payments, refunds
from mock_platforms.finance.issuing import Draft
from mock_platforms.finance.late_fees import Pause, beijing_day
from mock_platforms.finance.notices import (
    ELSEWHERE,
    REGION,
    TRANSITIONS,
    Notice,
    State,
    Trigger,
)
from mock_platforms.finance.payments import Confirmed, Elsewhere, Payment
from mock_platforms.finance.receipts import Receipt, receipt_of, red_receipt_of
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
    elsewhere: dict[str, Elsewhere] = field(default_factory=dict)
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
            notice = self.notice(confirmed.payment.pay_code)
            self.receipts[confirmation_no] = receipt_of(confirmed, notice, number, self.digits(6))
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
        reversed_one, number = self.issue(refund.confirmation_no), self._next_receipt_number()
        red = red_receipt_of(reversed_one, refund.amount_fen, number, self.digits(6), now)
        recorded = Recorded(refund, red, now)
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

    def waive(self, pay_code: str) -> Notice:
        """An authority has decided that nothing is owed; of an unpaid notice alone."""
        return self._stepped(pay_code, Trigger.WAIVE)

    def pay_elsewhere(self, pay_code: str, now: datetime) -> Notice:
        """Paid at a bank's counter, at what it came to on this day."""
        notice = self._stepped(pay_code, Trigger.PAY, paid_by=ELSEWHERE)
        amount = notice.principal_fen + notice.late_fee_fen(beijing_day(now))
        number = f"ELSEWHERE-{len(self.elsewhere) + 1:06d}"
        self.elsewhere[number] = Elsewhere(number, pay_code, notice.unit_code, amount, now)
        return notice

    def reduce(self, pay_code: str, code: str, by_fen: int) -> Notice:
        """Take something off an item, the first one unless it is named."""
        notice = self.notice(pay_code)
        item = next((one for one in notice.items if code in ("", one.code)), None)
        if item is None or not 0 < by_fen <= item.amount_fen or notice.state is not State.UNPAID:
            raise Refused("AMOUNT_MISMATCH", "this cannot be taken off", field="by_fen")
        left, taken = item.amount_fen - by_fen, item.reduced_fen + by_fen
        less = replace(item, amount_fen=left, reduced_fen=taken)
        items = tuple(less if one is item else one for one in notice.items)
        self.keep(changed := replace(notice, items=items))
        return changed

    def pause(self, pay_code: str, pause: Pause) -> Notice:
        notice = self.notice(pay_code)
        self.keep(changed := replace(notice, pauses=(*notice.pauses, pause)))
        return changed

    def _stepped(self, pay_code: str, trigger: Trigger, **changes: Any) -> Notice:
        notice = self.notice(pay_code)
        if trigger not in TRANSITIONS[notice.state]:
            why = f"the notice is {notice.state}"
            raise Refused("NOTICE_MISMATCH", why, field="pay_code")
        changed = replace(notice, state=TRANSITIONS[notice.state][trigger], **changes)
        self.keep(changed)
        return changed

    def next_pay_code(self, today: date) -> str:
        return f"{REGION}{today:%y}30{len(self.notices) + 1:010d}"

    def _next_receipt_number(self) -> int:
        self._receipts_made += 1
        return self._receipts_made
