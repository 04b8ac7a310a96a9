"""A day's payments on the platform: what it told us of, and what it says when it is asked anew.

It gives no list of a day. But it must pull a notice before somebody can pay it there: what was
pulled and not heard of is asked about as well, so that a lost push is found.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from adapters.finance.asked_words import AskedWords, end_of
from adapters.finance.soap.kept import Kept, KeptNotices, Paid, State
from adapters.finance.soap.platform import SEARCH, Platform
from adapters.finance.words import (
    Said,
    Utterance,
    Word,
    Words,
    line_of,
    own_line_of,
    utterance,
)
from channel_gateway.domain.errors import Malformed, RefusedForNow, TooMany
from channel_gateway.domain.money import Fen
from channel_gateway.ports import Clock, Takings

MOST_PULLED = 500  # asked about in one going; the next one goes on


class SoapTakings:
    """Implements `PlatformTakings`."""

    def __init__(self, kept: KeptNotices, platform: Platform, words: Words, clock: Clock) -> None:
        self._kept = kept
        self._platform = platform
        self._words = words
        self._clock = clock
        self._asked = AskedWords(words, self._ask, clock)

    async def takings(self, day: date) -> Takings:
        end_of(day, self._clock.now())
        try:
            await self._look_after_pulled(day)
        except TooMany as slower:
            raise RefusedForNow("the platform wants to be asked less often") from slower
        words = [word async for page in self._asked.of_day(day) for word in page]
        theirs, ours = map(line_of, words), map(own_line_of, words)
        return Takings(
            day, tuple(line for line in theirs if line), tuple(line for line in ours if line)
        )

    async def _look_after_pulled(self, day: date) -> None:
        pulled = await self._kept.pulled_until(day, most=MOST_PULLED)
        for kept in pulled:
            with suppress(Malformed):  # it stays as it is, and holds up nobody
                await self._look_after(kept, day)
        if len(pulled) == MOST_PULLED:
            raise RefusedForNow("the platform is still being asked about this day")

    async def _look_after(self, kept: Kept, day: date) -> None:
        """What is found so is told on as a push is; we do not have it before."""
        if kept.state in (State.UNPAID, State.VOIDED):
            paid = await self._platform.payment_of(kept.id)
            if paid is not None:
                now = self._clock.now()
                await self._words.keep(said_paid(self._words, kept, paid, now, ours_fen=None))
                await self._kept.ask_about(kept.id, now)
        await self._kept.look_after(kept.id, day)

    async def _ask(self, word: Word) -> Utterance:
        paid, now = await self._platform.payment_of(word.pay_code), self._clock.now()
        if paid is None:
            return utterance(now, SEARCH, Said.UNPAID)
        return utterance(now, SEARCH, Said.PAID, paid.amount_fen)


def said_paid(words: Words, kept: Kept, paid: Paid, now: datetime, *, ours_fen: Fen | None) -> Word:
    """The platform's answer on a payment, beside what we have it as."""
    said = utterance(now, SEARCH, Said.PAID, paid.amount_fen)
    word = words.word(kept.id, paid.transaction, paid.paid_at, said)
    return replace(word, unit_code=kept.unit_code, may_ask=True, ours_fen=ours_fen)
