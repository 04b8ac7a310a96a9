"""An appointment made before the name was proven becomes the person's, and one forgotten nobody's.

Pure. All keys that begin with the account begin with the person then; where the person has a share
of that number already, it takes the next one: what exists is never lost to a limit. A phone is the
same before and after, and so are its keys.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.booking import Rules
from channel_gateway.domain.days import beijing_day, day_start, milliseconds, month_start
from channel_gateway.domain.tasks import Task, with_tasks
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.prepaid import fee
from channel_gateway.services.appointment.rules.bans import looks_back
from channel_gateway.services.appointment.rules.quotas import HOLD_FIELD, MARK_FIELDS, PERSON_FIELDS
from channel_gateway.services.appointment.rules.subjects import MARKS, PERSON

UNLINK, DROP_CONSENTS = "unlink", "drop_consents"
_CONSENTS_KEPT_FOR = timedelta(days=3 * 365 + 1)
NOBODY = "erased"
OVER = frozenset(
    {
        State.DONE,
        State.NO_SHOW,
        State.VOID,
        State.CANCELLED_BY_CITIZEN,
        State.CANCELLED_BY_HALL,
        State.LAPSED,
    }
)
_SHARES = (*PERSON_FIELDS, HOLD_FIELD, "cancel_key")
_OF_SERVICE = (PERSON.no_show_of, PERSON.cancelled_of)
_OF_MARKS = (
    *MARK_FIELDS,
    *(
        field
        for mark in MARKS
        for field in (mark.index, mark.cancel_key, mark.cancelled_of, mark.no_show_of)
    ),
)


def handed_over(
    appointment: Appointment, account: str, person: str, taken: Collection[str]
) -> Appointment:
    """Re-keyed from the account to the person; `taken`: keys that others were seen to have."""
    if appointment.person != account:
        return appointment
    keys: dict[str, Any] = {
        field: _free(person + key.removeprefix(account), taken)
        for field in _SHARES
        if (key := getattr(appointment, field)) is not None
    }
    for field in _OF_SERVICE:
        if (of := getattr(appointment, field)) is not None:
            keys[field] = person + of.removeprefix(account)
    return replace(appointment, person=person, **keys)


def forgotten(appointment: Appointment, no_answers: str, rules: Rules) -> Appointment:
    """In nobody's list, without answers. Keys of limits and bans stay until they have passed."""
    if appointment.person.startswith(f"{NOBODY}|"):
        return appointment
    unlinked = replace(
        appointment,
        person=f"{NOBODY}|{appointment.person}",
        account=None,
        answers=no_answers,
        fee=fee.forgotten(appointment.fee),
    )
    due = milliseconds(_passed_at(appointment, rules))
    return with_tasks(unlinked, Task(UNLINK, UNLINK, due=due))


def consents_kept(appointment: Appointment, now: datetime) -> Appointment:
    """For three years from now: a forgotten one's record that there were any."""
    if not appointment.consents:
        return appointment
    due = milliseconds(now + _CONSENTS_KEPT_FOR)
    return with_tasks(appointment, Task(DROP_CONSENTS, DROP_CONSENTS, due=due))


def unlinked(appointment: Appointment) -> Appointment:
    """No key says any more whose it was; a consent given stays proven."""
    person = appointment.person if appointment.consents else NOBODY
    without: dict[str, Any] = dict.fromkeys((*_SHARES, *_OF_SERVICE, "no_show_at", *_OF_MARKS))
    return replace(appointment, person=person, **without)


def without_consents(appointment: Appointment) -> Appointment:
    """Nobody needs to know any more that they were given, nor by whom."""
    return replace(appointment, person=NOBODY, consents=())


def _passed_at(appointment: Appointment, rules: Rules) -> datetime:
    """When none of its keys can count towards a limit or a ban any more."""
    days = [appointment.day]
    if appointment.cancelled_at is not None:
        days.append(beijing_day(appointment.cancelled_at))
    next_month = month_start(month_start(max(days)) + timedelta(days=32))
    passed = day_start(next_month + timedelta(days=7))  # the month's last week ends within
    kinds = (
        (rules.no_shows, appointment.no_show_at),
        (rules.cancels, appointment.cancelled_at),
    )
    stops = (at + looks_back(ban) for ban, at in kinds if ban is not None and at is not None)
    return max((passed, *stops))


def _free(key: str, taken: Collection[str]) -> str:
    stem, _, number = key.rpartition("|")
    count = int(number)
    while f"{stem}|{count}" in taken:
        count += 1
    return f"{stem}|{count}"
