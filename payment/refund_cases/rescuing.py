"""What a person does with a refund that does not go by itself: send again, or transfer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Conflict
from channel_gateway.domain.tasks import sent_again, with_tasks
from channel_gateway.ports import Clock, Member, Role
from payment.facts import RefundStatus
from payment.order import Order
from payment.orders import Orders
from payment.owed import waiting_refunds
from payment.ports import PaymentMethod
from payment.refund import STUCK, Refund, RefundState
from payment.refund_cases.applying import role_of, sees
from payment.refund_cases.cases import Cases
from payment.refund_cases.deciding import may_pay_back
from payment.refund_cases.refusals import NoSuchRefundCase, NothingToResend, TransferNotFor
from payment.refunds import refund_of
from payment.settlement import (
    REFUND,
    refund_at_once,
    refund_by_transfer,
    refund_renewed,
    refund_task,
)
from payment.transfers import transfer_confirmed, transfer_said

_Change = Callable[[Order, Refund, datetime], Order]


class StillWithPlatform(Conflict):
    """The platform has not given this refund up: it may still arrive."""

    code = "still_with_platform"
    zh = "支付平台仍在处理这笔退款，暂不能改为转账。"


@dataclass(frozen=True, slots=True)
class Found:
    order: Order
    refund: Refund


class Rescuing:
    def __init__(
        self, orders: Orders, cases: Cases, methods: dict[str, PaymentMethod], clock: Clock
    ) -> None:
        self._orders = orders
        self._cases = cases
        self._methods = methods
        self._clock = clock

    async def get(self, member: Member, order_id: str, number: str) -> Found:
        """Raises `NotFound`, also for another unit's."""
        order = await self._orders.get(order_id)
        if not sees(member, order.unit_code):
            raise NoSuchRefundCase("there is no such order", field="order_id")
        return Found(order, refund_of(order, number))

    async def paying(self, member: Member, order_id: str, number: str) -> Found:
        """The same for who pays it back by hand: nobody of its application or its decision.

        Raises `SamePerson` as well.
        """
        found = await self.get(member, order_id, number)
        if found.refund.case_id is not None:
            may_pay_back(await self._cases.get(found.refund.case_id), member.name)
        return found

    async def resend(self, member: Member, order_id: str, number: str) -> Found:
        """Ask the platform once more: under its number, or a new one where that is spent.

        Raises `NothingToResend` of what is under way, done, or goes by transfer.
        """
        found = await self.get(member, order_id, number)
        now = self._clock.now()
        order = await self._orders.change(found.order.id, lambda known: _resent(known, number, now))
        return _newest_of(order, found.refund)

    async def by_transfer(self, member: Member, order_id: str, number: str) -> Found:
        """Finance transfers what the platform could not pay; the platform is asked once more first.

        Raises `TransferNotFor` of what is not stuck, `StillWithPlatform`, `Unavailable`.
        """
        found = await self.get(member, order_id, number)
        if found.refund.state not in STUCK:
            raise TransferNotFor
        method = self._methods[found.order.method]
        fact = await method.ask_refund(order_id, number)
        now = self._clock.now()
        if fact.status is not RefundStatus.ABSENT:
            await self._orders.believe_refund(fact, method, now)
        if fact.status in (RefundStatus.PROCESSING, RefundStatus.DONE):
            raise StillWithPlatform

        def handed_over(order: Order) -> Order:
            stuck = refund_of(order, number)
            if stuck.state not in STUCK or stuck not in waiting_refunds(order):
                raise TransferNotFor  # or it was asked for anew meanwhile
            return refund_by_transfer(order, stuck, now, by=member.name, role=hand_role(member))

        order = await self._orders.change(order_id, handed_over)
        return _newest_of(order, found.refund)

    async def paid(self, member: Member, order_id: str, number: str, reference: str) -> Found:
        """The member says that it was transferred. Raises `NoTransfer`, `SamePerson`."""
        await self.paying(member, order_id, number)
        return await self._change(
            order_id,
            number,
            lambda order, refund, now: transfer_said(
                order, refund, reference, member.name, now, role=hand_role(member)
            ),
        )

    async def confirm(self, member: Member, order_id: str, number: str, reference: str) -> Found:
        """Another member has seen it too, under this reference: it is done.

        Raises `SecondPersonWanted`, `SaidAnew`, `NoTransfer`, `SamePerson`.
        """
        await self.paying(member, order_id, number)
        return await self._change(
            order_id,
            number,
            lambda order, refund, now: transfer_confirmed(
                order, refund, reference, member.name, now, role=hand_role(member)
            ),
        )

    async def _change(self, order_id: str, number: str, change: _Change) -> Found:
        now = self._clock.now()
        order = await self._orders.change(
            order_id, lambda known: change(known, refund_of(known, number), now)
        )
        return Found(order, refund_of(order, number))


def hand_role(member: Member) -> str:
    """In which role somebody pays back by hand."""
    return role_of(member, Role.FINANCE_CLERK, Role.FINANCE_REVIEWER)


def _resent(order: Order, number: str, now: datetime) -> Order:
    refund = refund_of(order, number)
    letter = next(
        (each for each in order.given_up if each.kind == REFUND and each.detail == number), None
    )
    if refund.is_void and letter is not None:
        return refund_renewed(order, refund, now)
    if letter is not None:
        return sent_again(order, letter.id, now=milliseconds(now))
    if refund.held_up:
        return refund_at_once(order, number, now)
    if refund.state is RefundState.ABNORMAL:
        return with_tasks(order, refund_task(number, now))
    raise NothingToResend


def _newest_of(order: Order, refund: Refund) -> Found:
    """The refund itself, or the one that took its place."""
    later = order.refunds[[each.number for each in order.refunds].index(refund.number) + 1 :]
    same = [each for each in later if each.case_id == refund.case_id and not each.is_void]
    current = refund_of(order, refund.number)
    return Found(order, same[-1] if same and current.is_void else current)
