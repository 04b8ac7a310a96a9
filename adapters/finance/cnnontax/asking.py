"""What finance has of a payment: its notice is asked for (8997) and says how it stands (5997).

It speaks of the notice: who paid it is not in it, and that `Amt` of a paid one is what was paid is
inferred.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date

from adapters.finance.asked_words import AskedWords
from adapters.finance.cnnontax.authority import Cnnontax
from adapters.finance.words import Said, Utterance, Word, Words, line_of, utterance
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.notices import NoticeState
from channel_gateway.ports import Clock, StatementLine

ANSWER = "5997"


class AskedStatements:
    """Implements `Statements` for an authority that gives none."""

    def __init__(self, authority: Cnnontax, words: Words, clock: Clock) -> None:
        self._authority = authority
        self._words = words
        self._clock = clock
        self._asked = AskedWords(words, self._ask, clock)

    async def statement(self, day: date) -> AsyncIterator[Sequence[StatementLine]]:
        async for page in self._asked.of_day(day):
            yield [line for word in page if (line := line_of(word))]

    async def _ask(self, word: Word) -> Utterance:
        try:
            notice = await self._authority.look_up(word.pay_code, self._words.opened(word))
        except NotFound:
            notice = None
        now = self._clock.now()
        if notice is None or notice.state is not NoticeState.PAID:
            return utterance(now, ANSWER, Said.UNPAID)
        return utterance(now, ANSWER, Said.PAID, notice.total_fen)
