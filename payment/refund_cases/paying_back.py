"""From an approval to money that is back: reserved in the order's swap, once for a case."""

import logging

from channel_gateway.ports import Clock
from payment.order import Order
from payment.owed import waiting_refunds
from payment.refund_cases.case import Ground, RefundCase, Way
from payment.refund_cases.cases import Cases
from payment.refund_cases.clocks import Clocks
from payment.refund_cases.deciding import fell_short, paid_back, reserved
from payment.refund_cases.life import Trigger
from payment.refunds import Refunds, RefundTooMuch

log = logging.getLogger(__name__)

# Said to the citizen by the platform, at most 80 characters. What people wrote stays with us.
REASONS = {
    Ground.TECHNICAL: "技术差错，款项退回",
    Ground.OVERPAID: "多缴款项退回",
    Ground.MISCHARGED: "误收款项退回",
    Ground.SETTLED: "结算后多收款项退回",
    Ground.BASIS_CHANGED: "收费依据变更，款项退回",
    Ground.OTHER: "经审核，款项退回",
}


class PayingBack:
    def __init__(self, cases: Cases, refunds: Refunds, clocks: Clocks, clock: Clock) -> None:
        self._cases = cases
        self._refunds = refunds
        self._clocks = clocks
        self._clock = clock

    async def reserve(self, case: RefundCase) -> RefundCase:
        """Take the amount out of what may be given back; the case names the refund, so it is one.

        Raises `RefundTooMuch` when others were faster: finance has it to decide again.
        """
        try:
            await self._refunds.ask(
                case.order_id,
                number=number_of_case(case),
                amount_fen=case.amount_fen,
                reason=REASONS[case.ground],
                case_id=case.id,
                by_transfer=case.way is Way.TRANSFER,
            )
        except RefundTooMuch:
            fields = {"action": "refund_fell_short", "case_id": case.id}
            log.info("less is left of a payment than was approved", extra=fields)
            now = self._clock.now()
            await self._cases.change(case.id, lambda known: fell_short(known, self._clocks, now))
            raise
        now = self._clock.now()
        return await self._cases.change(case.id, lambda known: reserved(known, now))

    async def hear(self, case_id: str, order: Order) -> None:
        """Its order's refund is done: the case is over. Again changes nothing."""
        if is_back(case_id, order):
            now = self._clock.now()
            await self._cases.change(case_id, lambda known: paid_back(known, now))


def number_of_case(case: RefundCase) -> str:
    """Of its refund: derived, so that approving twice, or by two people, is one refund.

    After falling short another one: that number is spent.
    """
    fallen = sum(each.what == Trigger.FALL_SHORT for each in case.events)
    return f"{case.id}R{fallen + 1}"


def is_back(case_id: str, order: Order) -> bool:
    """Nothing of the case is under way any more, and its money arrived, or all of the order's."""
    mine = [each for each in order.refunds if each.case_id == case_id]
    waiting = {each.number for each in waiting_refunds(order)}
    arrived = any(each.is_done for each in mine) or order.returned_fen >= order.amount_fen
    return arrived and bool(mine) and not any(each.number in waiting for each in mine)
