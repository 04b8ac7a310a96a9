"""What is owed, and what proves it paid: notice (缴款通知书), confirmation, e-receipt. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from channel_gateway.domain.money import Fen
from channel_gateway.domain.people import IdNumber, PersonName


@dataclass(frozen=True)
class FeeItem:
    """A line of a notice. A late fee grows by `late_rate_per_10000` of the amount for each day."""

    code: str
    name: str
    unit: str
    quantity: int
    amount_fen: Fen
    late_rate_per_10000: int = 0


class NoticeState(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"  # through us or elsewhere: finance's record is the truth
    VOIDED = "voided"


@dataclass(frozen=True)
class Notice:
    """What is owed (缴款通知书): principal by items, and what being late adds on this very day."""

    region: str
    pay_code: str  # 缴款码
    unit_code: str  # 执收单位
    unit_name: str
    payer_name: PersonName
    items: tuple[FeeItem, ...]
    due_on: date
    principal_fen: Fen
    late_fee_fen: Fen
    valid_until: datetime | None  # the total holds before this moment; None: it does not change
    state: NoticeState

    @property
    def total_fen(self) -> Fen:
        return Fen(self.principal_fen + self.late_fee_fen)


@dataclass(frozen=True)
class NoticeDraft:
    """What a unit wants to charge whom, for finance to make a notice of."""

    unit_code: str
    unit_name: str
    payer_name: PersonName
    id_number: IdNumber
    items: tuple[FeeItem, ...]  # their late fees are finance's to decide
    due_on: date

    @property
    def principal_fen(self) -> Fen:
        return Fen(sum(item.amount_fen for item in self.items))


@dataclass(frozen=True)
class IssuedNotice:
    notice: Notice
    check_code: str = field(repr=False)  # 校验码: who knows it may look the notice up


@dataclass(frozen=True)
class Confirmation:
    """Money received for a notice, as told to finance. `number` makes it repeatable."""

    number: str
    pay_code: str
    amount_fen: Fen
    late_fee_fen: Fen
    paid_at: datetime
    method: str
    transaction: str  # the platform's own number of the payment


@dataclass(frozen=True)
class Receipt:
    """An electronic fiscal receipt (财政电子票据)."""

    code: str  # 票据代码
    number: str  # 票据号码
    check_code: str  # 校验码
    total_fen: Fen
    issued_at: datetime
