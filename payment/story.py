"""Where is this citizen's money? Told in words, for the help desk, by any number a person holds."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from channel_gateway.domain.days import beijing_text, moment_of
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.money import yuan_from_fen
from payment.order import Order
from payment.orders import Orders
from payment.views import says


class Stories:
    def __init__(self, orders: Orders, methods: Iterable[str]) -> None:
        self._orders = orders
        self._methods = tuple(methods)

    async def tell(self, number: str) -> list[str] | None:
        """By our order number, the platform's own, or the 缴款码; None when none is ours."""
        found = await self._find(number)
        return [line for order in found for line in story(order)] or None

    async def _find(self, number: str) -> list[Order]:
        with suppress(NotFound):
            return [await self._orders.get(number)]
        for method in self._methods:
            paid = await self._orders.by_transaction(method, number)
            if paid is not None:
                return [paid]
        return await self._orders.of_pay_code(number)


def story(order: Order) -> Iterator[str]:
    """One order, line by line; no personal data is in it."""
    yield f"Order {order.id}: {order.state} ({says(order)})"
    yield f"  {yuan_from_fen(order.amount_fen)} yuan by {order.method} for notice {order.pay_code}"
    if order.transaction:
        yield f"  the platform calls the payment {order.transaction}"
    for event in order.events:
        yield f"  {_at(event.at)}  {event.what}{f' ({event.note})' if event.note else ''}"
    for refund in order.refunds:
        amount = yuan_from_fen(refund.amount_fen)
        yield f"  refund {refund.number}: {amount} yuan, {refund.state}: {refund.reason}"
        if refund.case_id:
            yield f"    decided by people, as {refund.case_id}"
        if refund.reference:
            yield f"    transferred by finance, reference {refund.reference}"
        if refund.red_receipt:
            yield f"    red receipt {refund.red_receipt.code} {refund.red_receipt.number}"
    if order.receipt:
        yield f"  e-receipt {order.receipt.code} {order.receipt.number}"
    for task in order.tasks:
        note = f"; last: {task.note}" if task.note else ""
        yield f"  waiting for {task.kind}, try {task.tries + 1} at {_at(moment_of(task.due))}{note}"
    for task in order.given_up:
        yield f"  GIVEN UP at try {task.tries + 1}: {task.kind}: {task.note}"


def _at(moment: datetime) -> str:
    return beijing_text(moment)
