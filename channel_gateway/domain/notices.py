"""What is owed, and what proves it paid: notice (缴款通知书), confirmation, e-receipt. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.people import IdNumber, PersonName


@dataclass(frozen=True)
class LateRule:
    """What being late adds to an item (滞纳金、加处罚款): so much of its amount for each day."""

    rate_per_10000: int  # a day; 300 is 3 %
    code: str = ""  # of the late fee's own item; empty: it is charged under the item's
    name: str = ""
    cap_fen: Fen | None = None  # never above the item's amount, which is the law's; None: that
    starts_on: date | None = None  # the first late day; None: the day after the notice is due


@dataclass(frozen=True)
class FeeItem:
    """A line of a notice (收费项目)."""

    code: str
    name: str
    unit: str  # of the quantity
    quantity: int
    amount_fen: Fen  # of the whole line, as it is owed now
    late: LateRule | None = None
    standard: str = ""  # 收费标准, as finance words it
    reduced_fen: Fen = NOTHING  # 减: what an authority has taken off; not in the amount any more


@dataclass(frozen=True)
class Pause:
    """Days on which no late fee grows: a review or lawsuit runs (行政处罚法 art. 73)."""

    first: date
    last: date | None = None  # None: it still runs


class NoticeState(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"  # through us or elsewhere: finance's record is the truth
    VOIDED = "voided"
    WAIVED = "waived"  # 免: an authority decided that nothing is owed any more


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
    pauses: tuple[Pause, ...] = ()
    paid_elsewhere: bool = False  # PAID, but not by a confirmation of ours

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
    unit_code: str = ""
    # Of the notice, for an authority that must be asked with it; empty: it is not known.
    check_code: str = field(default="", repr=False)


@dataclass(frozen=True)
class Receipt:
    """An electronic fiscal receipt (财政电子票据); a red one (红票) reverses another (冲红)."""

    code: str  # 票据代码
    number: str  # 票据号码
    check_code: str  # 校验码
    total_fen: Fen  # below zero in a red one
    issued_at: datetime
    related_code: str = ""  # of the receipt that a red one reverses, whole or in part
    related_number: str = ""


@dataclass(frozen=True)
class GivenBack:
    """Money given back of a confirmed payment, as told to finance. `number` makes it repeatable."""

    number: str
    amount_fen: Fen
    reason: str
    done_at: datetime
    receipt: Receipt | None = None  # the payment's, to be reversed (冲红)
