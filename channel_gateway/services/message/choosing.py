"""By which outlet a message is tried next, and what follows from an answer. Pure.

What may have arrived goes out again only where the same letter reaches the phone once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channel_gateway.domain.ladders import HOURS_3
from channel_gateway.ports import MessageTemplate
from channel_gateway.services.message.message import IN_DOUBT, Attempt, Message, Result

# A request ends within seconds, a worker's lease within a minute: then nobody is at it any more.
IN_FLIGHT = timedelta(seconds=60)
# Pauses after a sending whose answer was lost, by how often it was sent.
LADDER = HOURS_3
# Pauses before it is asked again whether it arrived, where it cannot be sent again.
ASKS = (30, 120, 600)


@dataclass(frozen=True, slots=True)
class Way:
    """An outlet to an account, and the template it takes."""

    account: str
    outlet: str
    template: MessageTemplate
    by_consent: bool
    repeatable: bool
    is_card: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.account, self.outlet


def next_way(message: Message, ways: Sequence[Way], now: datetime) -> Way | None:
    """The first that has not been tried; then what has not gone out, when it is time; and while
    there is none of these, again, a repeatable one that never answered.
    """
    fit = _fit(message, ways)
    for way in fit:
        if message.attempt(way.key) is None:
            return way
    waiting = _not_sent(message, fit)
    for way, again_at in waiting:
        if again_at <= now:
            return way
    for way in () if waiting else fit:
        tried = message.attempt(way.key)
        if way.repeatable and tried is not None and tried.result is Result.PERHAPS:
            return way
    return None


def next_at(message: Message, ways: Sequence[Way]) -> datetime | None:
    """When an outlet that did not take it may be tried again; None: there is none."""
    return min((at for _, at in _not_sent(message, _fit(message, ways))), default=None)


def _fit(message: Message, ways: Sequence[Way]) -> list[Way]:
    return [way for way in ways if way.repeatable or not message.is_in_doubt]


def _not_sent(message: Message, ways: Sequence[Way]) -> list[tuple[Way, datetime]]:
    tried = [(way, message.attempt(way.key)) for way in ways]
    return [
        (way, attempt.again_at or attempt.last_at)
        for way, attempt in tried
        if attempt is not None and attempt.result is Result.NOT_SENT
    ]


def way_of(attempt: Attempt, ways: Sequence[Way]) -> Way | None:
    """None: the settings or the service's file have it no more."""
    return next((way for way in ways if way.key == attempt.key), None)


def begun(message: Message, way: Way, now: datetime) -> Attempt:
    """Written down before the outlet is called."""
    known = message.attempt(way.key)
    if known is None:
        return Attempt(
            way.account, way.outlet, way.template.template, now, now, Result.TRYING, tries=1
        )
    return replace(
        known,
        template=way.template.template,
        last_at=now,
        result=Result.TRYING,
        tries=known.tries + 1,
    )


def not_called(way: Way, now: datetime, result: Result, note: str) -> Attempt:
    """What is known without asking."""
    return Attempt(way.account, way.outlet, way.template.template, now, now, result, note=note)


def pause_after(attempt: Attempt) -> int:
    """Seconds until it is looked at again, after an answer that was lost."""
    return LADDER[min(attempt.tries, len(LADDER)) - 1]


def never_said(attempt: Attempt, way: Way) -> tuple[Attempt, int]:
    """Nobody says whether it arrived: sent again, asked again after a pause (s), or left so."""
    if way.repeatable:
        goes_on = attempt.tries <= len(LADDER)
        return replace(attempt, result=Result.AGAIN if goes_on else Result.PERHAPS), 0
    asks = attempt.asks + 1
    if asks > len(ASKS):
        return replace(attempt, result=Result.PERHAPS, asks=asks), 0
    return replace(attempt, result=Result.UNKNOWN, asks=asks), ASKS[asks - 1]


def put_off(attempt: Attempt, before: Attempt | None, until: datetime, note: str) -> Attempt:
    """Nothing went out with this try; `before`: what an earlier one may have brought stays so."""
    in_doubt = before is not None and before.result in IN_DOUBT
    result = Result.AGAIN if in_doubt else Result.NOT_SENT
    return replace(attempt, result=result, note=note, again_at=until)


def not_arrived(attempt: Attempt) -> Attempt:
    """The platform says so: sent again, but not for ever."""
    if attempt.tries > len(LADDER):
        return replace(attempt, result=Result.REFUSED, note="not_arrived")
    return replace(attempt, result=Result.NOT_SENT, again_at=None)
