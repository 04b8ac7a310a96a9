"""The finance node's record: notices by 缴款码, who paid them, receipts and what went back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from mock_platforms.finance_cnnontax.fields import Refused, Values, day, fen, moment, today, yuan

UNPAID, PAID, VOIDED = "0", "1", "2"
NO_NOTICE, PAID_BEFORE, VOID, NOT_VOIDED_ANY_MORE = "18001", "18002", "18003", "18004"
OTHER_AMOUNT, FAILED = "18005", "99999"
RECEIPT_TAKES = timedelta(seconds=5)


@dataclass(frozen=True)
class Notice:
    """As it was sent; what changes stands beside it."""

    values: Values
    state: str = UNPAID
    paid_by: str = ""  # the number of a payment
    rate_per_10000: int = 0  # a day; only notices made here bear a late fee
    due_on: date = date.max

    @property
    def pay_code(self) -> str:
        return self.values["PayCode"]

    @property
    def principal_fen(self) -> int:
        return fen(self.values["OriAmt"])

    def late_fee_fen(self, on: date) -> int:
        """Half up to the fen, never above what was owed first."""
        days = max(0, (on - self.due_on).days)
        grown = (self.principal_fen * self.rate_per_10000 * days + 5_000) // 10_000
        return min(self.principal_fen, grown)

    def as_known(self, on: date) -> dict[str, str]:
        """What 5997 says of it on a day."""
        late = self.late_fee_fen(on)
        amounts = {"Amt": yuan(self.principal_fen + late), "DelayAmt": yuan(late)}
        return {**self.values, **amounts, "PayStats": self.state}


@dataclass(frozen=True)
class Payment:
    number: str  # the confirmer's own; the transaction where a bank's counter took it
    pay_code: str
    amount_fen: int
    transaction: str
    paid_at: datetime
    mode: str
    booked_at: datetime

    def says_the_same(self, other: Payment) -> bool:
        return replace(other, booked_at=self.booked_at) == self


@dataclass(frozen=True)
class Receipt:
    pay_code: str
    code: str
    number: str
    check: str
    amount_fen: int  # below zero: a red one
    issued_at: datetime  # may lie ahead
    related: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Refund:
    number: str
    pay_code: str
    amount_fen: int
    reason: str


@dataclass
class Books:
    digits: Callable[[int], str]
    notices: dict[str, Notice] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)  # by whose number it was asked for
    refunds: dict[str, Refund] = field(default_factory=dict)

    def notice(self, pay_code: str) -> Notice:
        if pay_code not in self.notices:
            raise Refused(NO_NOTICE, "无此缴款书")
        return self.notices[pay_code]

    def take_in(self, values: Values) -> Notice:
        """8994. The same again is the same; another one under its code is refused."""
        known = self.notices.get(values["PayCode"])
        if known is not None:
            if known.values != values:
                raise Refused(FAILED, "缴款码已被使用")
            return known
        if fen(values["Amt"]) != fen(values["OriAmt"]) + fen(values["DelayAmt"]):
            raise Refused(FAILED, "合计金额不等于缴款书金额加滞纳金")
        day(values["BillDate"])
        return self.keep(Notice(values))

    def keep(self, notice: Notice) -> Notice:
        self.notices[notice.pay_code] = notice
        return notice

    def void(self, pay_code: str) -> Notice:
        notice = self.notice(pay_code)
        if notice.state == PAID:
            raise Refused(NOT_VOIDED_ANY_MORE, "已缴款，不能作废")
        return self.keep(replace(notice, state=VOIDED))

    def confirm(self, values: Values, now: datetime) -> Payment:
        """5996 from the unit. The same again is the same."""
        payment = Payment(
            number=values.get("Hold1") or values["TraNoBus"],
            pay_code=values["PayCode"],
            amount_fen=fen(values["Amt"]),
            transaction=values["TraNoBus"],
            paid_at=moment(values["CfmDate"], values["CfmTime"]),
            mode=values["PayMode"],
            booked_at=now,
        )
        if known := self.payments.get(payment.number):
            if not known.says_the_same(payment):
                raise Refused(FAILED, "确认号已用于其他缴款")
            return known
        if payment.paid_at > now + timedelta(minutes=5):
            raise Refused(FAILED, "缴款时间在将来")
        return self.settle(payment)

    def settle(self, payment: Payment) -> Payment:
        notice = self.notice(payment.pay_code)
        if notice.state == PAID:
            raise Refused(PAID_BEFORE, "该缴款书已缴款")
        if notice.state == VOIDED:
            raise Refused(VOID, "该缴款书已作废")
        owed = notice.principal_fen + notice.late_fee_fen(today(payment.paid_at))
        if payment.amount_fen != owed:
            raise Refused(OTHER_AMOUNT, "金额与应缴金额不符")
        self.keep(replace(notice, state=PAID, paid_by=payment.number))
        self.payments[payment.number] = payment
        return payment

    def receipt_of(self, pay_code: str, number: str, now: datetime) -> Receipt | None:
        """8999: None while there is none."""
        if number not in self.payments and number not in self.refunds:
            raise Refused(NO_NOTICE, "无此缴款记录")
        receipt = self.receipts.get(number)
        if receipt is not None and receipt.pay_code != pay_code:
            raise Refused(NO_NOTICE, "无此缴款记录")
        return receipt if receipt is not None and receipt.issued_at <= now else None

    def ask_receipt(self, values: Values, now: datetime) -> None:
        """8981: the receipt of a payment, or a red one; asked again, the same."""
        paid = next((p for p in self.payments.values() if p.pay_code == values["PayCode"]), None)
        if paid is None:
            raise Refused(NO_NOTICE, "无此缴款记录")
        number, amount, related = values["Hold1"], paid.amount_fen, ("", "")
        if values["BillType"] == "2":
            amount, related = self._given_back(values, paid), _related(values)
            if related == ("", ""):
                return  # nothing to reverse
        elif number not in (paid.number, *self.refunds):
            raise Refused(NO_NOTICE, "无此缴款记录")
        if number not in self.receipts:
            self.receipts[number] = Receipt(
                pay_code=paid.pay_code,
                code=f"{paid.pay_code[:2]}0101{now:%y}",
                number=f"{len(self.receipts) + 1:010d}",
                check=self.digits(6),
                amount_fen=amount,
                issued_at=now + RECEIPT_TAKES,
                related=related,
            )

    def _given_back(self, values: Values, paid: Payment) -> int:
        amount = fen(values.get("Amt") or "0")
        refund = Refund(values["Hold1"], paid.pay_code, -amount, values.get("Memo", ""))
        if (known := self.refunds.get(refund.number)) and known != refund:
            raise Refused(FAILED, "退付号已用于其他退付")
        others = (r for r in self.refunds.values() if r.pay_code == paid.pay_code)
        before = sum(r.amount_fen for r in others if r.number != refund.number)
        if not 0 < refund.amount_fen <= paid.amount_fen - before:
            raise Refused(FAILED, "退付金额超过缴款金额")
        original = self.receipts.get(paid.number)
        if _related(values) not in (("", ""), original and (original.code, original.number)):
            raise Refused(FAILED, "原票据不符")
        self.refunds[refund.number] = refund
        return amount

    def by_number(self, code: str, number: str) -> Receipt:
        for receipt in self.receipts.values():
            if (receipt.code, receipt.number) == (code, number):
                return receipt
        raise Refused(NO_NOTICE, "无此票据")


def _related(values: Values) -> tuple[str, str]:
    return values.get("RelatedInvoiceCode", ""), values.get("RelatedInvoiceNumber", "")
