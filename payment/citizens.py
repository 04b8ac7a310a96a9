"""What citizens are told of their money: paid, once finance has booked it, and given back.

A task beside the change, which is told of the order's person as it is then.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from channel_gateway.domain.day_words import minute_words
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.happenings import Happening, telling_id
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.money import yuan_from_fen
from channel_gateway.domain.tasks import Task, is_next, with_tasks
from channel_gateway.ports import Change, Messenger, ServiceCatalogue, Telling
from channel_gateway.service import NotYet, Reaction
from payment.issued import IssuedNotices
from payment.order import Order
from payment.orders import ORDERS, read
from payment.refunds import refund_of

TELL_CITIZEN = "tell_citizen"


def told(before: Order, after: Order) -> Order:
    """`after`, with tasks for what is new. Money nobody wanted is told of when it is back. Pure."""
    done = {each.number for each in before.refunds if each.is_done}
    back = [each for each in after.refunds if each.is_done and each.number not in done]
    paid = before.confirmed_at is None and after.confirmed_at is not None and not after.refunds
    if not paid and not back:
        return after
    due = milliseconds(after.events[-1].at)
    news = [_task(due, each.number) for each in back]
    return with_tasks(after, *([_task(due)] if paid else []), *news)


def _task(due: int, refund_no: str = "") -> Task:
    return Task(f"{TELL_CITIZEN}:{refund_no}", TELL_CITIZEN, due=due, detail=refund_no)


class CitizenNews:
    def __init__(
        self,
        issued: IssuedNotices,
        messenger: Callable[[], Messenger | None],
        catalogues: Callable[[], Iterable[ServiceCatalogue]],
        *,
        page: str = "",
    ) -> None:
        """Who tells citizens is asked for late; where nobody does, no task is written."""
        self._issued = issued
        self._messenger = messenger
        self._catalogues = catalogues
        self._page = page

    def rows(self) -> list[Reaction]:
        return [Reaction(ORDERS.name, TELL_CITIZEN, self.tell, DAYS_3)]

    def beside(self, before: Order, after: Order) -> Order:
        return after if self._messenger() is None else told(before, after)

    async def tell(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """In order: a message has its place by when it was told."""
        order, messenger = read(document), self._messenger()
        if messenger is None or order.person is None:
            return None
        if not is_next(order, task):
            raise NotYet("what happened before is told first", pause_s=5)
        service, name = await self.service_of(order)
        happening, fen, at = Happening.PAID, order.amount_fen, order.paid_at or now
        if task.detail:
            refund = refund_of(order, task.detail)
            happening, fen, at = Happening.REFUNDED, refund.amount_fen, refund.done_at or now
        when = {"paid_at" if happening is Happening.PAID else "at": minute_words(at)}
        telling = Telling(
            id=telling_id(order.id, happening, task.detail),
            person=order.person,
            happening=happening,
            service=service,
            subject=f"order:{order.id}",
            words={"service": name, "amount": f"{yuan_from_fen(fen)}元"} | when,
            at=at,
            account=order.citizen,
            page=self._page.replace("{id}", order.id),
        )
        await messenger.tell(telling, now)
        return None

    async def service_of(self, order: Order) -> tuple[str, str]:
        """Code and name; as finance describes it where no service is known."""
        issued = await self._issued.of(order.pay_code)
        service = await self._charging(order) if issued is None else issued.matter.service
        for catalogue in self._catalogues() if service else ():
            name = await catalogue.name(service)
            if name is not None:
                return service, name
        return service, order.description

    async def _charging(self, order: Order) -> str:
        """Of a notice that is none of ours: the one service that charges for this, if any."""
        for catalogue in self._catalogues():
            found = await catalogue.charging(order.unit_code, order.item_codes)
            if found is not None:
                return found
        return ""
