"""Late fee (滞纳金 / 加处罚款): by the day, capped at the principal. Pure.

Counted from the day after the due day; three per cent a day for fines, never above the fine.
Source: 行政处罚法 (2021) art. 72(1), 行政强制法 art. 45. Rounding half up to the fen is custom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, LateRule


@dataclass(frozen=True, slots=True)
class LateFee:
    """What being late costs today, and until when that holds (None: it does not grow any more)."""

    fen: Fen
    valid_until: datetime | None
    by_item: tuple[Fen, ...] = ()  # in the order of the items


def late_fee(items: Sequence[FeeItem], due_on: date, now: datetime) -> LateFee:
    """Add up what each item owes for being late at this moment."""
    today = beijing_day(now)
    owed = _owed(items, max(0, (today - due_on).days))
    total = Fen(sum(owed))
    last = max(today, due_on)  # on which it is as much as today
    if last == date.max or _owed(items, (last - due_on).days + 1) == owed:
        return LateFee(total, None, owed)
    return LateFee(total, day_start(last + timedelta(days=1)), owed)


def _owed(items: Sequence[FeeItem], days: int) -> tuple[Fen, ...]:
    return tuple(Fen(_late(item.amount_fen, item.late, days)) for item in items)


def _late(amount_fen: Fen, rule: LateRule | None, days: int) -> int:
    if rule is None:
        return 0
    return min(amount_fen, (amount_fen * rule.rate_per_10000 * days + 5000) // 10000)
