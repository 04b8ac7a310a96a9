"""The day of `day_books` in a gateway's store: its orders, and the journal's entries of them.

Written by the project's own classes and collections, in bulk and not through HTTP. The day before
and another payment method have entries in the journal alone: their orders are never looked for.
"""

from asyncio import gather
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain, islice

from channel_gateway.chains.links import linked, write_link
from channel_gateway.chains.stored import links_of
from channel_gateway.domain.days import BEIJING
from channel_gateway.domain.documents import to_document
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Receipt
from channel_gateway.ports import Document, Store
from payment.journal.bookings import all_booked
from payment.lines import OrderLine
from payment.order import Event, Order, State, StrayReason
from payment.orders import ORDERS
from payment.refund import Refund, RefundState
from tests.benchmarks.day_books import (
    DAY,
    DAY_BEFORE,
    EVERY,
    Plant,
    amount_fen,
    order_id,
    plant_of,
    refund_no,
    transaction,
)

METHOD, OTHER = "wechat_pay", "wechat_nontax"
MERCHANT = "1900000109"
BEFORE, ELSEWHERE = "bef", "tax"  # in the numbers of other days and methods, for `fee`
ITEMS = 12  # of a unit
_UNITS = 40
_AT_ONCE = 2000
_DAY = datetime.combine(date.fromisoformat(DAY), datetime.min.time(), BEIJING)


async def fill(store: Store, lines: int, *, before: int, elsewhere: int) -> int:
    """Write a day of so many lines; returns how many entries the journal has.

    `before`: lines of the day before; `elsewhere`: of another payment method, on the day.
    """
    entries = 0
    others = chain(_finer(before, BEFORE, METHOD, days=-1), _finer(elsewhere, ELSEWHERE, OTHER))
    for orders, kept in ((others, False), (_orders(lines), True)):
        while some := list(islice(orders, _AT_ONCE)):
            links = list(_links(some, entries))
            entries += len(links)
            kept_too = [to_document(each) for each in some] if kept else []
            await gather(
                store.insert_many(links_of("journal").name, links),
                store.insert_many(ORDERS.name, kept_too),
            )
    return entries


def _links(orders: Iterable[Order], last: int) -> Iterator[Document]:
    """What the journal has of orders; each entry has a hash, and nobody asks of which before."""
    for order in orders:
        for booked in all_booked(order, merchant=MERCHANT):
            last += 1
            yield write_link(linked(last, "", booked))


def _finer(count: int, mark: str, method: str, *, days: int = 0) -> Iterator[Order]:
    """Orders without anything planted."""
    for number in range(count):
        if number % EVERY != EVERY // 2:
            order = _order(number, Plant(""), days=days)
            id = f"{order.id[:16]}{mark}{order.id[19:]}"
            refunds = tuple(replace(each, number=f"R{id}") for each in order.refunds)
            code = f"33{order.pay_code[2:]}"
            yield replace(order, id=id, method=method, refunds=refunds, pay_code=code)


def _orders(count: int) -> Iterator[Order]:
    for number in range(count):
        plant = plant_of(number)
        if plant.gateway or plant.refund:
            yield _order(number, plant)


def _order(number: int, plant: Plant, *, days: int = 0) -> Order:
    at = _DAY + timedelta(days=days, seconds=number % 80_000)
    if plant.near:
        at = datetime.fromisoformat(f"{DAY_BEFORE} 23:59:58").replace(tzinfo=BEIJING)
    amount = Fen(amount_fen(number) + plant.fen[1])
    paid_at = at - timedelta(days=3) if plant.refund else at
    order = _bare(number, plant, amount, paid_at)
    if plant.gateway in ("open", "closed") and not plant.refund:
        return replace(order, state=State.UNPAID if plant.gateway == "open" else State.CLOSED)
    order = _paid(order, number, paid_at)
    if plant.gateway == "stray":
        stray = Event(paid_at, "stray")
        return replace(
            order,
            state=State.STRAY,
            stray_reason=StrayReason.DUPLICATE,
            events=(*order.events, stray),
        )
    order = _settled(order, number, paid_at)
    if plant.refund and plant.gateway:
        return replace(order, refunds=(_refund(number, amount, at),), state=State.RETURNED)
    return order


def _bare(number: int, plant: Plant, amount: Fen, at: datetime) -> Order:
    code = number - 1 if plant.twin else number
    pay_code, unit = f"32068226{code:012d}", f"{code % _UNITS:06d}"
    return Order(
        id=order_id(number),
        notice=f"330199|{pay_code}",
        pay_code=pay_code,
        method=METHOD,
        citizen=f"wechat:{number:032d}",
        amount_fen=amount,
        late_fee_fen=NOTHING,
        description=f"执收单位{unit}-收费项目",
        created_at=at - timedelta(minutes=2),
        expires_at=at + timedelta(minutes=28),
        unit_code=unit,
        unit_name=f"执收单位{unit}",
        events=(Event(at - timedelta(minutes=2), "created"),),
        lines=(OrderLine(f"1030{number % ITEMS:05d}", f"收费项目{number % ITEMS}", amount),),
    )


def _paid(order: Order, number: int, at: datetime) -> Order:
    return replace(
        order,
        state=State.PAID,
        transaction=transaction(number),
        transaction_key=f"{METHOD}|{transaction(number)}",
        paid_at=at,
        events=(*order.events, Event(at, "paid")),
    )


def _settled(order: Order, number: int, at: datetime) -> Order:
    """Booked by finance, with its receipt."""
    receipt = Receipt("33010125", f"{number:010d}", "8f3b21", order.amount_fen, at)
    return replace(
        order,
        state=State.RECEIPTED,
        settles=order.notice,
        confirmed_at=at,
        receipt=receipt,
        events=(*order.events, Event(at, "confirmed"), Event(at, "receipted")),
    )


def _refund(number: int, amount: Fen, at: datetime) -> Refund:
    asked_at = at - timedelta(hours=1)
    return Refund(refund_no(number), amount, "退付", asked_at, RefundState.DONE, done_at=at)
