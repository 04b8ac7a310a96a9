"""What the staff do with a refund case: take it up, verify, ask for more, reject, approve."""

from datetime import datetime

from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import Member, Role, Sealing
from payment.orders import Orders
from payment.refund_cases.applying import role_of, sees
from payment.refund_cases.case import WORDS, Actor, Desk, RefundCase
from payment.refund_cases.cases import Cases
from payment.refund_cases.clocks import Clocks
from payment.refund_cases.deciding import (
    approved,
    becomes_of_receipt,
    material_asked,
    rejected,
    taken,
    verified,
)
from payment.refund_cases.life import State
from payment.refund_cases.paying_back import PayingBack
from payment.refund_cases.refusals import NoSuchRefundCase
from payment.refunds import RefundTooMuch


class Handling:
    def __init__(
        self,
        cases: Cases,
        orders: Orders,
        paying_back: PayingBack,
        clocks: Clocks,
        vault: Sealing,
    ) -> None:
        self._cases = cases
        self._orders = orders
        self._paying_back = paying_back
        self._clocks = clocks
        self._vault = vault

    async def get(self, member: Member, case_id: str) -> RefundCase:
        """Raises `NoSuchRefundCase`, also for another unit's."""
        case = await self._cases.get(case_id)
        if not sees(member, case.unit_code):
            raise NoSuchRefundCase(field="case_id")
        return case

    async def take(self, member: Member, case_id: str, now: datetime) -> RefundCase:
        by = await self._of_unit(member, case_id)
        return await self._cases.change(case_id, lambda case: taken(case, by, now))

    async def verify(self, member: Member, case_id: str, words: str, now: datetime) -> RefundCase:
        """The unit's opinion. Raises `MaterialMissing`, `NotYourStep`, `SamePerson`."""
        by, said = await self._of_unit(member, case_id), self._said(words)
        order = await self._orders.get((await self._cases.get(case_id)).order_id)
        receipt = becomes_of_receipt(order)
        return await self._cases.change(
            case_id, lambda case: verified(case, by, self._clocks, now, said, receipt)
        )

    async def approve(self, member: Member, case_id: str, words: str, now: datetime) -> RefundCase:
        """Finance decides; then the amount is reserved, or by the worker if we die before.

        Raises `RefundTooMuch`, `MaterialMissing`, `NotYourStep`, `SamePerson`.
        """
        by, said = await self._of_finance(member, case_id), self._said(words)
        case = await self._cases.get(case_id)
        order = await self._orders.get(case.order_id)
        if case.state is State.FINANCE_REVIEW and case.amount_fen > order.refundable_fen:
            raise RefundTooMuch(field="amount_fen")
        receipt = becomes_of_receipt(order)
        case = await self._cases.change(
            case_id, lambda known: approved(known, by, self._clocks, now, said, receipt)
        )
        return await self._paying_back.reserve(case) if case.state is State.APPROVED else case

    async def reject(
        self, member: Member, case_id: str, desk: Desk, words: str, now: datetime
    ) -> RefundCase:
        by, said = await self._at(desk, member, case_id), self._said(words)
        return await self._cases.change(case_id, lambda case: rejected(case, by, now, said))

    async def ask_material(
        self, member: Member, case_id: str, desk: Desk, words: str, now: datetime
    ) -> RefundCase:
        """Back to the applicant, with what is wanted; the clock stands still."""
        by, said = await self._at(desk, member, case_id), self._said(words)
        return await self._cases.change(
            case_id, lambda case: material_asked(case, by, self._clocks, now, said)
        )

    async def _at(self, desk: Desk, member: Member, case_id: str) -> Actor:
        if desk is Desk.UNIT:
            return await self._of_unit(member, case_id)
        return await self._of_finance(member, case_id)

    async def _of_unit(self, member: Member, case_id: str) -> Actor:
        """A clerk of this very unit, whatever else they are."""
        case = await self._cases.get(case_id)
        if not member.may(Role.UNIT_CLERK) or case.unit_code not in member.units:
            raise NoSuchRefundCase(field="case_id")
        return Actor(member.name, Role.UNIT_CLERK.value, Desk.UNIT)

    async def _of_finance(self, member: Member, case_id: str) -> Actor:
        await self._cases.get(case_id)
        if not member.may(Role.FINANCE_REVIEWER):
            raise NoSuchRefundCase(field="case_id")
        return Actor(member.name, role_of(member, Role.FINANCE_REVIEWER), Desk.FINANCE)

    def _said(self, words: str) -> str:
        if not words:
            raise Invalid("a decision needs a reason", field="words")
        return self._vault.seal(words, WORDS)
