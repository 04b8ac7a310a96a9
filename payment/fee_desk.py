"""Where other services have fees collected: a notice is issued, ended, its money given back."""

from channel_gateway.domain.notices import IssuedNotice, NoticeDraft
from channel_gateway.ports import (
    Clock,
    FeeEnd,
    FeeEnding,
    FeeMatter,
    NoticePaidAlready,
    NoticeVoided,
)
from channel_gateway.service import NotYet
from payment.issued import IssuedNotices
from payment.order import OPEN, Order, State
from payment.orders import Orders
from payment.ports import Finance
from payment.settlement import given_back
from payment.telling import money_of
from payment.use_cases import Payments


class Desk:
    """A `FeeDesk`."""

    def __init__(
        self,
        payments: Payments,
        orders: Orders,
        issued: IssuedNotices,
        finance: Finance,
        clock: Clock,
    ) -> None:
        self._payments = payments
        self._orders = orders
        self._issued = issued
        self._finance = finance
        self._clock = clock

    async def issue(self, number: str, draft: NoticeDraft, matter: FeeMatter) -> IssuedNotice:
        made = await self._finance.issue(number, draft)
        await self._issued.keep(number, made, matter, self._clock.now())
        return made

    async def end(self, pay_code: str, reason: str) -> FeeEnd:
        await self._issued.end(pay_code, self._clock.now())
        await self._payments.close_all(await self._orders.of_pay_code(pay_code))
        orders = await self._orders.of_pay_code(pay_code)
        if any(order.state in OPEN for order in orders):
            raise NotYet("an order can still be paid")
        settling = next((order for order in orders if order.settles), None)
        if settling is not None:
            return FeeEnd(FeeEnding.PAID, money_of(settling))
        try:
            await self._finance.void(pay_code, reason)
        except NoticeVoided:
            return FeeEnd(FeeEnding.VOID)
        except NoticePaidAlready:
            # What was booked through us went back: finance need not forget that it was paid.
            ours = any(order.confirmed_at for order in orders)
            return FeeEnd(FeeEnding.VOID if ours else FeeEnding.PAID_ELSEWHERE)
        return FeeEnd(FeeEnding.VOID)

    async def give_back(self, order_id: str, reason: str) -> None:
        now = self._clock.now()

        def ask(order: Order) -> Order:
            if order.state is State.PAID:
                raise NotYet("finance has not booked it yet")
            return given_back(order, reason, now)

        await self._orders.change(order_id, ask)
