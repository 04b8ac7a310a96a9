"""What we keep of an order placed with the non-tax platform: where to ask for it, how to pay it.

It is written before the platform is asked, so that an order whose answer was lost can be found
again: the platform lists orders by region, unit and our number. Nothing in it is personal.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.money import Fen
from channel_gateway.ports import Collection, DuplicateKey, Store
from channel_gateway.records import swapped

NONTAX_ORDERS = Collection("nontax_orders")


@dataclass(frozen=True, slots=True)
class KeptOrder:
    id: str  # our order's, the platform's order_no
    region: str
    unit_code: str
    unit_name: str
    amount_fen: Fen
    created_at: datetime
    handle: str | None = None  # None: the platform has not answered yet
    version: int = 0


class KeptOrders:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, order_id: str) -> KeptOrder | None:
        document = await self._store.get(NONTAX_ORDERS.name, order_id)
        return from_document(KeptOrder, document) if document else None

    async def add(self, order: KeptOrder) -> KeptOrder:
        """The order as it is kept; another may have been faster."""
        try:
            document = await self._store.insert(NONTAX_ORDERS.name, to_document(order))
        except DuplicateKey:
            document = await self._store.get(NONTAX_ORDERS.name, order.id) or {}
        return from_document(KeptOrder, document)

    async def answered(self, order_id: str, handle: str) -> str:
        """Keep how it is paid; the first answer counts."""
        _, kept = await swapped(
            self._store,
            NONTAX_ORDERS,
            order_id,
            KeptOrder,
            lambda order: order if order.handle else replace(order, handle=handle),
        )
        return kept.handle or handle
