"""What was given up after all tries: a person sees it, and may send it again."""

from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import to_document
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Document, Store
from channel_gateway.service import DEAD_LETTERS_BY
from channel_gateway.worker.tasks import sent_again
from payment.order import Order
from payment.orders import ORDERS, read
from payment.refunds import refund_of
from payment.settlement import REFUND, refund_renewed


class DeadLetters:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def list(self) -> list[Order]:
        """The oldest hundred orders with something given up."""
        found = await self._store.find(ORDERS.name, order=DEAD_LETTERS_BY, limit=100)
        return [read(document) for document in found]

    async def resend(self, order_id: str, task_id: str, now: datetime) -> Order:
        """Raises `NotFound` when there is no such order or nothing of that name was given up."""

        def again(document: Document) -> Document:
            order = read(document)
            task = next((task for task in order.given_up if task.id == task_id), None)
            if task is None:
                raise NotFound("nothing of that name was given up", field="task_id")
            if task.kind == REFUND and (refund := refund_of(order, task.detail)).is_void:
                return to_document(refund_renewed(order, refund, now))
            return sent_again(document, task_id, now=milliseconds(now))

        if await self._store.get(ORDERS.name, order_id) is None:
            raise NotFound("there is no such order", field="order_id")
        return read(await self._store.mutate(ORDERS.name, order_id, again))
