"""Late fee (滞纳金 / 加处罚款): by the day, capped, not counted while it is paused. Pure.

Counted from the rule's own first day, else from the day after the due day; three per cent a day
for fines; never above what is owed, nor above a lower cap of the rule's own.
Source: 行政处罚法 (2021) art. 72(1) and 73, 行政强制法 art. 45. Rounding half up to the fen is
custom.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, LateRule, Pause

_LAST = date.max.toordinal()
_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class LateFee:
    """What being late costs today, and until when that holds (None: it does not grow any more)."""

    fen: Fen
    valid_until: datetime | None
    by_item: tuple[Fen, ...] = ()  # in the order of the items


def late_fee(
    items: Sequence[FeeItem], due_on: date, now: datetime, pauses: Sequence[Pause] = ()
) -> LateFee:
    """Add up what each item owes for being late at this moment."""
    today, paused = beijing_day(now).toordinal(), _merged(pauses)
    owed, changes = [], []
    for item in items:
        if item.late is None:
            owed.append(Fen(0))
            continue
        first = _first_day(item.late, due_on)
        days = _days_counted(first, today, paused)
        owed.append(_late(item.amount_fen, item.late, days))
        more = _days_until_more(item.amount_fen, item.late, days)
        change = None if more is None else _day_counted_as(more, first, paused)
        if change is not None:
            changes.append(change)
    until = day_start(date.fromordinal(min(changes))) if changes else None
    return LateFee(Fen(sum(owed)), until, tuple(owed))


def _first_day(rule: LateRule, due_on: date) -> int:
    return rule.starts_on.toordinal() if rule.starts_on else due_on.toordinal() + 1


def cap_of(amount_fen: Fen, rule: LateRule) -> Fen:
    """The most that being late can add; the law's cap holds whatever the rule says."""
    return amount_fen if rule.cap_fen is None else min(amount_fen, rule.cap_fen)


def _late(amount_fen: Fen, rule: LateRule, days: int) -> Fen:
    grown = (amount_fen * rule.rate_per_10000 * days + _PARTS // 2) // _PARTS
    return Fen(min(cap_of(amount_fen, rule), grown))


def _days_until_more(amount_fen: Fen, rule: LateRule, days: int) -> int | None:
    """The number of days at which it is more than at `days`; None: it never is."""
    now, a_day = _late(amount_fen, rule, days), amount_fen * rule.rate_per_10000
    if now >= cap_of(amount_fen, rule) or a_day == 0:
        return None
    return -((_PARTS // 2 - (now + 1) * _PARTS) // a_day)  # rounded up


def _days_counted(first: int, day: int, paused: Sequence[tuple[int, int]]) -> int:
    """How many days from `first` to `day`, both included, are in no pause."""
    inside = (min(day, last) - max(first, begin) + 1 for begin, last in paused)
    return max(0, day - first + 1) - sum(max(0, days) for days in inside)


def _day_counted_as(number: int, first: int, paused: Sequence[tuple[int, int]]) -> int | None:
    """The day that counts as this one from `first` on; None: it never comes."""
    day = first + number - 1
    for begin, last in paused:
        if begin <= day and last >= first:
            day += last - max(begin, first) + 1
    return day if day <= _LAST else None


def _merged(pauses: Iterable[Pause]) -> list[tuple[int, int]]:
    """First and last days in order; what overlaps or touches is one."""
    found: list[tuple[int, int]] = []
    for begin, last in sorted(_days(pause) for pause in pauses):
        if last < begin:
            continue
        if found and begin <= found[-1][1] + 1:
            begin, last = found[-1][0], max(last, found.pop()[1])
        found.append((begin, last))
    return found


def _days(pause: Pause) -> tuple[int, int]:
    return pause.first.toordinal(), pause.last.toordinal() if pause.last else _LAST
