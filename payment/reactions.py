"""What the worker does for an order: ask, close, tell finance, fetch the receipt, give money back.

Each bears being run twice: platforms and finance know our numbers, and changes are pure.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Conflict, Refused, TooMany, Unavailable
from channel_gateway.domain.ladders import DAYS_3, DAYS_7
from channel_gateway.domain.notices import Confirmation, GivenBack
from channel_gateway.domain.tasks import Task, sent_again, with_tasks
from channel_gateway.ports import (
    Change,
    Clock,
    Document,
    NoticeAmountDiffers,
    NoticePaidAlready,
    NoticeSettledElsewhere,
    NoticeVoided,
    NoticeWaived,
)
from channel_gateway.service import NeedsAPerson, NotYet, Reaction
from payment.elsewhere import Elsewhere
from payment.facts import RefundFact, RefundStatus
from payment.order import OPEN, WORDS, CloseReason, Order, State, StrayReason
from payment.orders import ORDERS, Orders, read
from payment.ports import Finance, PaymentMethod, Repayment
from payment.receipts.register import Register
from payment.refund import STUCK, Refund, RefundState
from payment.refunds import refund_of
from payment.settlement import (
    ASK,
    CLOSE,
    CLOSE_SIBLINGS,
    CONFIRM,
    LOOK_BACK,
    RECEIPT,
    REFUND,
    REPORT_REFUND,
    confirmed,
    disputed,
    given_back,
    receipted,
    refund_held_up,
    refund_refused,
    refund_renewed,
    rejected,
    reversed_by,
)
from payment.telling import Telling
from payment.use_cases import Payments

# The first look is 5 s after ordering; then, as WeChat Pay advises, 30 s, 1, 3, 5 and 10 minutes.
ASK_LADDER = (30, 60, 180, 300, 600)
TO_BE_SENT = (RefundState.REQUESTED, RefundState.UNKNOWN)


class Reactions:
    def __init__(
        self,
        payments: Payments,
        orders: Orders,
        methods: dict[str, PaymentMethod],
        finance: Finance,
        telling: Telling,
        register: Register,
        elsewhere: Elsewhere,
        clock: Clock,
    ) -> None:
        self._payments = payments
        self._orders = orders
        self._methods = methods
        self._finance = finance
        self._telling = telling
        self._register = register
        self._elsewhere = elsewhere
        self._clock = clock

    def rows(self) -> list[Reaction]:
        return [
            Reaction(ORDERS.name, ASK, self.ask, ASK_LADDER),
            Reaction(ORDERS.name, CLOSE, self.close, DAYS_3),
            Reaction(ORDERS.name, LOOK_BACK, self.look_back, DAYS_3),
            Reaction(ORDERS.name, CONFIRM, self.confirm, DAYS_3),
            Reaction(ORDERS.name, CLOSE_SIBLINGS, self.close_siblings, DAYS_3),
            Reaction(ORDERS.name, RECEIPT, self.fetch_receipt, DAYS_3),
            # Refunds take the platform seconds to days; WeChat Pay gives up by itself after seven.
            Reaction(ORDERS.name, REFUND, self.refund, DAYS_7, resent=self._refund_resent),
            Reaction(ORDERS.name, REPORT_REFUND, self.report_refund, DAYS_3),
        ]

    async def ask(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """A lost callback is found by asking; past the ladder's end CLOSE takes over."""
        order = read(document)
        method = self._methods[order.method]
        last = task.tries >= len(ASK_LADDER)
        try:
            fact = await method.ask(order.id)
        except (Unavailable, TooMany):
            if last:
                return None
            raise
        order = await self._orders.believe(fact, method, now)
        if order.state in OPEN and not last:
            raise NotYet("not paid yet")
        return None

    async def close(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Its time is over: ask, close at the platform, then here."""
        order = read(document)
        if order.state in OPEN and (await self._payments.close_at_platform(order)).state in OPEN:
            raise NotYet("the platform has neither closed it nor been paid")
        return None

    async def look_back(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Money that raced with our closing, its callback lost, is found and sent back."""
        order = read(document)
        if order.state is State.CLOSED:
            method = self._methods[order.method]
            await self._orders.believe(await method.ask(order.id), method, now)
        return None

    async def confirm(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Tell finance; if nobody, or not finance, wants this money, the money goes back.

        If finance wants another amount people decide: they have it put right and tell finance
        again, or give it back.
        """
        order = read(document)
        if order.state is State.DISPUTED and order.refundable_fen < order.amount_fen:
            return None  # people are giving it back
        wanted = await self._telling.wanted(order)
        if not wanted and await self._withdrawn(order.pay_code):
            return self._orders.changing(lambda o: rejected(o, StrayReason.SEAT_GONE, now))
        try:
            booked_at = await self._booked(order)
        except NoticeSettledElsewhere:
            return self._orders.changing(lambda o: rejected(o, StrayReason.SETTLED_ELSEWHERE, now))
        except NoticeWaived:
            return self._orders.changing(lambda o: rejected(o, StrayReason.WAIVED, now))
        except NoticeVoided:
            return self._orders.changing(lambda o: rejected(o, StrayReason.VOIDED, now))
        except NoticeAmountDiffers as differs:
            wanted_fen = differs.expected_fen
            await self._orders.change(order.id, lambda o: disputed(o, wanted_fen, now))
            raise NeedsAPerson("finance wants another amount for this notice") from differs
        also = await self._telling.tasks_of(order, now)
        if wanted:
            return self._orders.changing(lambda o: confirmed(o, booked_at, now, *also))
        words = WORDS[StrayReason.SEAT_GONE]
        return self._orders.changing(
            lambda o: given_back(confirmed(o, booked_at, now, *also), words, now)
        )

    async def _booked(self, order: Order) -> datetime:
        """When finance booked it, by our word or by the channel's own. Raises what finance says."""
        check_code = await self._elsewhere.check_code(order.pay_code, [order])
        told = replace(_confirmation(order), check_code=check_code)
        try:
            return await self._finance.confirm(told)
        except NoticeSettledElsewhere:
            heard = await self._elsewhere.booked(order)
            if heard is None:
                raise
            if heard.amount_fen != order.amount_fen:
                raise NoticeAmountDiffers(expected_fen=heard.amount_fen) from None
            return heard.paid_at

    async def _withdrawn(self, pay_code: str) -> bool:
        """False: finance has it as paid, maybe by this very money, in an answer that was lost."""
        try:
            await self._finance.void(pay_code, WORDS[StrayReason.SEAT_GONE])
        except NoticeVoided:
            return True
        except NoticePaidAlready:
            return False
        return True

    async def close_siblings(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        """The notice is paid: its other open orders must not take money any more."""
        order = read(document)
        siblings = await self._orders.of_notice(order.notice)
        others = (each for each in siblings if each.id != order.id)
        await self._payments.close_all(others, CloseReason.SETTLED)
        return None

    async def fetch_receipt(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        order = read(document)
        receipt = await self._finance.receipt(_confirmation(order))
        if receipt is None:
            raise NotYet("the receipt is being made")
        await self._register.enter(receipt, order.id)
        return self._orders.changing(lambda o: receipted(o, receipt, now))

    async def refund(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Send the refund, or ask about it, under one number until the platform is done with it."""
        order = read(document)
        refund = refund_of(order, task.detail)
        method = self._methods[order.method]
        if refund.state in TO_BE_SENT:
            _wait_for_its_turn(order, refund, now)
            fact = await self._sent(method, order, refund)
        else:  # a callback may have been faster; what was stuck may have moved since
            fact = await method.ask_refund(order.id, refund.number)
        order = await self._orders.believe_refund(fact, method, self._clock.now())
        state = refund_of(order, refund.number).state
        if state in STUCK:
            raise NeedsAPerson(f"the platform has the refund as {state}")
        if state is not RefundState.DONE:
            raise NotYet("the platform is still at it")
        return None

    async def _sent(self, method: PaymentMethod, order: Order, refund: Refund) -> RefundFact:
        try:
            return await method.refund(_repayment(order, refund))
        except Unavailable:
            lost = RefundFact(order.id, refund.number, RefundStatus.ABSENT)
            await self._orders.believe_refund(lost, method, self._clock.now())
            raise
        except Refused as refusal:
            if refusal.passing:
                words, now = str(refusal), self._clock.now()
                await self._orders.change(
                    order.id, lambda o: refund_held_up(o, refund.number, words, now)
                )
                raise
            # A sending whose answer was lost may have been taken: only what is absent is void.
            fact = await method.ask_refund(order.id, refund.number)
            if fact.status is not RefundStatus.ABSENT:
                return fact
            now = self._clock.now()
            await self._orders.change(order.id, lambda o: refund_refused(o, refund.number, now))
            raise

    async def report_refund(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        order = read(document)
        refund = refund_of(order, task.detail)
        told = _given_back(order, refund, now)
        red = await self._finance.report_refund(_confirmation(order), told)
        also = await self._telling.tasks_of(order, now, refund.number)
        if red is None:
            return self._orders.changing(lambda o: with_tasks(o, *also)) if also else None
        await self._register.enter(red, order.id)
        return self._orders.changing(
            lambda o: with_tasks(reversed_by(o, refund.number, red, now), *also)
        )

    def _refund_resent(self, document: Document, task: Task, now: datetime) -> Document:
        """A refund that is void is asked for anew, under a new number."""

        def resent(order: Order) -> Order:
            refund = refund_of(order, task.detail)
            if refund.is_void:
                return refund_renewed(order, refund, now)
            return sent_again(order, task.id, now=milliseconds(now))

        return self._orders.changing(resent)(document) or document


def _wait_for_its_turn(order: Order, refund: Refund, now: datetime) -> None:
    """One refund of an order is sent at a time, the first asked for first. Raises `NotYet`.

    Sent together they would be told to slow down together, round after round.
    """
    earlier = order.refunds[: order.refunds.index(refund)]
    unsent = {each.number for each in earlier if each.state in TO_BE_SENT}
    for task in order.tasks:
        if task.kind == REFUND and task.detail in unsent:
            pause_s = max(0, task.due - milliseconds(now)) // 1000 + 1
            raise NotYet("an earlier refund of this order is being sent", pause_s=pause_s)


def _confirmation(order: Order) -> Confirmation:
    if order.paid_at is None or order.transaction is None:
        raise Conflict("an order without money cannot be confirmed")
    return Confirmation(
        number=order.id,
        pay_code=order.pay_code,
        amount_fen=order.amount_fen,
        late_fee_fen=order.late_fee_fen,
        paid_at=order.paid_at,
        method=order.method,
        transaction=order.transaction,
        unit_code=order.unit_code,
    )


def _given_back(order: Order, refund: Refund, now: datetime) -> GivenBack:
    done_at = refund.done_at or now
    return GivenBack(refund.number, refund.amount_fen, refund.reason, done_at, order.receipt)


def _repayment(order: Order, refund: Refund) -> Repayment:
    return Repayment(
        order_id=order.id,
        transaction=order.transaction or "",
        refund_no=refund.number,
        amount_fen=refund.amount_fen,
        total_fen=order.amount_fen,
        reason=refund.reason,
    )
