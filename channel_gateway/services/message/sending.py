"""Messages are brought to phones: in order, by the best outlet, what may be on its way never twice.

One call of an outlet for each run of the task. It is written down first, by a swap that one worker
wins; what is found half done is asked about before anything else.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.errors import GatewayError, NotFound, NotReached, Refused, TooMany
from channel_gateway.domain.tasks import Task, with_tasks
from channel_gateway.ports import (
    Change,
    Clock,
    Letter,
    NoConsent,
    NotArrived,
    WrongTemplate,
)
from channel_gateway.service import NotYet, Reaction
from channel_gateway.services.message.cards import Cards
from channel_gateway.services.message.choosing import (
    ASKS,
    IN_FLIGHT,
    Way,
    begun,
    never_said,
    next_at,
    next_way,
    not_arrived,
    not_called,
    pause_after,
    put_off,
    way_of,
)
from channel_gateway.services.message.consents import Consents
from channel_gateway.services.message.letters import letter_of
from channel_gateway.services.message.message import (
    Attempt,
    Message,
    Result,
    State,
    Trigger,
    ended,
    letter_id,
    with_attempt,
)
from channel_gateway.services.message.messages import MESSAGES, SEND, Messages, read
from channel_gateway.services.message.telling import Sealed
from channel_gateway.services.message.turns import Turns
from channel_gateway.services.message.ways import Ways
from channel_gateway.services.message.wrong_templates import WrongTemplates

# Only a store that is away, or a mistake of ours, spends these: the rest has bounds of its own.
_LADDER = (5, 15, 30, 60, 180, 600, 1800, *(3600,) * 6)


class Sending:
    def __init__(
        self,
        messages: Messages,
        ways: Ways,
        turns: Turns,
        *,
        cards: Cards,
        consents: Consents,
        wrong: WrongTemplates,
        sealed: Sealed,
        clock: Clock,
        patience: timedelta,
    ) -> None:
        """`patience`: how long a message is tried, from its turn on."""
        self._messages = messages
        self._ways = ways
        self._turns = turns
        self._cards = cards
        self._consents = consents
        self._wrong = wrong
        self._sealed = sealed
        self._clock = clock
        self._patience = patience

    def rows(self) -> list[Reaction]:
        return [Reaction(MESSAGES.name, SEND, self.send, _LADDER)]

    async def send(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """One step towards a phone. Raises `NotYet` until the message has ended."""
        message = read(document)
        if message.state is not State.WAITING:
            await self._turns.wake_next(message.subject, now)
            return None
        now = moment_of(milliseconds(now))  # as it is kept: what was written is compared
        ways, attempt = await self._ways.of(message), message.open_attempt
        way = next_way(message, ways, now) if attempt is None else way_of(attempt, ways)
        again_at = next_at(message, ways)
        if attempt is None and way is None and again_at is None:
            return await self._end(message, Trigger.NOBODY, now)
        await self._turns.wait_for(message, now)
        if _is_past(message.good_until, now):
            return await self._end(message, Trigger.EXPIRE, now)
        is_asked_about = attempt is not None and attempt.result is not Result.AGAIN
        if not is_asked_about and await self._turns.is_superseded(message, now):
            return await self._end(message, Trigger.SUPERSEDE, now)
        if await self._turns.is_overtaken(message):
            return await self._end(message, Trigger.EXPIRE, now)
        out_of_patience = now >= (message.turn_at or now) + self._patience
        untried = way is not None and message.attempt(way.key) is None
        if out_of_patience and attempt is None and not untried:
            return await self._end(message, Trigger.GIVE_UP, now)
        read_at_first = message
        message = await self._messages.change(
            message.id, lambda one: _at_turn(one, read_at_first, now)
        )
        if attempt is not None and is_asked_about:
            return await self._ask(message, attempt, way, now)
        if attempt is not None and (way is None or out_of_patience):
            return await self._go_on(message, replace(attempt, result=Result.PERHAPS))
        night = self._turns.night(message, now)
        if night is not None and _is_past(message.good_until, night):
            return await self._end(message, Trigger.EXPIRE, now)
        if night is not None:
            raise NotYet("quiet hours", pause_s=_seconds(now, night))
        if way is None:
            raise NotYet("no outlet takes it now", pause_s=_seconds(now, again_at or now))
        return await self._try(message, way, now)

    async def _ask(
        self, message: Message, attempt: Attempt, way: Way | None, now: datetime
    ) -> Change | None:
        """It may be on its way: has it arrived?"""
        if attempt.result is Result.TRYING and now < attempt.last_at + IN_FLIGHT:
            raise NotYet("its outlet is being called", pause_s=int(IN_FLIGHT.total_seconds()))
        openid = None if way is None else await self._ways.openid(way)
        if way is None or openid is None:
            return await self._go_on(message, replace(attempt, result=Result.PERHAPS))
        outlet = self._ways.outlet(way)
        try:
            arrived = await outlet.arrived(openid, self._letter(message, attempt, way))
        except TooMany as slow:
            raise NotYet("asked too often", pause_s=max(1, slow.retry_after_s)) from None
        except GatewayError as trouble:
            if _is_no(trouble) and not trouble.passing:
                return await self._refused(message, attempt, way, trouble)
            arrived = None  # that we may not ask now says nothing of the letter
        if arrived:
            return await self._sent(message, attempt)
        if arrived is None:
            known, pause_s = never_said(attempt, way)
            return await self._go_on(message, known, pause_s)
        return await self._go_on(message, not_arrived(attempt))

    async def _try(self, message: Message, way: Way, now: datetime) -> Change | None:
        """Written down first. Raises `NotYet` whenever the message has not ended with it."""
        if way.by_consent and await self._consents.is_refused(way.account, way.template.template):
            known = not_called(way, now, Result.NO_CONSENT, "not_called")
            return await self._go_on(message, known)
        openid = await self._ways.openid(way)
        if openid is None:
            return await self._go_on(message, not_called(way, now, Result.REFUSED, "account_gone"))
        before = message.attempt(way.key)
        attempt = begun(message, way, now)
        letter = letter_id(message.id, way.account, way.outlet)
        message = await self._messages.change(
            message.id, lambda one: replace(_written(one, message, attempt), letter=letter)
        )
        outlet = self._ways.outlet(way)
        try:
            await outlet.send(openid, self._letter(message, attempt, way))
        except GatewayError as trouble:
            if _is_no(trouble) and not trouble.passing:
                return await self._refused(message, attempt, way, trouble)
            if _is_no(trouble) or isinstance(trouble, TooMany | NotReached):
                return await self._put_off(message, attempt, before, trouble)
            lost = replace(attempt, result=Result.UNKNOWN, note=trouble.code)
            pause_s = pause_after(attempt) if way.repeatable else ASKS[0]
            return await self._go_on(message, lost, pause_s)
        return await self._sent(message, attempt)

    async def _sent(self, message: Message, attempt: Attempt) -> Change | None:
        """A consent is spent once for a message, however often this is done."""
        now = self._clock.now()
        await self._consents.spend(attempt.account, attempt.template, message.id, now)
        taken = replace(attempt, result=Result.SENT, note="")
        cards = await self._cards.to_update(message, attempt.key)
        return await self._end(message, Trigger.SEND, now, taken, cards)

    async def _end(
        self,
        message: Message,
        trigger: Trigger,
        now: datetime,
        taken: Attempt | None = None,
        cards: Sequence[Task] = (),
    ) -> Change | None:
        """Whoever is killed between the two finds it ended, and wakes the next then."""
        await self._messages.change(
            message.id, lambda one: with_tasks(_ended(one, taken, trigger, now), *cards)
        )
        await self._turns.wake_next(message.subject, now)
        return None

    async def _put_off(
        self, message: Message, attempt: Attempt, before: Attempt | None, trouble: GatewayError
    ) -> Change | None:
        """Nothing went out: to be tried later, and by the other outlets first."""
        asked_for = trouble.retry_after_s if isinstance(trouble, TooMany) else 0
        pause_s = max(pause_after(attempt), asked_for)
        until = self._clock.now() + timedelta(seconds=pause_s)
        later = put_off(attempt, before, until, trouble.code)
        return await self._go_on(message, later, 0 if later.result is Result.NOT_SENT else pause_s)

    async def _refused(
        self, message: Message, attempt: Attempt, way: Way, trouble: GatewayError
    ) -> Change | None:
        now, result = self._clock.now(), Result.REFUSED
        if isinstance(trouble, NoConsent):
            result = Result.NO_CONSENT
            await self._consents.refused(way.account, attempt.template, attempt.last_at)
        elif isinstance(trouble, NotArrived):
            await self._consents.spend(way.account, attempt.template, message.id, now)
        elif isinstance(trouble, WrongTemplate):
            result = Result.WRONG_TEMPLATE
            await self._wrong.note(message, way, trouble.field, now)
        note = f"{trouble.code}: {trouble.field}" if trouble.field else trouble.code
        return await self._go_on(message, replace(attempt, result=result, note=note))

    async def _go_on(self, message: Message, attempt: Attempt, pause_s: int = 0) -> Change | None:
        """Write down how it went; the rest is another run's. Raises `NotYet`."""
        await self._messages.change(message.id, lambda one: _written(one, message, attempt))
        raise NotYet(attempt.note or attempt.result.value, pause_s=pause_s)

    def _letter(self, message: Message, attempt: Attempt, way: Way) -> Letter:
        words = self._sealed.open(message)
        return letter_of(message, way, words, first_tried_at=attempt.first_at)


