"""Late fees (滞纳金): a rate for each late day that counts, never above the cap. Pure.

Source: Administrative Penalty Law art. 72(1), 3 % of a fine a day, and art. 73, not while a review
or a lawsuit runs; Administrative Compulsion Law art. 45, not above the principal. Rounding half up
to the fen is custom.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Late:
    rate_per_10000: int  # of the principal, a day; 300 is 3 %
    cap_fen: int | None = None  # None: the principal
    starts_on: date | None = None  # the first day that counts; None: the day after it is due
    code: str = ""  # of the late fee's own item
    name: str = ""

    def most(self, amount_fen: int) -> int:
        return min(amount_fen, amount_fen if self.cap_fen is None else self.cap_fen)

    def first(self, due_on: date) -> date | None:
        """None: it lies beyond the calendar's end."""
        if self.starts_on is not None:
            return self.starts_on
        return due_on + _DAY if due_on < date.max else None


@dataclass(frozen=True)
class Pause:
    """Days that do not count, both ends among them."""

    first: date
    last: date | None = None  # None: it still runs

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def as_json(self) -> dict[str, str | None]:
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat() if self.last else None,
        }


def late_fee_fen(
    amount_fen: int, late: Late | None, due_on: date, day: date, pauses: Sequence[Pause] = ()
) -> int:
    """What being late has cost by `day`: counted day by day, until the cap is reached."""
    owed = 0
    for counted, fen in _days(amount_fen, late, due_on, pauses):
        if counted > day:
            break
        owed = fen
    return owed


def next_change(
    amount_fen: int, late: Late | None, due_on: date, day: date, pauses: Sequence[Pause] = ()
) -> date | None:
    """The first day after `day` on which the late fee is another; None when it has stopped."""
    owed = 0
    for counted, fen in _days(amount_fen, late, due_on, pauses):
        if counted > day and fen > owed:
            return counted
        owed = fen
    return None


def _days(
    amount_fen: int, late: Late | None, due_on: date, pauses: Sequence[Pause]
) -> Iterator[tuple[date, int]]:
    """Each day from the first late one on, with what is owed by then; ends where it stays so."""
    day = late.first(due_on) if late else None
    if late is None or day is None or late.rate_per_10000 == 0:
        return
    parts, most = 0, late.most(amount_fen)
    while not any(pause.last is None and pause.covers(day) for pause in pauses):
        if not any(pause.covers(day) for pause in pauses):
            parts += amount_fen * late.rate_per_10000
        owed = min(most, (parts + 5_000) // 10_000)
        yield day, owed
        if owed == most or day == date.max:
            return
        day += _DAY


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def midnight(day: date) -> datetime:
    """The moment at which a Beijing day begins."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)
