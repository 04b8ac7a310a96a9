"""By what code and number a receipt is found: one document each, red ones too."""

from contextlib import suppress
from dataclasses import dataclass

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.notices import Receipt
from channel_gateway.ports import Collection, DuplicateKey, Index, Store

RECEIPTS = Collection("receipts", (Index(("number",)),))


@dataclass(frozen=True, slots=True)
class Entry:
    id: str  # code|number
    order_id: str
    number: str = ""


class Register:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def enter(self, receipt: Receipt, order_id: str) -> None:
        """Before the order has it, so that none of an order is unknown here. Again is nothing."""
        entry = Entry(_id(receipt.code, receipt.number), order_id, receipt.number)
        with suppress(DuplicateKey):
            await self._store.insert(RECEIPTS.name, to_document(entry))

    async def order_of(self, code: str, number: str) -> str | None:
        """The order whose receipt this is, or was about to be."""
        document = await self._store.get(RECEIPTS.name, _id(code, number))
        return from_document(Entry, document).order_id if document else None

    async def orders_of(self, number: str) -> list[str]:
        """Whose receipt has this number, whatever its code."""
        equal: dict[str, str | int | bool] = {"number": number}
        found = await self._store.find(RECEIPTS.name, equal=equal)
        return [from_document(Entry, document).order_id for document in found]


def _id(code: str, number: str) -> str:
    return f"{code}|{number}"