def _written(current: Message, known: Message, attempt: Attempt) -> Message:
    """Raises `NotYet`."""
    return with_attempt(_unchanged(current, known), attempt)


def _ended(current: Message, taken: Attempt | None, trigger: Trigger, now: datetime) -> Message:
    """If its platform was quicker to say that it did not arrive, that stays."""
    known = None if taken is None else current.attempt(taken.key)
    if known is not None and known.note == NotArrived.code:
        return current
    return ended(current if taken is None else with_attempt(current, taken), trigger, now)


def _at_turn(current: Message, known: Message, now: datetime) -> Message:
    """Raises `NotYet`."""
    return replace(_unchanged(current, known), turn_at=current.turn_at or now)


def _unchanged(current: Message, known: Message) -> Message:
    """Raises `NotYet`: another worker has gone on with it."""
    if current.attempts != known.attempts or current.state is not State.WAITING:
        raise NotYet("another worker is at it", pause_s=int(IN_FLIGHT.total_seconds()))
    return current


def _is_no(trouble: GatewayError) -> bool:
    """The platform has understood, and not sent it."""
    return isinstance(trouble, Refused | NotFound | WrongTemplate)


def _is_past(until: datetime | None, now: datetime) -> bool:
    return until is not None and until <= now


def _seconds(now: datetime, until: datetime) -> int:
    return max(1, -(-(until - now) // timedelta(seconds=1)))
