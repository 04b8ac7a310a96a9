"""How many appointments a person may have, as unique keys: each limit a field. Pure.

A limit of `most` in a period gives the keys `person|period|k`, k below `most`. An appointment takes
one key of each limit, so the store's refusal of a second equal key is the limit. The day, week and
month count whatever the service, so every appointment takes these keys, under a rule or not. And
nobody is in two halls at once: one appointment a slot, whatever the rules.

Where a service's rules count identity numbers or phones, these have the same limits in fields of
their own (`subjects.py`), and they count the services with such rules. A family may share a phone,
so a slot has no limit of it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from channel_gateway.domain.booking import Rules
from channel_gateway.domain.days import beijing_day, month_start, week_start
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.refusals import CancelsSpent, LimitReached
from channel_gateway.services.appointment.rules.slots import Slot
from channel_gateway.services.appointment.rules.subjects import MARKS, PERSON, Counted


@dataclass(frozen=True, slots=True)
class Quota:
    """`field` of the appointment holds `stem|k`; `most` None: counted, but not bounded."""

    field: str
    stem: str
    most: int | None
    words: str  # what the citizen is told when it is used up


PERSON_FIELDS = PERSON.shares
MARK_FIELDS = tuple(field for mark in MARKS for field in mark.shares)
FIELDS = (*PERSON_FIELDS, *MARK_FIELDS)


def quotas_of(
    rules: Rules, person: str, service: str, slot: Slot, marks: Iterable[Counted] = ()
) -> tuple[Quota, ...]:
    """The limits an appointment in this slot falls under; `marks`: what counts beside."""
    counted = (Counted(PERSON, person), *marks)
    return tuple(quota for each in counted for quota in _limits(rules, each, service, slot))


# A place that is held until its fee is paid, and let go unpaid, was kept from others for nothing.
# So many a day, those still held included; one that is paid does not count.
HOLD_FIELD = "quota_hold"
HOLDS_A_DAY = 3


def hold_quota(person: str, today: date) -> Quota:
    """Of the day on which it is booked."""
    return Quota(HOLD_FIELD, f"{person}|holds {today}", HOLDS_A_DAY, _HOLD_WORDS)


def claimed(
    quotas: Iterable[Quota], held: Collection[Appointment], clashed: Collection[str]
) -> dict[str, str]:
    """A free key of each limit, by field. Raises `LimitReached`.

    `held`: the other appointments of all that is counted; `clashed`: keys that somebody took this
    very moment.
    """
    return {quota.field: _free_key(quota, held, clashed) for quota in quotas}


def has_share(quotas: Iterable[Quota], held: Collection[Appointment]) -> bool:
    """Whether none of the limits is reached, beside the appointments `held`."""
    try:
        claimed(quotas, held, ())
    except LimitReached:
        return False
    return True


def first_day_counted(day: date, today: date) -> date:
    """Appointments from this day on are all that can count beside one on `day`."""
    return min(week_start(day), month_start(day), today)


def cancel_key(
    counted: Counted,
    most: int | None,
    held: Iterable[str | None],
    clashed: Collection[str],
    at: datetime,
) -> str:
    """A free one of this month's cancellations. Raises `CancelsSpent`."""
    stem = f"{counted.who}|{beijing_day(at):%Y-%m}"
    taken = {key for key in (*held, *clashed) if key and key.startswith(f"{stem}|")}
    if most is not None and len(taken) >= most:
        raise CancelsSpent(most, of=counted.of.name)
    return _lowest_free(stem, taken)


def _limits(rules: Rules, counted: Counted, service: str, slot: Slot) -> Iterator[Quota]:
    """Of one service, only what the rules bound: no other service counts it."""
    (subject, who), day = counted, slot.day
    if subject.slot is not None:
        words = f"{subject.name or '您'}{_SLOT_WORDS}{subject.advice}"
        yield Quota(subject.slot, f"{who}|{slot.id}", 1, words)
    stems = (
        f"{who}|{day}",
        f"{who}|week {week_start(day)}",
        f"{who}|{day:%Y-%m}",
        f"{who}|{service}|{day}",
        f"{who}|{service}|week {week_start(day)}",
        f"{who}|{service}|{day:%Y-%m}",
        f"{who}|{service}",
    )
    mosts = (
        rules.most_a_day,
        rules.most_a_week,
        rules.most_a_month,
        rules.most_of_this_a_day,
        rules.most_of_this_a_week,
        rules.most_of_this_a_month,
        rules.most_of_this,
    )
    for field, stem, most, words in zip(subject.ruled, stems, mosts, _WORDS, strict=True):
        if most is not None or field not in subject.of_this:
            yield Quota(field, stem, most, f"{subject.name or '每人'}{words}{subject.advice}")


def _free_key(quota: Quota, held: Collection[Appointment], clashed: Collection[str]) -> str:
    keys = (*(getattr(each, quota.field) for each in held), *clashed)
    taken = {key for key in keys if key and key.rpartition("|")[0] == quota.stem}
    if quota.most is not None and len(taken) >= quota.most:
        raise LimitReached(
            field="slot",
            zh=quota.words.format(most=quota.most),
            extra={"limit": quota.field.removeprefix("quota_"), "most": quota.most},
        )
    return _lowest_free(quota.stem, taken)


def _lowest_free(stem: str, taken: Collection[str]) -> str:
    return next(key for number in range(len(taken) + 1) if (key := f"{stem}|{number}") not in taken)


_HOLD_WORDS = (
    "您今天预约后未缴费的号源已达{most}个，请明天再预约；"
    "如有仍为您保留的号源，也可先在“我的预约”中缴费。"
)
_SLOT_WORDS = "在该时段已有预约，请选择其他时段。"
_WORDS = (
    "每天最多预约{most}次，请选择其他日期，或先取消当天的预约。",
    "每周最多预约{most}次，请选择其他周，或先取消该周的预约。",
    "每月最多预约{most}次，请选择其他月份，或先取消该月的预约。",
    "每天最多预约本事项{most}次，请选择其他日期，或先取消当天的预约。",
    "每周最多预约本事项{most}次，请选择其他周，或先取消该周的预约。",
    "每月最多预约本事项{most}次，请选择其他月份，或先取消该月的预约。",
    "同时最多有{most}个本事项的预约，请先办理或取消已有的预约。",
)
