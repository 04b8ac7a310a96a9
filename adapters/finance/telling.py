"""Whoever takes payments in is told that finance has a notice as paid."""

from collections.abc import Callable, Iterable

from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import PaidNotice, PaidNotices
from channel_gateway.service import Table

Hearers = Callable[[], Iterable[PaidNotices]]


def hearers_of(table: Table) -> Hearers:
    """Asked for late: payment is built when all offers are made."""
    return lambda: table.offered(PaidNotices).values()


async def tell(hearers: Hearers, told: PaidNotice) -> None:
    """Returns when all have kept it. Raises `Unavailable`, also where nobody hears."""
    found = list(hearers())
    if not found:
        raise Unavailable("nobody here takes payments in")
    for hearer in found:
        await hearer.paid(told)
