"""What may differ between channel, gateway and finance, and what is to be done about it. Pure.

The kinds are banking practice (长款, 短款); no public text defines them for non-tax revenue.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from payment.reconciliation.entries import Movement


class Kind(StrEnum):
    """C, G, F: channel's bill, our journal, finance's statement."""

    BALANCED = "M0"  # 平: all three agree
    CALLBACK_LOST = "M1"  # 长款-漏单: C has it, G still waits or has closed, F has not
    UNKNOWN_MONEY = "M2"  # 长款-不明账款: C alone has it
    MISSING_MONEY = "M3"  # 短款: G has it as paid, C has not
    FINANCE_NOT_TOLD = "M4"  # 在途: C and G have it, F has not
    PAID_ELSEWHERE = "M5"  # 财政多: F alone has it
    AMOUNT_DIFFERS = "M6"  # 金额不符
    PAID_TWICE = "M7"  # 重复缴费: one notice, two payments at the channel
    REFUND_DIFFERS = "M8"  # 退款长款、退款短款: a refund one side alone has
    DAY_CUT = "M9"  # 日切差异: the same money, on neighbouring days
    CREDIT_DIFFERS = "M10"  # 资金差: what reached the bank is not what the bill says
    LINE_TWICE = "M11"  # 账单重复: C's bill has one line more than once, word for word


@dataclass(frozen=True, slots=True)
class Difference:
    """One finding of a day. Amounts are those of each side; None: it does not have it."""

    kind: Kind
    day: date
    method: str  # the payment method, whose bill it is about
    movement: Movement
    order_id: str = ""
    refund_no: str = ""
    transaction: str = ""
    pay_code: str = ""
    unit_code: str = ""
    channel_fen: int | None = None
    gateway_fen: int | None = None
    finance_fen: int | None = None
    apart_fen: int = 0  # what the channel has of it on this very day, less what we have
    detail: str = ""  # what exactly differs, in words for staff, without personal data
    bank_fen: int | None = None  # of a day's credit alone: what the bank received

    @property
    def sides(self) -> tuple[int | None, ...]:
        """What channel, gateway and finance say it comes to, and of a credit the bank."""
        return sides_of(self.channel_fen, self.gateway_fen, self.finance_fen, self.bank_fen)

    @property
    def key(self) -> str:
        """The same finding again has the same key, whatever day it is found on."""
        what = self.refund_no or self.order_id or self.transaction or self.pay_code
        return f"{self.kind}|{self.method}|{self.movement}|{what}"


def sides_of(
    channel_fen: int | None, gateway_fen: int | None, finance_fen: int | None, bank_fen: int | None
) -> tuple[int | None, ...]:
    three = channel_fen, gateway_fen, finance_fen
    return three if bank_fen is None else (*three, bank_fen)
