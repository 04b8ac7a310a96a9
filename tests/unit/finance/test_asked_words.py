"""What finance said of a day's payments: asked when it is over, once, within bounds."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from adapters.finance import asked_words
from adapters.finance.asked_words import (
    DOUBT_PAUSE,
    MOST_AT_ONCE,
    MOST_DOUBTS,
    MOST_IN_VAIN,
    AskedWords,
)
from adapters.finance.words import (
    MOST_SAID,
    WORDS,
    Said,
    Utterance,
    Word,
    Words,
    joined,
    line_of,
    own_line_of,
    utterance,
)
from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.domain.errors import (
    GatewayError,
    Malformed,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.money import Fen
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from tests.unit.payment.fakes import CountingNames, MovedClock
from tests.unit.payment.samples import NOW

DAY = beijing_day(NOW)
MORNING = day_start(DAY + timedelta(days=1)) + timedelta(hours=11)


@dataclass
class Finance:
    """Says that all is paid with 100, save what it is told to say otherwise."""

    clock: MovedClock
    says: dict[str, Fen | GatewayError | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def ask(self, word: Word) -> Utterance:
        self.asked.append(word.transaction)
        said = self.says.get(word.transaction, Fen(100))
        if isinstance(said, GatewayError):
            raise said
        if said is None:
            return utterance(self.clock.now(), "5997", Said.UNPAID)
        return utterance(self.clock.now(), "5997", Said.PAID, said)


@dataclass
class Desk:
    words: Words
    clock: MovedClock
    finance: Finance
    at_once: int = MOST_AT_ONCE

    async def told(self, *transactions: str, at: date = DAY) -> None:
        """Finance took these."""
        moment = day_start(at) + timedelta(hours=9)
        known = {"may_ask": True, "check_code": self.words.sealed("1357")}
        for each in transactions:
            said = utterance(moment, "8001", Said.TAKEN, Fen(100))
            word = self.words.word("33", each, moment, said)
            await self.words.keep(replace(word, number=f"G{each}", ours_fen=Fen(100), **known))

    async def of_day(self) -> dict[str, int | None]:
        """What finance has; None: not that."""
        asked = AskedWords(self.words, self.finance.ask, self.clock, at_once=self.at_once)
        words = [word async for page in asked.of_day(DAY) for word in page]
        lines = {word.transaction: line_of(word) for word in words}
        return {name: line and line.amount_fen for name, line in lines.items()}


@pytest.fixture
async def desk() -> Desk:
    names, clock = CountingNames(), MovedClock(MORNING)
    store = MemoryStore((WORDS,))
    await store.open()
    vault = Vault({"1": b"k" * 32}, b"i" * 32, names)
    return Desk(Words("rugao", store, vault), clock, Finance(clock))


async def test_each_payment_is_asked_about_once(desk: Desk) -> None:
    await desk.told("a", "b")

    assert await desk.of_day() == await desk.of_day() == {"a": 100, "b": 100}
    assert sorted(desk.finance.asked) == ["a", "b"]


async def test_how_to_ask_is_kept_until_it_agrees_and_no_longer(desk: Desk) -> None:
    await desk.told("a", "other")
    desk.finance.says = {"other": Fen(99)}
    await desk.of_day()

    words = {word.transaction: word for word in await desk.words.about("33")}

    assert (words["a"].check_code, words["a"].may_ask) == ("", False)
    assert words["other"].may_ask
    assert desk.words.opened(words["other"]) == "1357"


async def test_payments_of_other_days_and_other_authorities_are_not_its(desk: Desk) -> None:
    await desk.told("a")
    await desk.told("late", at=DAY + timedelta(days=1))
    others = Desk(replace_name(desk.words), desk.clock, desk.finance)
    await others.told("c")

    assert await desk.of_day() == {"a": 100}
    assert [word.transaction for word in await others.words.about("33")] == ["c"]


async def test_a_day_that_is_not_over_is_not_asked_about(desk: Desk) -> None:
    await desk.told("a")
    desk.clock.move(hours=-11, seconds=-1)

    with pytest.raises(RefusedForNow):
        await desk.of_day()
    assert desk.finance.asked == []


async def test_what_it_does_not_have_and_what_it_has_otherwise_shows(desk: Desk) -> None:
    await desk.told("a", "forgotten", "other")
    desk.finance.says = {"forgotten": None, "other": Fen(99)}

    assert await desk.of_day() == {"a": 100, "forgotten": None, "other": 99}


async def test_what_differs_is_asked_again_after_a_pause_and_what_agrees_is_not(
    desk: Desk,
) -> None:
    await desk.told("a", "forgotten", "other")
    desk.finance.says = {"forgotten": None, "other": Fen(99)}
    await desk.of_day()
    desk.finance.says = {}
    desk.clock.move(seconds=DOUBT_PAUSE.total_seconds() - 1)
    assert await desk.of_day() == {"a": 100, "forgotten": None, "other": 99}

    desk.clock.move(seconds=1)

    assert await desk.of_day() == {"a": 100, "forgotten": 100, "other": 100}
    assert sorted(desk.finance.asked) == ["a", "forgotten", "forgotten", "other", "other"]


@pytest.mark.parametrize("trouble", [Unavailable(), TooMany(), RefusedForNow()])
async def test_without_an_answer_the_day_waits_and_goes_on_where_it_was(
    desk: Desk, trouble: GatewayError
) -> None:
    names = [f"{number:02d}" for number in range(asked_words.SIDE_BY_SIDE * 2)]
    await desk.told(*names)
    desk.finance.says = {"03": trouble}

    with pytest.raises(Unavailable):
        await desk.of_day()
    assert len(desk.finance.asked) == asked_words.SIDE_BY_SIDE  # nobody is asked on

    desk.finance.says = {}
    assert len(await desk.of_day()) == len(names)
    assert sorted(desk.finance.asked) == sorted([*names, "03"])


async def test_a_doubt_that_is_not_answered_is_as_it_was_and_holds_up_nothing(desk: Desk) -> None:
    await desk.told("forgotten")
    desk.finance.says = {"forgotten": None}
    await desk.of_day()
    desk.finance.says = {"forgotten": Unavailable()}
    desk.clock.move(seconds=DOUBT_PAUSE.total_seconds())

    assert await desk.of_day() == {"forgotten": None}


async def test_what_cannot_be_read_for_ever_leaves_what_it_said_before(desk: Desk) -> None:
    await desk.told("a", "odd")
    desk.finance.says = {"odd": Malformed("no XML")}

    for _ in range(MOST_IN_VAIN - 1):
        with pytest.raises(Unavailable):
            await desk.of_day()

    assert await desk.of_day() == await desk.of_day() == {"a": 100, "odd": 100}
    assert desk.finance.asked.count("odd") == MOST_IN_VAIN


async def test_a_day_of_more_payments_than_are_asked_at_once_is_asked_in_steps(desk: Desk) -> None:
    desk.at_once = 250  # one page of the store, and a part of the next
    await desk.told(*(f"{number:03d}" for number in range(251)))

    with pytest.raises(RefusedForNow):
        await desk.of_day()
    assert len(desk.finance.asked) == 250

    assert len(await desk.of_day()) == 251
    assert len(desk.finance.asked) == 251


async def test_so_many_doubts_are_asked_again_and_no_more(desk: Desk) -> None:
    names = [f"{number:05d}" for number in range(MOST_DOUBTS + 1)]
    await desk.told(*names)
    desk.finance.says = dict.fromkeys(names)
    await desk.of_day()
    desk.finance.asked.clear()
    desk.clock.move(seconds=DOUBT_PAUSE.total_seconds())

    await desk.of_day()

    assert len(desk.finance.asked) == MOST_DOUBTS


async def test_what_cannot_be_asked_about_is_as_finance_said_it(desk: Desk) -> None:
    moment = day_start(DAY)
    pushed = utterance(moment, "5996", Said.PAID, Fen(70))
    await desk.words.keep(desk.words.word("33", "bank", moment, pushed))

    assert await desk.of_day() == {"bank": 70}
    assert desk.finance.asked == []


async def test_what_finance_told_of_is_ours_when_we_tell_of_the_same(desk: Desk) -> None:
    moment = day_start(DAY)
    pushed = utterance(moment, "5996", Said.PAID, Fen(100))
    await desk.words.keep(desk.words.word("33", "a", moment, pushed))
    (word,) = await desk.words.about("33")
    assert (line := line_of(word))
    assert (line.number, line.elsewhere) == ("a", True)
    assert own_line_of(word) is None

    await desk.words.claim("33", "a", "G1", Fen(100))
    await desk.words.claim("33", "never told", "G2", Fen(100))

    (word,) = await desk.words.about("33")
    assert (line := line_of(word))
    assert (line.number, line.elsewhere) == ("G1", False)
    assert own_line_of(word) == line


def test_the_same_again_is_one_word_and_the_oldest_are_forgotten() -> None:
    words = Words("rugao", object(), object())  # type: ignore[arg-type]
    paid = [utterance(NOW + timedelta(hours=n), "5997", Said.PAID, Fen(1)) for n in range(3)]
    word = words.word("33", "a", NOW, paid[0])

    for each in paid[1:]:
        word = joined(word, replace(word, said=(each,)))
    assert [(each.at, each.until) for each in word.said] == [(paid[0].at, paid[2].at)]

    for number in range(MOST_SAID + 1):
        other = utterance(NOW, "5997", Said.PAID, Fen(number + 2))
        word = joined(word, replace(word, said=(other,)))
    assert [each.amount_fen for each in word.said] == list(range(3, MOST_SAID + 3))


def replace_name(words: Words) -> Words:
    """The same store, and another authority."""
    return Words("taicang", words._store, words._vault)
