"""Whatever a clerk does at desk and suspense, what went back never exceeds what came in."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channel_gateway.chains import CHAINS
from channel_gateway.domain.errors import GatewayError, Refused, RefusedForNow
from channel_gateway.domain.money import Fen
from channel_gateway.store.memory import MemoryStore
from payment.facts import RefundStatus
from payment.orders import ORDERS, Orders
from payment.ports import Repayment
from payment.reconciliation.cases.case import CaseTrigger, DifferenceCaseState
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Movement
from payment.reconciliation.found.finding import finding_id
from payment.reconciliation.room import COLLECTIONS
from payment.reconciliation.suspense.item import ACTING, EntryStanding, SuspenseEntryKind
from payment.refunds import Refunds
from payment.settlement import confirmed, received
from tests.unit.days.conftest import Office, office_in
from tests.unit.days.samples import BOTH, CLERK, NOW, REVIEWER, difference
from tests.unit.payment.samples import order, paid

PAID = 20600
ORDER = "G20260302aaaaaaaaaaaaaaaaaaaa"
OURS = {"order_id": ORDER, "transaction": "4200001"}
THEIRS = {"order_id": "G20260302zzzz", "transaction": "4299999"}
FOUND = (
    difference(Kind.UNKNOWN_MONEY, **THEIRS),
    difference(Kind.UNKNOWN_MONEY, **THEIRS | {"order_id": "G20260302yyyy", "transaction": "43"}),
    difference(Kind.AMOUNT_DIFFERS, **OURS, gateway_fen=20500),
    difference(Kind.UNKNOWN_MONEY, **OURS),
    difference(Kind.UNKNOWN_MONEY, order_id="G20260302xxxx", transaction="4200001"),
    difference(
        Kind.REFUND_DIFFERS, **OURS, refund_no="RC1R1", movement=Movement.REFUND, channel_fen=19900
    ),
)
members = st.sampled_from([CLERK, REVIEWER, BOTH])
findings = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5])
amounts = st.sampled_from([1, 600, 10300, 19900, 20000, PAID, PAID + 1])
numbers = st.integers(1, 6)
moods = st.sampled_from(["well", "refuses", "not enough", "loses", "slow", "abnormal", "closes"])
steps = st.one_of(
    st.tuples(st.just("suspend"), findings, members),
    st.tuples(st.just("correct"), findings, members, st.sampled_from(SuspenseEntryKind), amounts),
    st.tuples(st.just("reverse"), findings, members, numbers),
    st.tuples(st.just("approve"), findings, members, numbers),
    st.tuples(st.just("step"), findings, members, st.sampled_from(CaseTrigger)),
    st.tuples(st.just("give_back"), findings, members, members, amounts),
    st.tuples(st.just("refund"), amounts),
    st.tuples(st.just("mood"), moods),
    st.tuples(st.just("settle"), st.integers(0, 9)),
    st.tuples(st.just("work"), st.integers(0, 90)),
)
OF_STATUS = {
    "slow": RefundStatus.PROCESSING,
    "abnormal": RefundStatus.ABNORMAL,
    "closes": RefundStatus.CLOSED,
}


class Play:
    def __init__(self, office: Office) -> None:
        self.office = office
        self.orders = Orders(office.store)
        self.refunds = Refunds(self.orders, office.clock)
        self.asked = 0

    async def begin(self) -> None:
        ours = received(order(ORDER), paid(order(ORDER)), NOW)
        await self.orders.add(confirmed(ours, NOW, NOW))
        self.office.clock.move(days=7)
        self.office.matching.rounds = [list(FOUND)]
        await self.office.run()

    async def suspend(self, at: int, member) -> None:  # type: ignore[no-untyped-def]
        await self.office.desk.suspend(_id(at), member, "缴款人不明")

    async def correct(self, at: int, member, kind, fen: int) -> None:  # type: ignore[no-untyped-def]
        await self.office.desk.correct(
            _id(at), kind, member, "经核实", amount_fen=fen, pay_code=f"3301992601{at}", reverses=2
        )

    async def give_back(self, at: int, member, other, fen: int) -> None:  # type: ignore[no-untyped-def]
        """All the steps, by whom it may be."""
        with suppress(GatewayError):
            await self.suspend(at, CLERK)
        await self.correct(at, member, SuspenseEntryKind.GIVE_BACK, fen)
        item = await self.office.desk.suspense.get(_id(at))
        await self.approve(at, other, item.entries[-1].number)
        await self.work(0)

    async def reverse(self, at: int, member, number: int) -> None:  # type: ignore[no-untyped-def]
        kind = SuspenseEntryKind.REVERSE
        await self.office.desk.correct(
            _id(at), kind, member, "有误", amount_fen=None, pay_code=None, reverses=number
        )

    async def approve(self, at: int, member, number: int) -> None:  # type: ignore[no-untyped-def]
        await self.office.desk.approve(_id(at), number, member)

    async def step(self, at: int, member, trigger: CaseTrigger) -> None:  # type: ignore[no-untyped-def]
        with suppress(KeyError):  # no step a person makes
            await self.office.desk.step(_id(at), trigger, member, "理由")

    async def refund(self, fen: int) -> None:
        """An application that two people have decided: reserved in its order, and sent."""
        self.asked += 1
        number = f"RC{self.asked}R1"
        ours, _ = await self.refunds.ask(
            ORDER, number=number, amount_fen=Fen(fen), reason="退付", case_id="RC"
        )
        await self.office.platform.refund(
            Repayment(ORDER, ours.transaction or "", number, Fen(fen), ours.amount_fen, "退付")
        )

    async def mood(self, mood: str) -> None:
        platform = self.office.platform
        platform.refuses = {"refuses": Refused("NO"), "not enough": RefusedForNow("LOW")}.get(mood)
        platform.lost = ["refund"] if mood == "loses" else []
        platform.refund_status = OF_STATUS.get(mood, RefundStatus.DONE)

    async def settle(self, which: int) -> None:
        """What was under way at the platform arrives."""
        waiting = (RefundStatus.PROCESSING, RefundStatus.ABNORMAL)
        numbers = [n for n, r in self.office.platform.refunds.items() if r.status in waiting]
        if numbers:
            number = numbers[which % len(numbers)]
            known = self.office.platform.refunds[number]
            self.office.platform.refunds[number] = replace(known, status=RefundStatus.DONE)

    async def work(self, minutes: int) -> None:
        self.office.clock.move(minutes=minutes)
        await self.office.outbox.work()

    async def check(self) -> None:
        """Of each payment, and of each sum in the account."""
        went: Counter[str] = Counter()
        for each in self.office.platform.refunds.values():
            if each.status is not RefundStatus.CLOSED:
                went[each.transaction] += each.amount_fen or 0
        assert all(fen <= PAID for fen in went.values()), went
        for found in FOUND:
            await self._check_sum(found)

    async def _check_sum(self, found: Difference) -> None:
        item = await self.office.desk.suspense.of(finding_id(found))
        if item is None:
            return
        assert found in FOUND[:2]
        assert item.total_fen in (0, PAID)
        told = {n for n in self.office.finance.confirmations if n.startswith(item.id)}
        agreed = [e for e in item.entries if item.approval(e.number)]
        assert told <= {f"{item.id}N{e.number}" for e in agreed if e.kind in ACTING}
        assert all(item.approval(e.number).by != e.by for e in agreed)  # type: ignore[union-attr]
        gave_back = [e for e in item.entries if e.kind is SuspenseEntryKind.GIVE_BACK]
        sent = {n for n in self.office.platform.refunds if n.startswith(item.id)}
        known = {f"{item.id}B{e.number}": e for e in gave_back if item.approval(e.number)}
        assert sent <= known.keys()
        for number, entry in known.items():
            done = item.standing(entry) is EntryStanding.DONE
            arrived = self.office.platform.refunds.get(number)
            assert not done or (arrived and arrived.status is RefundStatus.DONE)
        assert 0 <= item.free_fen <= item.balance_fen <= PAID
        assert (item.live is not None) == (item.balance_fen > 0)
        case = await self.office.desk.cases.get(item.id)
        if item.balance_fen:
            assert case.state is DifferenceCaseState.SUSPENSE


def _id(at: int) -> str:
    return finding_id(FOUND[at])


async def play(history: list[tuple[object, ...]]) -> None:
    store = MemoryStore((ORDERS, *COLLECTIONS, *CHAINS))
    await store.open()
    office = office_in(store)
    stage = Play(office)
    await stage.begin()
    for name, *arguments in history:
        with suppress(GatewayError):
            await getattr(stage, str(name))(*arguments)
        await stage.check()
    await store.close()


@settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(steps, min_size=15, max_size=60))
def test_no_more_goes_back_than_came_in_and_never_by_one_person(
    history: list[tuple[object, ...]],
) -> None:
    asyncio.run(play(history))
