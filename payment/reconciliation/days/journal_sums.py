"""A day's sums held against the journal's entries, field by field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from payment.journal.journal import Journal
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.sums import Counting, Row, Totals
from payment.reconciliation.entries import Movement

Apart = tuple[str, int, int]  # a field, its sum on the report, and by the journal


async def apart(day: Day, journal: Journal, until: int) -> list[Apart]:
    """What differs. `until`: the journal's last entry that the report can have."""
    counting = Counting()
    async for moved in journal.moved(day.method, day.day):
        if moved.number > until:
            continue
        entry = moved.entry
        if entry.movement == Movement.PAYMENT:
            counting.paid(entry.unit_code, entry.amount_fen, moved.lines)
        else:
            counting.went_back(entry.unit_code, entry.amount_fen, moved.lines)
    received = {each.unit_code: each.received_fen for each in day.transit}
    ours = dict(_sums(day.gateway, day.rows, received))
    theirs = dict(_sums(counting.gateway, counting.sorted_rows(), counting.received))
    names = sorted(ours.keys() | theirs.keys())
    return [
        (name, ours.get(name, 0), theirs.get(name, 0))
        for name in names
        if ours.get(name, 0) != theirs.get(name, 0)
    ]


def _sums(
    gateway: Totals, rows: Iterable[Row], received: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    yield from _numbers("gateway", asdict(gateway))
    for row in rows:
        yield from _numbers(f"{row.unit_code} {row.item_code} {row.item_name}", asdict(row))
    for unit_code, received_fen in received.items():
        yield f"{unit_code} received_fen", received_fen


def _numbers(of: str, fields: dict[str, int | str]) -> Iterator[tuple[str, int]]:
    for name, value in fields.items():
        if isinstance(value, int):
            yield f"{of} {name}", value
