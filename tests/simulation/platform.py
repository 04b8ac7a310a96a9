"""A platform that moves money, keeps true books, and is as unhelpful as real ones can be."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from channel_gateway.domain.errors import Refused
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from payment.facts import Fact, PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, OrderClosed, Payable, Repayment
from tests.simulation.faults import Line
from tests.simulation.virtual_time import VirtualClock


@dataclass
class Trade:
    payable: Payable
    closed: bool = False
    paid: PaymentFact | None = None  # the truth
    says: PaymentFact | None = None  # what it tells of it, wrong for a while perhaps
    paid_after_closing: bool = False


@dataclass
class Callback:
    """A callback: delivered never, once, or again and again."""

    fact: Fact
    acknowledged: bool = False


@dataclass
class Platform:
    """A `PaymentMethod`."""

    name: str
    channel: str
    app: str
    merchant: str
    clock: VirtualClock
    trades: dict[str, Trade] = field(default_factory=dict)
    refunds: dict[str, tuple[Repayment, RefundStatus]] = field(default_factory=dict)
    callbacks: list[Callback] = field(default_factory=list)
    refunds_end: deque[RefundStatus] = field(default_factory=deque)  # as what the next ones begin
    broken_rules: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = Line(self.name)

    # -- what the gateway may ask ----------------------------------------------------------------

    async def prepare(self, order: Payable) -> str:
        return await self.line.carry("prepare", lambda: self._prepare(order))

    def pay_parameters(self, handle: str, *, now: datetime, nonce: str) -> dict[str, str]:
        return {"handle": handle}

    async def ask(self, order_id: str) -> PaymentFact:
        return await self.line.carry("ask", lambda: self._ask(order_id))

    async def close(self, order_id: str) -> None:
        await self.line.carry("close", lambda: self._close(order_id))

    async def refund(self, repayment: Repayment) -> RefundFact:
        return await self.line.carry("refund", lambda: self._refund(repayment))

    async def ask_refund(self, order_id: str, refund_no: str) -> RefundFact:
        return await self.line.carry("ask_refund", lambda: self._ask_refund(order_id, refund_no))

    async def read_callback(self, request: HttpRequest, now: datetime) -> Fact | None:
        return self.callbacks[int(request.body)].fact

    def answer(self, *, accepted: bool) -> HttpResponse:
        return HttpResponse(200 if accepted else 500, Headers())

    # -- what people do there --------------------------------------------------------------------

    def pay(self, order_id: str, *, wrong: dict[str, object] | None = None) -> None:
        """A citizen pays, even if the trade is closed; with `wrong` it is told wrongly at first."""
        trade = self.trades[order_id]
        paid = PaymentFact(
            order_id,
            PaymentStatus.PAID,
            app=self.app,
            merchant=self.merchant,
            amount_fen=trade.payable.amount_fen,
            transaction=f"T{order_id}",
            paid_at=self.clock.now(),
        )
        trade.paid = paid
        trade.paid_after_closing = trade.closed
        trade.says = paid._replace(**(wrong or {}))  # type: ignore[arg-type]
        self.callbacks.append(Callback(trade.says))

    def is_payable(self, order_id: str) -> bool:
        trade = self.trades.get(order_id)
        if trade is None or trade.closed or trade.paid:
            return False
        return self.clock.now() < trade.payable.expires_at

    def tell_truly(self) -> None:
        """Whatever was told wrongly is put right; the wrong callbacks are forgotten."""
        for trade in self.trades.values():
            if trade.says != trade.paid and trade.paid is not None:
                self.callbacks.append(Callback(trade.paid))
            trade.says = trade.paid
        for callback in self.callbacks:
            if isinstance(callback.fact, PaymentFact):
                told = self.trades[callback.fact.order_id].paid
                callback.acknowledged |= callback.fact != told

    def end_refund(self, refund_no: str, status: RefundStatus) -> None:
        """What was under way ends: in money on the citizen's account, or not."""
        repayment, before = self.refunds[refund_no]
        if before in (RefundStatus.PROCESSING, RefundStatus.ABNORMAL) and before is not status:
            self.refunds[refund_no] = repayment, status
            self.callbacks.append(Callback(self._ask_refund(repayment.order_id, refund_no)))

    # -- its books -------------------------------------------------------------------------------

    def captured_fen(self, order_id: str) -> int:
        trade = self.trades.get(order_id)
        return trade.payable.amount_fen if trade and trade.paid else 0

    def refunded_fen(self, order_id: str, *also: RefundStatus) -> int:
        counted = (RefundStatus.DONE, *also)
        return sum(
            repayment.amount_fen
            for repayment, status in self.refunds.values()
            if repayment.order_id == order_id and status in counted
        )

    def _prepare(self, order: Payable) -> str:
        trade = self.trades.get(order.order_id)
        if trade is None:
            if self.clock.now() >= order.expires_at:
                raise Refused("it would have expired already")
            trade = self.trades[order.order_id] = Trade(order)
        if trade.payable != order:
            self.broken_rules.append(f"{order.order_id} was prepared again as something else")
        if trade.paid:
            raise AlreadyPaid
        if trade.closed:
            raise OrderClosed
        return f"handle-{order.order_id}"

    def _ask(self, order_id: str) -> PaymentFact:
        trade = self.trades.get(order_id)
        if trade is None:
            return PaymentFact(order_id, PaymentStatus.ABSENT)
        if trade.says:
            return trade.says
        closed = PaymentStatus.CLOSED if trade.closed else PaymentStatus.UNPAID
        return PaymentFact(order_id, closed)

    def _close(self, order_id: str) -> None:
        trade = self.trades.get(order_id)
        if trade is None:
            return
        if trade.paid:
            raise AlreadyPaid
        trade.closed = True

    def _refund(self, asked: Repayment) -> RefundFact:
        known = self.refunds.get(asked.refund_no)
        if known is not None and known[0] != asked:
            self.broken_rules.append(f"refund {asked.refund_no} was asked again as something else")
        if known is None:
            moving = self.refunded_fen(
                asked.order_id, RefundStatus.PROCESSING, RefundStatus.ABNORMAL
            )
            if moving + asked.amount_fen > self.captured_fen(asked.order_id):
                self.broken_rules.append(f"refund {asked.refund_no} is above what was paid")
                raise Refused("more than what was paid")
            begins = self.refunds_end.popleft() if self.refunds_end else RefundStatus.DONE
            self.refunds[asked.refund_no] = asked, begins
            if begins is RefundStatus.DONE:
                self.callbacks.append(Callback(self._ask_refund(asked.order_id, asked.refund_no)))
        return self._ask_refund(asked.order_id, asked.refund_no)

    def _ask_refund(self, order_id: str, refund_no: str) -> RefundFact:
        if refund_no not in self.refunds:
            return RefundFact(order_id, refund_no, RefundStatus.ABSENT)
        repayment, status = self.refunds[refund_no]
        done_at = self.clock.now() if status is RefundStatus.DONE else None
        return RefundFact(
            order_id,
            refund_no,
            status,
            repayment.amount_fen,
            done_at,
            transaction=repayment.transaction,
            merchant=self.merchant,
        )
