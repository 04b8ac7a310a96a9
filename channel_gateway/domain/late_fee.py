"""Late fee (滞纳金 / 加处罚款): by the day, capped at the principal. Pure.

Counted from the day after the due day; three per cent a day for fines, never above the fine.
Source: 行政处罚法 (2021) art. 72(1), 行政强制法 art. 45. Rounding half up to the fen is custom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem


@dataclass(frozen=True, slots=True)
class LateFee:
    """What being late costs today, and until when that holds (None: it does not grow any more)."""

    fen: Fen
    valid_until: datetime | None


def late_fee(items: Sequence[FeeItem], due_on: date, now: datetime) -> LateFee:
    """Add up what each item owes for being late at this moment."""
    today = beijing_day(now)
    owed = _owed(items, max(0, (today - due_on).days))
    last = max(today, due_on)  # on which it is as much as today
    if last == date.max or _owed(items, (last - due_on).days + 1) == owed:
        return LateFee(Fen(owed), None)
    return LateFee(Fen(owed), day_start(last + timedelta(days=1)))


def _owed(items: Sequence[FeeItem], days: int) -> int:
    return sum(
        min(item.amount_fen, (item.amount_fen * item.late_rate_per_10000 * days + 5000) // 10000)
        for item in items
    )
