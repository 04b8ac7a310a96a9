"""What the books say of an order: our journal, the platform's kept bills, finance's statements."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.domain.errors import GatewayError
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.ports import Clock, Link
from channel_gateway.service import Line
from payment.journal.bookings import Booking
from payment.journal.journal import Journal
from payment.order import Order
from payment.ports import BillFile, BillSource
from payment.reconciliation.bill_files.bills import Bills
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.gathering.statements import FinanceStatements
from payment.story.words import BOOKINGS, said

MOST_DAYS = 8  # of bills and of statements that are looked through for one order
_ONE_DAY = timedelta(days=1)
# As what an order's own history knows that a journal's entry had its cause.
_CAUSES: Mapping[str, frozenset[str]] = {
    Booking.PAYMENT_RECEIVED.value: frozenset({"paid", "stray"}),
    Booking.REFUND_TRANSFERRED.value: frozenset({"refund_done"}),
    Booking.REFUND_FAILED.value: frozenset({"refund_closed", "refund_refused"}),
}


@dataclass(frozen=True, slots=True)
class Books:
    journal: Journal
    bills: Bills
    sources: Mapping[str, BillSource]
    statements: FinanceStatements
    clock: Clock

    async def lines(self, order: Order) -> list[Line]:
        return [
            *[line async for line in self._journal_lines(order)],
            *[line async for line in self._bill_lines(order)],
            *[line async for line in self._statement_lines(order)],
        ]

    async def _journal_lines(self, order: Order) -> AsyncIterator[Line]:
        for link in await self.journal.of_order(order):
            refund_no = str(link.fields["refund_no"])
            about = f" {refund_no}" if refund_no else ""
            amount = yuan_from_fen(Fen(int(link.fields["amount_fen"])))
            text = f"资金流水 {link.number}：{said(link.what, BOOKINGS)}{about}，{amount} 元"
            yield Line(known_at(order, link, refund_no), text)

    async def _bill_lines(self, order: Order) -> AsyncIterator[Line]:
        """Of bills that are kept; no platform is asked. Each movement stands on one of two days."""
        source = self.sources.get(order.method)
        for day in days_over(_moved(order), self.clock.now()) if source else ():
            fetched = await self.bills.known(order.method, day)
            versions = await self.bills.versions(order.method, day)
            fetched_at = {file.digest: file.fetched_at for file in versions}
            for bill in fetched.files:
                if source is not None and bill.kind == source.trades:
                    at = fetched_at[bill.digest]
                    for text in await asyncio.to_thread(_on_bill, source, bill, order):
                        yield Line(at, f"{order.method} {day} 对账单{text}")

    async def _statement_lines(self, order: Order) -> AsyncIterator[Line]:
        """Finance keeps them, so it is asked; that it does not answer is no reason to fail."""
        if not self.statements.three_ways:
            return
        numbers = {order.id, *(refund.number for refund in order.refunds)}
        for day in days_over(_booked(order), self.clock.now()):
            found: list[Entry] = []
            with suppress(GatewayError):
                async for entries in self.statements.of_day(day):
                    found += [entry for entry in entries if entry.number in numbers]
            for entry in found:
                at = day_start(day + _ONE_DAY)
                yield Line(at, f"财政 {day} 日报有{_entry(entry)}")


def _on_bill(source: BillSource, bill: BillFile, order: Order) -> list[str]:
    """Streamed: a day's bill may have a million lines."""
    try:
        found = [entry for entry in source.entries(bill) if entry.order_id == order.id]
    except (GatewayError, OSError):
        return ["已保存，但不能读取"]
    return [f"有{_entry(entry)}" for entry in found]


def _entry(entry: Entry) -> str:
    what = "收款" if entry.movement == Movement.PAYMENT else f"退款 {entry.refund_no}"
    return f"{what}：{yuan_from_fen(Fen(entry.amount_fen))} 元，{entry.at}"


def known_at(order: Order, link: Link, refund_no: str) -> datetime:
    """Platforms date what happened by their own clocks: no entry comes before what caused it."""
    causes = _CAUSES.get(link.what, frozenset({link.what}))
    caused = (
        event.at for event in order.events if event.what in causes and refund_no in ("", event.note)
    )
    return max(link.at, next(caused, link.at))


def _moved(order: Order) -> Iterator[datetime]:
    if order.paid_at:
        yield order.paid_at
    yield from (refund.done_at for refund in order.refunds if refund.done_at)


def _booked(order: Order) -> Iterator[datetime]:
    if order.confirmed_at:
        yield order.confirmed_at
        yield from (refund.done_at for refund in order.refunds if refund.done_at)


def days_over(moments: Iterable[datetime], now: datetime) -> list[date]:
    """Those of the moments and the next ones, as far as they are over."""
    days = {beijing_day(moment) + timedelta(days=ahead) for moment in moments for ahead in (0, 1)}
    return sorted(day for day in days if day < beijing_day(now))[:MOST_DAYS]
