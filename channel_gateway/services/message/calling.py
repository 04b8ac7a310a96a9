"""One call of an outlet, and what follows from its answer: what may be on its way, never twice.

It is written down first; what is found half done is asked about before anything else.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.errors import GatewayError, NotFound, NotReached, Refused, TooMany
from channel_gateway.ports import Change, Clock, Letter, NoConsent, NotArrived, WrongTemplate
from channel_gateway.service import NotYet
from channel_gateway.services.message.choosing import (
    ASKS,
    IN_FLIGHT,
    Way,
    begun,
    never_said,
    not_arrived,
    not_called,
    pause_after,
    put_off,
)
from channel_gateway.services.message.consents import Consents
from channel_gateway.services.message.journal import Journal
from channel_gateway.services.message.letters import letter_of
from channel_gateway.services.message.matter_cards import MatterCards
from channel_gateway.services.message.message import Attempt, Message, Result, Trigger, letter_id
from channel_gateway.services.message.telling import Sealed
from channel_gateway.services.message.ways import Ways
from channel_gateway.services.message.wrong_templates import WrongTemplates


class Calling:
    def __init__(
        self,
        journal: Journal,
        ways: Ways,
        *,
        cards: MatterCards,
        consents: Consents,
        wrong: WrongTemplates,
        sealed: Sealed,
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._ways = ways
        self._cards = cards
        self._consents = consents
        self._wrong = wrong
        self._sealed = sealed
        self._clock = clock

    async def ask(
        self, message: Message, attempt: Attempt, way: Way | None, now: datetime
    ) -> Change | None:
        """It may be on its way: has it arrived?"""
        if attempt.result is Result.TRYING and now < attempt.last_at + IN_FLIGHT:
            raise NotYet("its outlet is being called", pause_s=int(IN_FLIGHT.total_seconds()))
        openid = None if way is None else await self._ways.openid(way)
        if way is None or openid is None:
            return await self._journal.go_on(message, replace(attempt, result=Result.PERHAPS))
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
            return await self._journal.go_on(message, known, pause_s)
        return await self._journal.go_on(message, not_arrived(attempt))

    async def call(self, message: Message, way: Way, now: datetime) -> Change | None:
        """Written down first. Raises `NotYet` whenever the message has not ended with it."""
        if way.by_consent and await self._consents.is_refused(way.account, way.template.template):
            known = not_called(way, now, Result.NO_CONSENT, "not_called")
            return await self._journal.go_on(message, known)
        openid = await self._ways.openid(way)
        if openid is None:
            return await self._journal.go_on(
                message, not_called(way, now, Result.REFUSED, "account_gone")
            )
        before = message.attempt(way.key)
        attempt = begun(message, way, now)
        letter = letter_id(message.id, way.account, way.outlet)
        message = await self._journal.begin(message, attempt, letter)
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
            return await self._journal.go_on(message, lost, pause_s)
        return await self._sent(message, attempt)

    async def _sent(self, message: Message, attempt: Attempt) -> Change | None:
        """A consent is spent once for a message, however often this is done."""
        now = self._clock.now()
        await self._consents.spend(attempt.account, attempt.template, message.id, now)
        taken = replace(attempt, result=Result.SENT, note="")
        cards = await self._cards.to_update(message, attempt.key)
        return await self._journal.end(message, Trigger.SEND, now, taken, cards)

    async def _put_off(
        self, message: Message, attempt: Attempt, before: Attempt | None, trouble: GatewayError
    ) -> Change | None:
        """Nothing went out: to be tried later, and by the other outlets first."""
        asked_for = trouble.retry_after_s if isinstance(trouble, TooMany) else 0
        pause_s = max(pause_after(attempt), asked_for)
        until = self._clock.now() + timedelta(seconds=pause_s)
        later = put_off(attempt, before, until, trouble.code)
        return await self._journal.go_on(
            message, later, 0 if later.result is Result.NOT_SENT else pause_s
        )

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
        return await self._journal.go_on(message, replace(attempt, result=result, note=note))

    def _letter(self, message: Message, attempt: Attempt, way: Way) -> Letter:
        words = self._sealed.open(message)
        return letter_of(message, way, words, first_tried_at=attempt.first_at)


def _is_no(trouble: GatewayError) -> bool:
    """The platform has understood, and not sent it."""
    return isinstance(trouble, Refused | NotFound | WrongTemplate)
