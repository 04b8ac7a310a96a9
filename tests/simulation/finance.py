"""A finance authority with a few notices and true books: what is booked once stays booked."""

from dataclasses import dataclass, field
from datetime import date, datetime

from channel_gateway.domain.days import next_midnight
from channel_gateway.domain.errors import NotFound, Refused
from channel_gateway.domain.late_fee import late_fee
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import (
    Confirmation,
    FeeItem,
    GivenBack,
    IssuedNotice,
    LateRule,
    Notice,
    NoticeDraft,
    NoticeState,
    Receipt,
)
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import NoticePaidAlready, NoticeSettledElsewhere, NoticeVoided
from tests.simulation.faults import Line
from tests.simulation.virtual_time import VirtualClock

CODES = ("33019926010000000001", "33019926010000000002")
ELSEWHERE = "over the counter"


@dataclass
class Finance:
    """A `FinanceAuthority`."""

    clock: VirtualClock
    paid_by: dict[str, str] = field(default_factory=dict)  # pay code: the confirmation's number
    voided: set[str] = field(default_factory=set)
    booked: dict[str, tuple[Confirmation, datetime]] = field(default_factory=dict)
    reported: dict[str, dict[str, Fen]] = field(default_factory=dict)  # number: refunds
    receipts_ready: bool = True
    broken_rules: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = Line("finance")

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        return await self.line.carry("look_up", lambda: self._notice(pay_code))

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        return await self.line.carry("owed_by", lambda: tuple(map(self._notice, CODES)))

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        raise Refused("units issue nothing here")

    async def void(self, pay_code: str, reason: str) -> None:
        if pay_code in self.paid_by:
            raise NoticePaidAlready
        self.withdraw(pay_code)

    async def confirm(self, confirmation: Confirmation) -> datetime:
        return await self.line.carry("confirm", lambda: self._confirm(confirmation))

    def collects(self, notice: Notice) -> bool:
        return True

    def keeps(self, authority: str, pay_code: str, unit_code: str) -> bool:
        return True

    async def receipt(self, paid: Confirmation) -> Receipt | None:
        return await self.line.carry("receipt", lambda: self._receipt(paid.number))

    async def report_refund(self, paid: Confirmation, refund: GivenBack) -> Receipt | None:
        await self.line.carry(
            "report_refund",
            lambda: self._report_refund(paid.number, refund.number, refund.amount_fen),
        )
        return None

    def pay_elsewhere(self, pay_code: str) -> None:
        if pay_code not in self.voided:
            self.paid_by.setdefault(pay_code, ELSEWHERE)

    def withdraw(self, pay_code: str) -> None:
        if pay_code not in self.paid_by:
            self.voided.add(pay_code)

    def kept_fen(self, number: str) -> int:
        """What was booked under the number and not reported as given back."""
        if number not in self.booked:
            return 0
        return self.booked[number][0].amount_fen - sum(self.reported.get(number, {}).values())

    def _notice(self, pay_code: str) -> Notice:
        if pay_code not in CODES:
            raise NotFound("no such notice")
        now = self.clock.now()
        rate = 300 if pay_code == CODES[0] else 0
        items = (
            FeeItem(
                "103050101", "交通违法罚款", "次", 1, Fen(20000), LateRule(rate) if rate else None
            ),
        )
        late = late_fee(items, date(2026, 3, 1), now)
        return Notice(
            region="330199",
            pay_code=pay_code,
            unit_code="330199011",
            unit_name="交警支队",
            payer_name=PersonName("林示例"),
            items=items,
            due_on=date(2026, 3, 1),
            principal_fen=Fen(20000),
            late_fee_fen=late.fen,
            valid_until=next_midnight(now) if rate else None,
            state=self._state(pay_code),
        )

    def _state(self, pay_code: str) -> NoticeState:
        if pay_code in self.voided:
            return NoticeState.VOIDED
        return NoticeState.PAID if pay_code in self.paid_by else NoticeState.UNPAID

    def _confirm(self, told: Confirmation) -> datetime:
        if told.number in self.booked:
            before, at = self.booked[told.number]
            if before != told:
                self.broken_rules.append(f"finance was told of {told.number} in two ways")
            return at
        if told.pay_code in self.voided:
            raise NoticeVoided
        if told.pay_code in self.paid_by:
            raise NoticeSettledElsewhere
        self.paid_by[told.pay_code] = told.number
        self.booked[told.number] = told, self.clock.now()
        return self.clock.now()

    def _receipt(self, number: str) -> Receipt | None:
        if number not in self.booked:
            self.broken_rules.append(f"a receipt was asked for {number}, which is not booked")
            raise Refused("not booked")
        if not self.receipts_ready:
            return None
        amount = self.booked[number][0].amount_fen
        return Receipt("33010126", "0000000001", "a1b2c3", amount, self.clock.now())

    def _report_refund(self, number: str, refund_no: str, amount_fen: Fen) -> None:
        if number not in self.booked:
            self.broken_rules.append(f"a refund of {number} was reported, which is not booked")
            raise Refused("not booked")
        known = self.reported.setdefault(number, {})
        if known.setdefault(refund_no, amount_fen) != amount_fen:
            self.broken_rules.append(f"refund {refund_no} was reported in two ways")
        pay_code = self.booked[number][0].pay_code
        if not self.kept_fen(number) and self.paid_by.get(pay_code) == number:
            del self.paid_by[pay_code]  # it is owed again
