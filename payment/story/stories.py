"""The whole story of a number: order, traces, cases, books, and who else knows more."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.service import Line, Told
from payment.archive.archive import Archive
from payment.order import Order
from payment.reconciliation.cases.cases import Cases as DifferenceCases
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.kinds import HANDLING
from payment.reconciliation.suspense.account import SuspenseAccount
from payment.refund_cases.cases import Cases as RefundCases
from payment.story.answers import behind_answers
from payment.story.books import Books
from payment.story.case_lines import (
    difference_case_lines,
    finding_lines,
    paid_elsewhere,
    refund_case_lines,
    suspense_lines,
)
from payment.story.finding import Numbers
from payment.story.money import where
from payment.story.order_lines import happened, standing
from payment.story.trace_lines import trace_lines
from payment.telling import event_ids
from payment.traces.traces import Traces


@dataclass(frozen=True, slots=True)
class Stories:
    numbers: Numbers
    traces: Traces
    refund_cases: RefundCases
    findings: Findings
    difference_cases: DifferenceCases
    suspense: SuspenseAccount
    books: Books
    archive: Archive

    async def tell(self, number: str) -> Told | None:
        """By any number of a payment; None when none of it is ours. No personal data is in it."""
        meant = await self.numbers.meant(number)
        if meant.orders:
            return await self._of_orders(meant.orders)
        asked = tuple(trace_lines(await self.traces.of(number)))
        if meant.findings:
            return await self._of_nobody(meant.findings, asked)
        if not asked:
            return None
        return Told((Line(None, f"没有缴款码 {number} 的订单，款项没有进入本系统"), *asked))

    async def _of_orders(self, orders: tuple[Order, ...]) -> Told:
        """Where all the money is, before anything else."""
        pay_codes = dict.fromkeys(order.pay_code for order in orders)
        beside = [each for code in pay_codes async for each in self.findings.of_notice(code)]
        lines = list(paid_elsewhere(beside, orders))
        lines += [Line(None, where(order)) for order in orders]
        ids = {order.id for order in orders}
        for order in orders:
            own = [line async for line in self._lines(order)]
            lines += own if len(orders) == 1 else [_of(order, line) for line in own]
        for pay_code in pay_codes:
            lines += trace_lines(await self.traces.of(pay_code))
        for finding in beside:
            if finding.order_id not in ids:
                lines += await self._difference(finding)
        also = [
            name
            for order in orders
            for name in (f"notice:{order.pay_code}", f"order:{order.id}", *event_ids(order))
        ]
        units = frozenset(order.unit_code for order in orders)
        return Told(tuple(lines), tuple(dict.fromkeys(also)), units)

    async def _lines(self, order: Order) -> AsyncIterator[Line]:
        for line in standing(order):
            yield line
        archived = await self.archive.whole(order.id)
        traces, cases = await self.traces.of(order.id), await self.refund_cases.of_order(order.id)
        if archived is not None:
            yield Line(None, f"  in the archive (已归档), file {archived.file}")
            traces, cases = list(archived.traces), list(archived.cases)
        order = behind_answers(order, traces)
        # In one moment: it is ordered, then something is said, then that changes something.
        ordered, *changes = happened(order)
        for line in (ordered, *trace_lines(traces), *changes):
            yield line
        for case in reversed(cases):
            for line in refund_case_lines(case):
                yield line
        async for finding in self.findings.of_order(order.id):
            for line in await self._difference(finding):
                yield line
        for line in await self.books.lines(order):
            yield line

    async def _difference(self, finding: Finding) -> list[Line]:
        case = await self.difference_cases.of(finding.id)
        money = await self.suspense.of(finding.id)
        return [
            *finding_lines(finding),
            *(difference_case_lines(case) if case else ()),
            *(suspense_lines(money) if money else ()),
        ]

    async def _of_nobody(self, findings: Sequence[Finding], asked: Iterable[Line]) -> Told:
        """Money of which only other books know; what is gone does not tell where it is."""
        lines = [_nobodys(each) for each in findings if each.is_there or len(findings) == 1]
        for finding in findings:
            lines += await self._difference(finding)
        codes = dict.fromkeys(each.pay_code for each in findings if each.pay_code)
        units = frozenset(each.unit_code for each in findings) - {""}
        return Told((*lines, *asked), tuple(f"notice:{code}" for code in codes), units)


def _nobodys(finding: Finding) -> Line:
    handling, amount = HANDLING[finding.kind], yuan_from_fen(Fen(finding.amount_fen))
    told = f"{amount} 元不属于任何订单：{finding.kind} {handling.name}（{handling.cause}）"
    return Line(None, told)


def _of(order: Order, line: Line) -> Line:
    """Where several are told of, each line says whose it is."""
    indent = "  " if line.at is None else ""
    return Line(line.at, f"{indent}{order.id}: {line.text.strip()}")
