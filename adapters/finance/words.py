"""What finance itself said of each payment: kept as it came, beside what we hold it to be.

Of an authority without day statements these are its books, as far as it tells of them at all.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.ports import (
    Collection,
    DuplicateKey,
    Index,
    MissingDocument,
    Sealing,
    StatementLine,
    Store,
)
from channel_gateway.records import pages, swapped

WORDS = Collection("finance_words", (Index(("book",)), Index(("pay_code",)), Index(("number",))))
MOST_SAID = 40  # of one payment; the oldest of more are forgotten
_PLACE = "finance_words.check_code"


class Said(StrEnum):
    TAKEN = "taken"  # it took what we told it of, and named no amount itself
    PAID = "paid"  # of a refund: reversed
    UNPAID = "unpaid"  # asked, it does not have it


@dataclass(frozen=True, slots=True)
class Utterance:
    at: datetime
    until: datetime  # when it last said the same
    message: str  # in which it travelled: 5996, 5997, GetSearchPay_Info
    said: Said
    amount_fen: Fen = NOTHING  # of what was TAKEN, ours


@dataclass(frozen=True, slots=True)
class Word:
    """A payment or a refund as finance speaks of it."""

    id: str
    book: str  # the plug-in, and the Beijing day whose business it is
    pay_code: str
    transaction: str  # of whoever took the money
    at: datetime
    said: tuple[Utterance, ...]  # the last one counts
    number: str = ""  # ours; empty: we told nobody of it
    unit_code: str = ""
    may_ask: bool = False  # whether it is known how to ask about it
    check_code: str = ""  # sealed, where asking needs one
    ours_fen: Fen | None = None  # what we have it as; None: we do not have it
    refund: bool = False
    in_vain: int = 0  # answers that could not be read

    @property
    def last(self) -> Utterance:
        return self.said[-1]


def utterance(now: datetime, message: str, said: Said, amount_fen: Fen = NOTHING) -> Utterance:
    return Utterance(now, now, message, said, amount_fen)


def line_of(word: Word) -> StatementLine | None:
    """As finance has it; None: it does not."""
    return None if word.last.said is Said.UNPAID else _line(word, word.last.amount_fen)


def own_line_of(word: Word) -> StatementLine | None:
    """As we have it; None: we do not."""
    return None if word.ours_fen is None else _line(word, word.ours_fen)


def _line(word: Word, amount_fen: Fen) -> StatementLine:
    return StatementLine(
        number=word.number or word.transaction,
        amount_fen=amount_fen,
        at=word.at,
        refund=word.refund,
        elsewhere=not word.number,
        pay_code=word.pay_code,
        unit_code=word.unit_code,
        transaction=word.transaction,
    )


def joined(known: Word, new: Word) -> Word:
    """What was known of a payment, and what is said of it now."""
    said = known.said
    for each in new.said:
        same = (said[-1].message, said[-1].said, said[-1].amount_fen)
        if same == (each.message, each.said, each.amount_fen):
            said = (*said[:-1], replace(said[-1], until=each.until))
        else:
            said = (*said, each)
    return replace(
        known,
        said=said[-MOST_SAID:],
        number=known.number or new.number,
        unit_code=known.unit_code or new.unit_code,
        may_ask=known.may_ask or new.may_ask,
        check_code=known.check_code or new.check_code,
        ours_fen=known.ours_fen if new.ours_fen is None else new.ours_fen,
    )


def agrees(word: Word) -> bool:
    """Whether finance has it as paid, and with what we have it as."""
    return word.last.said is Said.PAID and word.ours_fen in (None, word.last.amount_fen)


def answered(known: Word, said: Utterance) -> Word:
    """What it said when it was asked; if it agrees, how to ask is not kept any longer."""
    word = joined(known, replace(known, said=(said,)))
    return replace(word, may_ask=False, check_code="") if agrees(word) else word


class Words:
    def __init__(self, name: str, store: Store, vault: Sealing) -> None:
        """`name`: the plug-in's, as whose authority's words they are kept."""
        self._name = name
        self._store = store
        self._vault = vault

    def word(self, pay_code: str, transaction: str, at: datetime, said: Utterance) -> Word:
        """Of a payment; whoever speaks of the same one speaks under the same id."""
        id = f"{self._name}|{pay_code}|{transaction}"
        return Word(id, self._book(beijing_day(at)), pay_code, transaction, at, (said,))

    async def keep(self, word: Word) -> Word:
        """Beside what was said before; the same again changes the moment alone."""
        try:
            await self._store.insert(WORDS.name, to_document(word))
        except DuplicateKey:
            _, after = await swapped(
                self._store, WORDS, word.id, Word, lambda known: joined(known, word)
            )
            return after
        return word

    async def claim(self, pay_code: str, transaction: str, number: str, fen: Fen) -> None:
        """What finance told of is a payment of ours; what it did not tell of stays unsaid."""
        id = f"{self._name}|{pay_code}|{transaction}"
        with suppress(MissingDocument):
            await swapped(
                self._store, WORDS, id, Word, lambda w: replace(w, number=number, ours_fen=fen)
            )

    async def answer(self, word: Word, said: Utterance) -> Word:
        _, after = await swapped(
            self._store, WORDS, word.id, Word, lambda known: answered(known, said)
        )
        return after

    async def not_understood(self, word: Word) -> Word:
        _, after = await swapped(
            self._store, WORDS, word.id, Word, lambda w: replace(w, in_vain=w.in_vain + 1)
        )
        return after

    async def of_day(self, day: date) -> AsyncIterator[list[Word]]:
        """In pieces."""
        async for page in pages(self._store, WORDS.name, equal={"book": self._book(day)}):
            yield [from_document(Word, document) for document in page]

    async def about(self, number: str) -> list[Word]:
        """By the 缴款码, or by a number of ours."""
        found: dict[str, Word] = {}
        for field in ("pay_code", "number"):
            for document in await self._store.find(WORDS.name, equal={field: number}, limit=50):
                word = from_document(Word, document)
                if word.book.startswith(f"{self._name}|"):
                    found[word.id] = word
        return list(found.values())

    def sealed(self, check_code: str) -> str:
        return self._vault.seal(check_code, _PLACE) if check_code else ""

    def opened(self, word: Word) -> str:
        return self._vault.open(word.check_code, _PLACE)

    def _book(self, day: date) -> str:
        return f"{self._name}|{day.isoformat()}"
