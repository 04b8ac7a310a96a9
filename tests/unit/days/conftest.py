"""An office where days are reconciled: the use cases over a store in memory and told fakes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date

import pytest

from channel_gateway.chains import CHAINS, StoredChains
from channel_gateway.ports import Store
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.worker.outbox import Outbox
from payment.orders import ORDERS, Orders
from payment.reconciliation.cases.cases import Cases
from payment.reconciliation.days.adjusting import Adjusting
from payment.reconciliation.days.bank_side import BankSide
from payment.reconciliation.days.closed import ClosedDays
from payment.reconciliation.days.closing import Closing
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.following_up import FollowingUp
from payment.reconciliation.days.running import Running, RunTools
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.gathering.owing import Owing
from payment.reconciliation.room import COLLECTIONS
from payment.reconciliation.suspense.account import SuspenseAccount
from payment.reconciliation.suspense.reactions import SuspenseReactions
from tests.unit.days.fakes import (
    NoBooks,
    NoSource,
    ToldBank,
    ToldBills,
    ToldHealer,
    ToldMatching,
)
from tests.unit.days.samples import DAY, NOW, EveryWeekday
from tests.unit.payment.fakes import CountingNames, FakeFinance, FakePlatform, MovedClock


@dataclass
class Office:
    clock: MovedClock
    store: Store
    chains: StoredChains
    bills: ToldBills
    matching: ToldMatching
    healer: ToldHealer
    bank: ToldBank
    tools: RunTools
    desk: ReconciliationDesk
    platform: FakePlatform
    finance: FakeFinance
    outbox: Outbox

    async def run(self, day: date = DAY, *, again: bool = False) -> Day:
        return await self.desk.running.run(day, "wechat_pay", again=again)

    async def day(self, day: date = DAY) -> Day:
        return await self.desk.days.get(day, "wechat_pay")

    async def findings(self, day: date = DAY) -> list[Finding]:
        page = f"{day}|wechat_pay"
        return [each async for each in self.desk.findings.of_page(page)]

    async def everything(self) -> dict[str, list[object]]:
        """All that is stored of reconciliation, for seeing that nothing changes."""
        return {
            kept.name: list(await self.store.find(kept.name, limit=100)) for kept in COLLECTIONS
        }

    def with_bank(self) -> "Office":
        running = Running(
            replace(self.tools, bank=BankSide([self.bank], EveryWeekday(), self.clock))
        )
        return replace(self, desk=replace(self.desk, running=running))


async def nameless(_unit_code: str) -> str:
    return ""


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    store = MemoryStore((ORDERS, *COLLECTIONS, *CHAINS))
    await store.open()
    yield office_in(store)
    await store.close()


def office_in(store: Store) -> Office:
    clock, names = MovedClock(NOW), CountingNames()
    vault = Vault({"1": b"k" * 32}, b"i" * 32, names)
    chains = StoredChains(store, vault)
    days, findings = Days(store), Findings(store)
    cases = Cases(store, vault, clock, EveryWeekday())
    bills, matching, healer, bank = ToldBills(), ToldMatching(), ToldHealer(), ToldBank()
    following_up = FollowingUp(findings, cases, healer, EveryWeekday(), clock)
    tools = RunTools(
        days=days,
        following_up=following_up,
        adjusting=Adjusting(days, findings, cases, following_up, clock),
        own=NoBooks(),
        bills=bills,
        sources={"wechat_pay": NoSource()},
        matching=matching,
        owing=Owing(Orders(store)),
        bank=BankSide([], EveryWeekday(), clock),
        clock=clock,
    )
    journal = chains.chain("journal")
    suspense = SuspenseAccount(store, Orders(store), journal, vault, clock)
    closing = Closing(days, findings, cases, journal, clock, vault)
    desk = ReconciliationDesk(
        Running(tools),
        closing,
        ClosedDays(days, closing, journal, ("wechat_pay",)),
        days,
        findings,
        cases,
        suspense,
        EveryWeekday(),
        clock,
        ("wechat_pay",),
        nameless,
    )
    platform, finance = FakePlatform(), FakeFinance(clock)
    rows = SuspenseReactions(
        suspense,
        desk,
        journal,
        {"wechat_pay": platform},  # type: ignore[dict-item]
        finance,  # type: ignore[arg-type]
    ).rows()
    return Office(
        clock,
        store,
        chains,
        bills,
        matching,
        healer,
        bank,
        tools,
        desk,
        platform,
        finance,
        Outbox(store, rows, clock, owner="worker-1"),
    )
