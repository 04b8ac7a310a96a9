"""Late fees (滞纳金): a rate for each day after the due day, never above the principal. Pure.

Source: Administrative Penalty Law art. 72(1), 3 % of a fine a day; Administrative Compulsion Law
art. 45, not above the principal. Rounding half up to the fen is custom.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def late_fee_fen(amount_fen: int, rate_per_10000: int, due_on: date, day: date) -> int:
    """What being late has cost by `day`; the day after the due day is the first that counts."""
    days = max(0, (day - due_on).days)
    return min(amount_fen, (amount_fen * rate_per_10000 * days + 5_000) // 10_000)


def next_change(amount_fen: int, rate_per_10000: int, due_on: date, day: date) -> date | None:
    """The first day after `day` on which the late fee is another; None when it has stopped."""
    last = max(day, due_on)
    if last == date.max:
        return None
    later = last + timedelta(days=1)
    now = late_fee_fen(amount_fen, rate_per_10000, due_on, day)
    grows = late_fee_fen(amount_fen, rate_per_10000, due_on, later) > now
    return later if grows else None


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def midnight(day: date) -> datetime:
    """The moment at which a Beijing day begins."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)
