"""A day's words of an authority that gives no statements: each payment is asked about, once.

Asked about when its day is over, so that what was forgotten or changed meanwhile shows. What each
answer was is kept: whoever is interrupted goes on where it was.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import date, datetime, timedelta

from adapters.finance.words import Said, Utterance, Word, Words, agrees
from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.domain.errors import GatewayError, RefusedForNow, TooMany, Unavailable
from channel_gateway.ports import Clock

MOST_AT_ONCE = 5000  # questions of one going through a day; the next one goes on
MOST_DOUBTS = 200  # of what was answered otherwise than we have it, and is asked again
MOST_IN_VAIN = 3  # then what it said before stands
SIDE_BY_SIDE = 8
DOUBT_PAUSE = timedelta(minutes=5)

Ask = Callable[[Word], Awaitable[Utterance]]


class AskedWords:
    def __init__(
        self, words: Words, ask: Ask, clock: Clock, *, at_once: int = MOST_AT_ONCE
    ) -> None:
        """`ask`: what finance says of a payment now. Raises as ports of finance do."""
        self._at_once = at_once
        self._words = words
        self._ask = ask
        self._clock = clock

    async def of_day(self, day: date) -> AsyncIterator[list[Word]]:
        """In pieces. Raises `RefusedForNow` while the day lasts or there is more to ask.

        Raises `Unavailable` where somebody does not answer.
        """
        now = self._clock.now()
        over = end_of(day, now)
        left, doubts = self._at_once, MOST_DOUBTS
        async for page in self._words.of_day(day):
            first = [word for word in page if to_be_asked(word, over)]
            again = [word for word in page if is_doubtful(word, over, now)][:doubts]
            asked = await self._asked(first[:left])
            if any(to_be_asked(word, over) for word in asked):
                raise Unavailable("finance does not say what became of a payment")
            if len(first) > left:
                raise RefusedForNow("finance is still being asked about this day")
            left, doubts = left - len(first), doubts - len(again)
            known = {word.id: word for word in (*page, *asked, *await self._asked(again))}
            yield list(known.values())

    async def _asked(self, words: Iterable[Word]) -> list[Word]:
        """Each as it is then; nobody is asked on who did not answer."""
        left, answered = list(words), list[Word]()
        while left:
            some, left = left[:SIDE_BY_SIDE], left[SIDE_BY_SIDE:]
            told = await asyncio.gather(*map(self._one, some))
            answered += [word or before for word, before in zip(told, some, strict=True)]
            if None in told:
                return answered + left
        return answered

    async def _one(self, word: Word) -> Word | None:
        """None: it did not answer."""
        try:
            said = await self._ask(word)
        except (Unavailable, TooMany, RefusedForNow):
            return None
        except GatewayError:
            return await self._words.not_understood(word)
        return await self._words.answer(word, said)


def end_of(day: date, now: datetime) -> datetime:
    """Raises `RefusedForNow` while the day lasts."""
    if day >= beijing_day(now):
        raise RefusedForNow("the day is not over")
    return day_start(day + timedelta(days=1))


def to_be_asked(word: Word, over: datetime) -> bool:
    """Whether nothing is known yet of how it stood when its day was over."""
    return _may_be_asked(word) and _is_open(word, over)


def is_doubtful(word: Word, over: datetime, now: datetime) -> bool:
    """Whether finance, asked, had it otherwise than we have it: that may be put right."""
    if not _may_be_asked(word) or _is_open(word, over) or agrees(word):
        return False
    return word.last.until <= now - DOUBT_PAUSE


def _may_be_asked(word: Word) -> bool:
    return word.may_ask and word.in_vain < MOST_IN_VAIN


def _is_open(word: Word, over: datetime) -> bool:
    return word.last.said is Said.TAKEN or word.last.until < over
