"""Orders in the store: fetch, change, believe what platforms say. The only writer of `orders`.

The archive alone deletes any; then they are found there, and a change is `OrderArchived`. The store
is always asked first: an order is in the archive before it leaves the store.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date, datetime, timedelta

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import (
    Change,
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    Index,
    MissingDocument,
    Range,
    Store,
)
from channel_gateway.records import every, swapped
from channel_gateway.service import TASKS
from payment.facts import PaymentFact, RefundFact
from payment.order import CLOCKS_APART, FactMismatch, Order, StrayReason, check_fact
from payment.owed import with_moments
from payment.ports import PaymentMethod
from payment.put_away import NothingPutAway, OrderArchived, PutAway
from payment.settlement import heard, refunded, strayed

ORDERS = Collection(
    "orders",
    (
        Index(("open_key",), unique=True),
        Index(("settles",), unique=True),
        Index(("transaction_key",), unique=True),
        Index(("notice", "created_at")),
        Index(("person", "created_at")),
        Index(("pay_code", "created_at")),
        Index(("owed_back_at",)),
        Index(("unit_code", "owed_back_at")),
        Index(("unit_code", "created_at")),
        Index(("gave_back_at",)),
        Index(("unit_code", "gave_back_at")),
        Index(("unreceipted_since",)),
        Index(("transferred_as",)),
        *TASKS,
    ),
)


_TRANSFERS = 20  # several refunds may go in one

# A change of an order, with what must happen beside it as tasks.
Beside = Callable[[Order, Order], Order]


class Orders:
    def __init__(
        self,
        store: Store,
        beside: Beside = lambda _, after: after,
        put_away: PutAway | None = None,
    ) -> None:
        self._store = store
        self._beside = beside
        self._put_away = put_away or NothingPutAway()

    async def add(self, order: Order) -> Order:
        """Raises `DuplicateKey` on `open_key`: the citizen has an open order for this already."""
        return read(await self._store.insert(ORDERS.name, to_document(order)))

    async def get(self, order_id: str) -> Order:
        document = await self._store.get(ORDERS.name, order_id)
        order = read(document) if document else await self._put_away.get(order_id)
        if order is None:
            raise NotFound("there is no such order", field="order_id")
        return order

    async def may_change(self, order_id: str) -> None:
        """Return unless it is archived, or is just being put away. Raises `OrderArchived`."""
        if await self._put_away.has(order_id):
            raise OrderArchived(field="order_id")

    async def open_one(self, open_key: str) -> Order | None:
        document = await self._store.get_by(ORDERS.name, "open_key", open_key)
        return read(document) if document else None

    async def settling(self, notice: str) -> Order | None:
        """The order that has claimed this notice: money is there, finance may not know yet."""
        return await self._by("settles", notice)

    async def by_transaction(self, method: str, transaction: str) -> Order | None:
        return await self._by("transaction_key", f"{method}|{transaction}")

    async def transferred_as(self, reference: str) -> list[Order]:
        """Given back by a transfer that goes by this number at the treasury or the bank."""
        found = await self._store.find(
            ORDERS.name, equal={"transferred_as": reference}, limit=_TRANSFERS
        )
        return [read(document) for document in found]

    async def of_person(
        self, keys: Iterable[str], *, limit: int, after: Cursor | None
    ) -> list[Order]:
        """Newest first; under any of the keys, for a while they may be two."""
        found = [
            order
            for key in keys
            for order in await self._page("person", key, limit=limit, after=after)
        ]
        return sorted(found, key=lambda order: (order.created_at, order.id), reverse=True)[:limit]

    def all_of(self, person: str) -> AsyncIterator[Order]:
        """Every order of a person that the store has, the newest first."""
        return every(
            self._store,
            ORDERS,
            Order,
            equal={"person": person},
            order="created_at",
            descending=True,
        )

    async def of_notice(self, notice: str) -> list[Order]:
        """Newest first; a notice never has more than a handful, so one page is all."""
        return await self._page("notice", notice, limit=200, after=None)

    async def of_pay_code(self, pay_code: str) -> list[Order]:
        """Newest first, whatever region issued the code."""
        return await self._page("pay_code", pay_code, limit=200, after=None)

    async def owing(self, unit: str | None, *, limit: int, after: Cursor | None) -> list[Order]:
        """Orders with refunds that are not done, the oldest first; no unit: of all of them."""
        return await self._of_unit("owed_back_at", unit, limit=limit, after=after)

    async def gave_back(self, unit: str | None, *, limit: int, after: Cursor | None) -> list[Order]:
        """Orders whose money went back, all or in part, the last first."""
        return await self._of_unit("gave_back_at", unit, descending=True, limit=limit, after=after)

    def all(self) -> AsyncIterator[Order]:
        """Every order in the store, the oldest first."""
        return every(self._store, ORDERS, Order)

    def made_between(self, first: date, last: date) -> AsyncIterator[Order]:
        """Orders made on these Beijing days, both included: their numbers begin with the day."""
        bounds = Range("_id", low=f"G{first:%Y%m%d}", high=f"G{last + timedelta(days=1):%Y%m%d}")
        return every(self._store, ORDERS, Order, range=bounds)

    async def change(self, order_id: str, change: Callable[[Order], Order]) -> Order:
        """Swap an order for what the pure `change` makes of it; it may be called more than once."""

        def changed(order: Order) -> Order:
            return with_moments(order, self._beside(order, change(order)))

        try:
            _, made = await swapped(self._store, ORDERS, order_id, Order, changed)
        except MissingDocument:
            await self.may_change(order_id)
            raise NotFound("there is no such order", field="order_id") from None
        return made

    def changing(self, change: Callable[[Order], Order]) -> Change:
        """A pure change of orders as one of documents, for a reaction to hand back."""

        def changed(document: Document) -> Document:
            before = read(document)
            return to_document(with_moments(before, self._beside(before, change(before))))

        return changed

    async def believe(self, fact: PaymentFact, method: PaymentMethod, now: datetime) -> Order:
        """Take in a platform's word on a payment, after comparing it with the order.

        If the notice is settled by another order, this money is stray and goes back by itself.
        Saying it again changes nothing. Raises `NotFound`, `FactMismatch`.
        """

        def take_in(order: Order) -> Order:
            _compare(order, fact, method, now)
            return heard(order, fact, now)

        def send_back(order: Order) -> Order:
            return strayed(order, fact, StrayReason.DUPLICATE, now)

        try:
            return await self.change(fact.order_id, take_in)
        except DuplicateKey as taken:
            if taken.index == "transaction_key":
                raise FactMismatch("this money is another order's", field="transaction") from taken
            return await self.change(fact.order_id, send_back)

    async def believe_refund(self, fact: RefundFact, method: PaymentMethod, now: datetime) -> Order:
        """Take in a platform's word on a refund. Raises `NotFound`, `FactMismatch`."""

        def take_in(order: Order) -> Order:
            _compare_refund(order, fact, method, now)
            return refunded(order, fact, now)

        return await self.change(fact.order_id, take_in)

    async def name_of_unit(self, unit_code: str) -> str:
        """As its newest order in the store has it; empty: of no order."""
        newest = await self._kept("unit_code", unit_code, limit=1, after=None)
        return newest[0].unit_name if newest else ""

    async def _by(self, field: str, key: str) -> Order | None:
        document = await self._store.get_by(ORDERS.name, field, key)
        return read(document) if document else await self._put_away.by(field, key)

    async def _of_unit(
        self,
        moment: str,
        unit: str | None,
        *,
        limit: int,
        after: Cursor | None,
        descending: bool = False,
    ) -> list[Order]:
        found = await self._store.find(
            ORDERS.name,
            equal={} if unit is None else {"unit_code": unit},
            order=moment,
            descending=descending,
            limit=limit,
            after=after,
        )
        return [read(document) for document in found]

    async def _page(
        self, field: str, value: str, *, limit: int, after: Cursor | None
    ) -> list[Order]:
        """Of the store and of the archive; one that goes from here to there is found once."""
        found = await self._kept(field, value, limit=limit, after=after)
        away = await self._put_away.page(field, value, limit=limit, after=after)
        if not away:
            return found
        both = {order.id: order for order in (*away, *found)}
        newest = sorted(both.values(), key=lambda o: (o.created_at, o.id), reverse=True)
        return newest[:limit]

    async def _kept(
        self, field: str, value: str, *, limit: int, after: Cursor | None
    ) -> list[Order]:
        documents = await self._store.find(
            ORDERS.name,
            equal={field: value},
            order="created_at",
            descending=True,
            limit=limit,
            after=after,
        )
        return [read(document) for document in documents]


def read(document: Document) -> Order:
    return from_document(Order, document)


def _compare(order: Order, fact: PaymentFact, method: PaymentMethod, now: datetime) -> None:
    if order.method != method.name:
        raise FactMismatch("another platform's order", field="order")
    check_fact(order, fact, app=method.app, merchant=method.merchant, now=now)


def _compare_refund(order: Order, fact: RefundFact, method: PaymentMethod, now: datetime) -> None:
    if order.method != method.name:
        raise FactMismatch("another platform's order", field="order")
    if fact.app and fact.app != method.app:
        raise FactMismatch("a refund of another app", field="app")
    if fact.merchant and fact.merchant != method.merchant:
        raise FactMismatch("a refund of another merchant", field="merchant")
    if fact.transaction and fact.transaction != order.transaction:
        raise FactMismatch("a refund of another payment", field="transaction")
    if fact.total_fen is not None and fact.total_fen != order.amount_fen:
        raise FactMismatch("a refund of a payment of another amount", field="total")
    if fact.done_at is not None and fact.done_at > now + CLOCKS_APART:
        raise FactMismatch("a refund done in the future", field="done_at")
