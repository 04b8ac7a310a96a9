"""Which orders a number is about: any number that somebody may hold."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from channel_gateway.domain.errors import NotFound
from payment.order import Order
from payment.orders import Orders
from payment.receipts.register import Register
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.found.findings import Findings
from payment.refund_cases.cases import Cases

# A refund's number is its order's or its case's, and which of its refunds it is.
_OF_A_REFUND = re.compile(r"(.+?)(?:R\d+|F)")
# What finance or a platform knows out of suspense: the difference's id, and which entry of it.
_OUT_OF_SUSPENSE = re.compile(r"(D[0-9a-f]+)[NB]\d+")
_RECEIPT = re.compile(r"(\d+)[ |](\d+)")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a number is about."""

    orders: tuple[Order, ...] = ()
    findings: tuple[Finding, ...] = ()  # they may be about money that is no order's


class Numbers:
    def __init__(
        self,
        orders: Orders,
        methods: Iterable[str],
        register: Register,
        cases: Cases,
        findings: Findings,
    ) -> None:
        self._orders = orders
        self._methods = tuple(methods)
        self._register = register
        self._cases = cases
        self._findings = findings

    async def meant(self, number: str) -> Meant:
        """By whatever it is first: order, payment, notice, refund, receipt, case, transfer, …"""
        looks = (
            self._order,
            self._paid,
            self._notice,
            self._refund,
            self._receipt,
            self._of_case,
            self._orders.transferred_as,
        )
        for look in looks:
            if found := await look(number):
                return Meant(tuple(found))
        with suppress(NotFound):
            taken_out = _OUT_OF_SUSPENSE.fullmatch(number)
            finding = await self._findings.get(taken_out[1] if taken_out else number)
            return Meant(tuple(await self._of_finding(finding)), (finding,))
        findings = await self._findings.by_number(number)
        orders = [order for each in findings for order in await self._of_finding(each)]
        return Meant(tuple({order.id: order for order in orders}.values()), tuple(findings))

    async def _order(self, number: str) -> list[Order]:
        with suppress(NotFound):
            return [await self._orders.get(number)]
        return []

    async def _paid(self, number: str) -> list[Order]:
        found = [await self._orders.by_transaction(method, number) for method in self._methods]
        return [order for order in found if order is not None]

    async def _notice(self, number: str) -> list[Order]:
        """The one that settles it first."""
        found = await self._orders.of_pay_code(number)
        return sorted(found, key=lambda order: (order.settles is None, order.created_at))

    async def _refund(self, number: str) -> list[Order]:
        named = _OF_A_REFUND.fullmatch(number)
        if named is None:
            return []
        found = await self._order(named[1]) or await self._of_case(named[1])
        return [order for order in found if order.refund(number)]

    async def _receipt(self, number: str) -> list[Order]:
        """By code and number, or by the number alone; of a red one too."""
        whole = _RECEIPT.fullmatch(number)
        if whole is None:
            ids = await self._register.orders_of(number)
        else:
            of_both = await self._register.order_of(whole[1], whole[2])
            ids = [of_both] if of_both else []
        return [order for id in dict.fromkeys(ids) for order in await self._order(id)]

    async def _of_case(self, number: str) -> list[Order]:
        with suppress(NotFound):
            return await self._order((await self._cases.get(number)).order_id)
        return []

    async def _of_finding(self, finding: Finding) -> list[Order]:
        if finding.order_id and (found := await self._order(finding.order_id)):
            return found
        of_notice = await self._notice(finding.pay_code) if finding.pay_code else []
        if finding.refund_no:
            return [order for order in of_notice if order.refund(finding.refund_no)]
        return of_notice
