"""A day's sums held against the journal's entries, field by field."""

from collections.abc import Iterator
from dataclasses import asdict

from payment.journal.journal import Journal
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.sums import Counting
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
    ours, theirs = dict(_of_report(day)), dict(_of_journal(counting))
    names = sorted(ours.keys() | theirs.keys())
    return [
        (name, ours.get(name, 0), theirs.get(name, 0))
        for name in names
        if ours.get(name, 0) != theirs.get(name, 0)
    ]


def _of_report(day: Day) -> Iterator[tuple[str, int]]:
    yield from _numbers("gateway", asdict(day.gateway))
    for row in day.rows:
        yield from _numbers(f"{row.unit_code} {row.item_code} {row.item_name}", asdict(row))
    for each in day.transit:
        yield f"{each.unit_code} received_fen", each.received_fen


def _of_journal(counting: Counting) -> Iterator[tuple[str, int]]:
    yield from _numbers("gateway", asdict(counting.gateway))
    for row in counting.sorted_rows():
        yield from _numbers(f"{row.unit_code} {row.item_code} {row.item_name}", asdict(row))
    for unit_code, received_fen in counting.received.items():
        yield f"{unit_code} received_fen", received_fen


def _numbers(of: str, fields: dict[str, int | str]) -> Iterator[tuple[str, int]]:
    for name, value in fields.items():
        if isinstance(value, int):
            yield f"{of} {name}", value
