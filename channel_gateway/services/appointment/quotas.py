"""How many appointments one person may have, as unique keys: each limit a field. Pure.

A limit of `most` in a period gives the keys `person|period|k`, k below `most`. An appointment takes
one key of each limit, so the store's refusal of a second equal key is the limit. The day, week and
month count whatever the service, so every appointment takes these keys, under a rule or not. And
nobody is in two halls at once: one appointment a slot, whatever the rules.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from channel_gateway.domain.booking import Rules
from channel_gateway.domain.days import beijing_day, month_start, week_start
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.services.appointment.refusals import CancelsSpent, LimitReached
from channel_gateway.services.appointment.slots import Slot


@dataclass(frozen=True, slots=True)
class Quota:
    """`field` of the appointment holds `stem|k`; `most` None: counted, but not bounded."""

    field: str
    stem: str
    most: int | None
    words: str  # what the citizen is told when it is used up


FIELDS = (
    "quota_slot",
    "quota_day",
    "quota_week",
    "quota_month",
    "quota_service_day",
    "quota_service",
)


def quotas_of(rules: Rules, person: str, service: str, slot: Slot) -> tuple[Quota, ...]:
    """The limits an appointment in this slot falls under."""
    day = slot.day
    stems = (
        f"{person}|{slot.id}",
        f"{person}|{day}",
        f"{person}|week {week_start(day)}",
        f"{person}|{day:%Y-%m}",
        f"{person}|{service}|{day}",
        f"{person}|{service}",
    )
    mosts = (
        1,
        rules.most_a_day,
        rules.most_a_week,
        rules.most_a_month,
        rules.most_of_this_a_day,
        rules.most_of_this,
    )
    return tuple(
        Quota(field, stem, most, words)
        for field, stem, most, words in zip(FIELDS, stems, mosts, _WORDS, strict=True)
        if most is not None or field not in ("quota_service_day", "quota_service")
    )


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

    `held`: the person's other appointments; `clashed`: keys that somebody took this very moment.
    """
    return {quota.field: _free_key(quota, held, clashed) for quota in quotas}


def has_share(quotas: Iterable[Quota], held: Collection[Appointment]) -> bool:
    """Whether none of the limits is reached, beside the person's appointments `held`."""
    try:
        claimed(quotas, held, ())
    except LimitReached:
        return False
    return True


def first_day_counted(day: date, today: date) -> date:
    """Appointments from this day on are all that can count beside one on `day`."""
    return min(week_start(day), month_start(day), today)


def cancel_key(
    person: str,
    most: int | None,
    held: Iterable[str | None],
    clashed: Collection[str],
    at: datetime,
) -> str:
    """A free one of this month's cancellations. Raises `CancelsSpent`."""
    stem = f"{person}|{beijing_day(at):%Y-%m}"
    taken = {key for key in (*held, *clashed) if key and key.startswith(f"{stem}|")}
    if most is not None and len(taken) >= most:
        raise CancelsSpent(most)
    return _lowest_free(stem, taken)


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
_WORDS = (
    "您在该时段已有预约，请选择其他时段。",
    "每人每天最多预约{most}次，请选择其他日期，或先取消当天的预约。",
    "每人每周最多预约{most}次，请选择其他周，或先取消该周的预约。",
    "每人每月最多预约{most}次，请选择其他月份，或先取消该月的预约。",
    "本事项每人每天最多预约{most}次，请选择其他日期，或先取消当天的预约。",
    "本事项每人同时最多有{most}个预约，请先办理或取消已有的预约。",
)
