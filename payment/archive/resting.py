"""Whether an order is wholly at rest: nothing of it is owed, awaited, in dispute or untold."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import DepartmentNews, Document, Store
from payment.elsewhere import ELSEWHERE
from payment.order import OPEN, Order, State
from payment.orders import Orders
from payment.owed import waiting_refunds
from payment.reconciliation.cases.case import DifferenceCaseState
from payment.reconciliation.cases.cases import Cases as DifferenceCases
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.suspense.account import SuspenseAccount
from payment.refund_cases.cases import Cases as RefundCases
from payment.telling import event_ids

# A confirmed order waits for its receipt, a stray one for its refund.
FINAL = frozenset({State.CLOSED, State.RECEIPTED, State.RETURNED})
_MOST = 200


class Unrest(StrEnum):
    """Why an order stays in the store."""

    NOT_FINAL = "not_final"  # its state says that more is to come, as a receipt
    REFUND_OPEN = "refund_open"
    UNDELIVERED = "undelivered"  # of its own outbox: to be done, or given up
    REFUND_CASE_OPEN = "refund_case_open"
    DIFFERENCE_OPEN = "difference_open"  # a case of reconciliation, carried ones too
    IN_SUSPENSE = "in_suspense"
    NOTICE_OPEN = "notice_open"  # another order of its notice can still take money
    DEPARTMENT_UNTOLD = "department_untold"


def unrest_of(order: Order) -> Unrest | None:
    """What the order itself knows. Pure."""
    if order.state not in FINAL:
        return Unrest.NOT_FINAL
    if waiting_refunds(order) or order.owed_back_at is not None:
        return Unrest.REFUND_OPEN
    if order.tasks or order.given_up:
        return Unrest.UNDELIVERED
    return None


def moved_on(order: Order) -> frozenset[date]:
    """The days on which its money moved. Pure."""
    moments = [order.paid_at, *(refund.done_at for refund in order.refunds)]
    return frozenset(beijing_day(moment) for moment in moments if moment is not None)


@dataclass(frozen=True, slots=True)
class Resting:
    store: Store
    orders: Orders
    refund_cases: RefundCases
    findings: Findings
    difference_cases: DifferenceCases
    suspense: SuspenseAccount
    departments: Callable[[], Iterable[DepartmentNews]]

    async def unrest(self, order: Order) -> Unrest | None:
        """None: it is at rest."""
        own = unrest_of(order)
        if own is not None:
            return own
        cases = await self.refund_cases.of_order(order.id)
        if any(not each.is_over or each.tasks or each.given_up for each in cases):
            return Unrest.REFUND_CASE_OPEN
        async for finding in self._findings(order):
            case = await self.difference_cases.of(finding.id)
            if case is not None and case.state is not DifferenceCaseState.SETTLED:
                return Unrest.DIFFERENCE_OPEN
            item = await self.suspense.of(finding.id)
            if item is not None and (item.balance_fen or item.tasks or item.given_up):
                return Unrest.IN_SUSPENSE
        siblings = await self.orders.of_notice(order.notice)
        if any(each.state in OPEN for each in siblings):
            return Unrest.NOTICE_OPEN
        for news in self.departments():
            if await news.waits(event_ids(order)):
                return Unrest.DEPARTMENT_UNTOLD
        if any(_waits(heard) for heard in await self._heard(order)):
            return Unrest.DEPARTMENT_UNTOLD
        return None

    async def _findings(self, order: Order) -> AsyncIterator[Finding]:
        async for finding in self.findings.of_order(order.id):
            yield finding
        async for finding in self.findings.of_notice(order.pay_code):
            if finding.order_id != order.id:
                yield finding

    async def _heard(self, order: Order) -> list[Document]:
        """What finance told of its notice, that it was paid elsewhere."""
        return await self.store.find(
            ELSEWHERE.name, equal={"pay_code": order.pay_code}, order="heard_at", limit=_MOST
        )


def _waits(document: Document) -> bool:
    return bool(document.get("tasks") or document.get("given_up"))
