"""What a platform pulled is asked about when its day is over, within bounds: lost pushes show."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.finance.soap.kept import ASK, KEPT, KeptNotices, Paid
from adapters.finance.soap.takings import MOST_PULLED, SoapTakings
from adapters.finance.words import WORDS, Words
from channel_gateway.domain.days import beijing_day, day_start
from channel_gateway.domain.errors import Malformed, RefusedForNow, TooMany, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, NoticeDraft
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import Takings
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from tests.unit.payment.fakes import CountingNames, MovedClock
from tests.unit.payment.samples import NOW

DAY = beijing_day(NOW)
NEXT = DAY + timedelta(days=1)
DRAFT = NoticeDraft(
    unit_code="330299021",
    unit_name="示例中心",
    payer_name=PersonName("林示例"),
    id_number=IdNumber("110101199003074135"),
    items=(FeeItem("00034002", "登记费", "件", 1, Fen(8000)),),
    due_on=NEXT,
)


@dataclass
class FakePlatform:
    """`Platform` as it is told: what is paid, and what it does not say."""

    paid: dict[str, Paid] = field(default_factory=dict)
    troubles: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def payment_of(self, notice_no: str) -> Paid | None:
        self.asked.append(notice_no)
        if notice_no in self.troubles:
            raise self.troubles[notice_no]
        return self.paid.get(notice_no)


class Desk:
    def __init__(self, store: MemoryStore, vault: Vault) -> None:
        self.store = store
        self.kept = KeptNotices(store, vault)
        self.platform = FakePlatform()
        self.clock = MovedClock(day_start(NEXT) + timedelta(hours=11))
        self.books = SoapTakings(
            self.kept,
            self.platform,  # type: ignore[arg-type]
            Words("soap", store, vault),
            self.clock,
        )

    async def pulled(self, *names: str) -> None:
        for name in names:
            kept = await self.kept.keep(name, name, DRAFT, "1357", NOW)
            await self.kept.pulled(kept, DAY)

    def pay(self, name: str, fen: int = 8000) -> None:
        self.platform.paid[name] = Paid(f"T{name}", Fen(fen), day_start(DAY) + timedelta(hours=9))

    async def sums(self) -> tuple[dict[str, int], dict[str, int]]:
        """What the platform has, and what we have."""
        told: Takings = await self.books.takings(DAY)
        theirs, ours = (
            {line.pay_code: line.amount_fen for line in side} for side in (told.theirs, told.ours)
        )
        return theirs, ours


@pytest.fixture
async def desk() -> Desk:
    store = MemoryStore((KEPT, WORDS))
    await store.open()
    return Desk(store, Vault({"1": b"k" * 32}, b"i" * 32, CountingNames()))


async def test_what_was_pulled_and_not_paid_is_asked_about_once(desk: Desk) -> None:
    await desk.pulled("a", "b")

    assert await desk.sums() == await desk.sums() == ({}, {})
    assert sorted(desk.platform.asked) == ["a", "b"]


async def test_what_was_paid_unheard_is_theirs_alone_and_is_looked_into(desk: Desk) -> None:
    await desk.pulled("a")
    desk.pay("a")

    assert await desk.sums() == ({"a": 8000}, {})
    assert [task.kind for task in (await desk.kept.get("a")).tasks] == [ASK]


async def test_what_was_withdrawn_after_it_was_pulled_may_have_been_paid(desk: Desk) -> None:
    await desk.pulled("a")
    await desk.kept.void("a")
    desk.pay("a")

    assert await desk.sums() == ({"a": 8000}, {})


async def test_what_we_have_as_paid_is_not_looked_for(desk: Desk) -> None:
    await desk.pulled("a")
    desk.pay("a")
    await desk.kept.pay("a", desk.platform.paid["a"])

    await desk.sums()

    assert desk.platform.asked == []
    assert await desk.kept.pulled_until(DAY, most=1) == []


async def test_what_is_pulled_again_later_is_asked_about_again(desk: Desk) -> None:
    await desk.pulled("a")
    await desk.sums()
    await desk.kept.pulled(await desk.kept.get("a"), NEXT)

    assert await desk.kept.pulled_until(DAY, most=1) == []
    assert len(await desk.kept.pulled_until(NEXT, most=1)) == 1
    assert (await desk.kept.look_after("a", DAY)).pulled_on == NEXT.isoformat()


async def test_before_the_day_is_over_nobody_is_asked(desk: Desk) -> None:
    await desk.pulled("a")
    desk.clock.move(hours=-11, seconds=-1)

    with pytest.raises(RefusedForNow):
        await desk.sums()
    assert desk.platform.asked == []


@pytest.mark.parametrize(
    ("trouble", "said"), [(Unavailable(), Unavailable), (TooMany(), RefusedForNow)]
)
async def test_a_platform_that_does_not_answer_is_asked_next_time(
    desk: Desk, trouble: Exception, said: type[Exception]
) -> None:
    await desk.pulled("a")
    desk.pay("a")
    desk.platform.troubles["a"] = trouble
    with pytest.raises(said):
        await desk.sums()

    desk.platform.troubles.clear()

    assert await desk.sums() == ({"a": 8000}, {})


async def test_an_answer_that_cannot_be_read_holds_up_no_other(desk: Desk) -> None:
    await desk.pulled("a", "b")
    desk.pay("b")
    desk.platform.troubles["a"] = Malformed("no XML")

    assert await desk.sums() == ({"b": 8000}, {})
    assert [kept.id for kept in await desk.kept.pulled_until(DAY, most=9)] == ["a"]


async def test_more_than_are_asked_at_once_are_asked_in_steps(desk: Desk) -> None:
    await desk.pulled(*(f"{number:04d}" for number in range(MOST_PULLED + 1)))

    with pytest.raises(RefusedForNow):
        await desk.sums()
    assert len(desk.platform.asked) == MOST_PULLED

    await desk.sums()
    assert len(desk.platform.asked) == MOST_PULLED + 1
