"""A payment notice (缴款通知书): what a unit charges whom, and what it comes to on a day. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from mock_platforms.finance.late_fees import (
    Late,
    Pause,
    beijing_day,
    late_fee_fen,
    midnight,
    next_change,
)

REGION = "330199"  # an invented district


class State(StrEnum):
    UNPAID = "UNPAID"
    PAID = "PAID"
    VOIDED = "VOIDED"
    WAIVED = "WAIVED"  # 免: an authority has decided that nothing is owed


class Trigger(StrEnum):
    PAY = "pay"
    VOID = "void"
    WAIVE = "waive"


TRANSITIONS: dict[State, dict[Trigger, State]] = {
    State.UNPAID: {
        Trigger.PAY: State.PAID,
        Trigger.VOID: State.VOIDED,
        Trigger.WAIVE: State.WAIVED,
    },
    State.PAID: {},
    State.VOIDED: {},
    State.WAIVED: {},
}


@dataclass(frozen=True)
class Item:
    code: str
    name: str
    amount_fen: int
    unit: str = "次"
    quantity: int = 1
    late: Late | None = None
    standard: str = ""  # 收费标准
    reduced_fen: int = 0  # 减: taken off already

    def as_json(self, due_on: date) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "unit": self.unit,
            "quantity": self.quantity,
            "standard": self.standard,
            "amount_fen": self.amount_fen,
            "reduced_fen": self.reduced_fen,
            "late": self._late(due_on),
        }

    def _late(self, due_on: date) -> dict[str, Any] | None:
        first = self.late.first(due_on) if self.late else None
        if self.late is None or first is None or self.late.rate_per_10000 == 0:
            return None
        return {
            "rate_per_10000": self.late.rate_per_10000,
            "cap_fen": self.late.most(self.amount_fen),
            "starts_on": first.isoformat(),
            "code": self.late.code,
            "name": self.late.name,
        }


@dataclass(frozen=True)
class Notice:
    pay_code: str  # 缴款码: region 6, year 2, type 2, sequence 10
    check_code: str  # 校验码, the second thing one must know to look it up
    unit_code: str
    unit_name: str
    payer_name: str
    id_number: str
    items: tuple[Item, ...]
    issued_on: date
    due_on: date
    state: State = State.UNPAID
    paid_by: str = ""  # the confirmation number, or ELSEWHERE
    voided_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def principal_fen(self) -> int:
        return sum(item.amount_fen for item in self.items)

    def late_fees(self, day: date) -> Iterator[tuple[Item, int]]:
        """What being late has cost for each item."""
        for item in self.items:
            yield item, late_fee_fen(item.amount_fen, item.late, self.due_on, day, self.pauses)

    def late_fee_fen(self, day: date) -> int:
        return sum(fen for _, fen in self.late_fees(day))

    def valid_until(self, now: datetime) -> datetime | None:
        """The moment at which the total changes next; None when it does not change any more."""
        day = beijing_day(now)
        found = (
            next_change(item.amount_fen, item.late, self.due_on, day, self.pauses)
            for item in self.items
        )
        changes = [change for change in found if change]
        return midnight(min(changes)) if changes else None


ELSEWHERE = "ELSEWHERE"  # a bank's counter, another channel


def as_json(notice: Notice, now: datetime) -> dict[str, Any]:
    """The notice as it travels, its amounts as of now."""
    late_fee = notice.late_fee_fen(beijing_day(now))
    unpaid = notice.state is State.UNPAID
    until = notice.valid_until(now) if unpaid else None
    return {
        "region": REGION,
        "pay_code": notice.pay_code,
        "unit_code": notice.unit_code,
        "unit_name": notice.unit_name,
        "payer_name": notice.payer_name,
        "items": [item.as_json(notice.due_on) for item in notice.items],
        "issued_on": notice.issued_on.isoformat(),
        "due_on": notice.due_on.isoformat(),
        "principal_fen": notice.principal_fen,
        "late_fee_fen": late_fee,
        "total_fen": notice.principal_fen + late_fee,
        "valid_until": until.isoformat() if until else None,
        "state": notice.state.value,
        "pauses": [pause.as_json() for pause in notice.pauses],
        "paid_elsewhere": notice.paid_by == ELSEWHERE,
    }
