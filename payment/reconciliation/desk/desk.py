"""The reconciliation desk: one place for the routes and the command line alike."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Invalid, NotFound
from channel_gateway.ports import Clock, Cursor, Member, Workdays
from payment.reconciliation.cases.case import (
    SYSTEM,
    CaseTrigger,
    DifferenceCaseState,
    ReconciliationCase,
)
from payment.reconciliation.cases.cases import Cases, sees
from payment.reconciliation.cases.how_far import HowFar, how_far
from payment.reconciliation.days.closed import ClosedDays
from payment.reconciliation.days.closing import Closing
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.running import Running
from payment.reconciliation.desk.may import CLERK, REVIEWER, STEPS, check_role
from payment.reconciliation.found.finding import Finding, FindingState
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.suspense.account import SuspenseAccount
from payment.reconciliation.suspense.item import SuspenseEntryKind, SuspenseItem

PAGE = 50
BY_ITSELF = Member(SYSTEM, frozenset())
_CLEARED = "该笔款项已全部转出待处理款项"


@dataclass(frozen=True, slots=True)
class ReconciliationDesk:
    running: Running
    closing: Closing
    closed: ClosedDays
    days: Days
    findings: Findings
    cases: Cases
    suspense: SuspenseAccount
    calendar: Workdays
    clock: Clock
    methods: tuple[str, ...]
    name_of_unit: Callable[[str], Awaitable[str]]

    @property
    def today(self) -> date:
        return beijing_day(self.clock.now())

    def chosen(self, method: str | None) -> tuple[str, ...]:
        """One payment method, or all of them. Raises `NotFound`."""
        if method is None:
            return self.methods
        if method not in self.methods:
            raise NotFound("no such payment method gives out bills", field="method")
        return (method,)

    async def suspense_of(self, day: Day) -> int:
        items = await self.suspense.of_day(day.day, day.method)
        return sum(item.balance_fen for item in items)

    async def money_of(self, case: ReconciliationCase) -> SuspenseItem | None:
        """What lies in the suspense account of a case that is in it."""
        if case.state is not DifferenceCaseState.SUSPENSE:
            return None
        return await self.suspense.of(case.id)

    async def unit_names(self, days: Iterable[Day]) -> dict[str, str]:
        """Of every unit these days have money of, by its code."""
        codes = {row.unit_code for day in days for row in day.rows}
        codes |= {each.unit_code for day in days for each in day.transit}
        return {code: await self.name_of_unit(code) for code in codes if code}

    async def differences(
        self,
        day: Day,
        units: frozenset[str] | None,
        *,
        limit: int = PAGE,
        after: Cursor | None = None,
    ) -> list[tuple[Finding, ReconciliationCase | None]]:
        """One page of a day's findings, each with its case; those of these units alone."""
        found: list[Finding] = []
        while len(found) < limit:
            page = await self.findings.listed(day.day, day.method, limit=limit, after=after)
            found += [each for each in page if units is None or each.unit_code in units]
            if len(page) < limit:
                break
            after = Cursor(page[-1].id, page[-1].id)
        return [(each, await self.cases.of(each.id)) for each in found[:limit]]

    async def all_differences(
        self, day: Day
    ) -> AsyncIterator[tuple[Finding, ReconciliationCase | None]]:
        """Every finding that stands on a day's report, each with its case.

        What is gone without anybody's doing is left out.
        """
        async for finding in self.findings.of_page(day.id):
            if finding.state is not FindingState.GONE or finding.remarks:
                yield finding, await self.cases.of(finding.id)

    async def open_differences(
        self, day: Day
    ) -> AsyncIterator[tuple[Finding, ReconciliationCase | None]]:
        """Those that keep the day from being balanced."""
        async for finding, case in self.all_differences(day):
            if how_far(finding.state, case.state if case else None) is HowFar.OPEN:
                yield finding, case

    async def step(
        self, case_id: str, trigger: CaseTrigger, member: Member, text: str = ""
    ) -> ReconciliationCase:
        """A step of a case, and its day judged anew. Raises `WrongRole`.

        A difference that may still heal by itself has no case yet: a person's step makes one.
        """
        check_role(member, STEPS[trigger])
        if await self.cases.of(case_id) is None:
            await self._make_case(case_id, member)
        return await self._judged(self.cases.step, case_id, trigger, member, text)

    async def suspend(self, case_id: str, member: Member, reason: str) -> SuspenseItem:
        """The case's money goes into the suspense account; again changes nothing.

        The case goes first: no money lies there whose case is over. Raises `NotForSuspense`,
        `WrongRole`.
        """
        check_role(member, STEPS[CaseTrigger.SUSPEND])
        case = await self.cases.get(case_id, member)
        finding = await self.findings.get(case_id)
        await self.suspense.check(finding)
        if case.state is not DifferenceCaseState.SUSPENSE:
            await self._judged(self.cases.step, case_id, CaseTrigger.SUSPEND, member, reason)
        return await self.suspense.enter(finding, member, reason)

    async def correct(
        self,
        item_id: str,
        kind: SuspenseEntryKind,
        member: Member,
        reason: str,
        *,
        amount_fen: int | None,
        pay_code: str | None,
        reverses: int | None,
    ) -> SuspenseItem:
        """A correction entry; a sum that is cleared by it settles its case. Raises `WrongRole`."""
        check_role(member, CLERK)
        if kind is SuspenseEntryKind.ENTER:
            raise Invalid("money is entered by its case", field="kind")
        item = await self.suspense.correct(
            item_id,
            kind,
            member,
            reason,
            amount_fen=amount_fen or 0,
            pay_code=pay_code or "",
            reverses=reverses or 0,
        )
        case = await self.cases.of(item_id)
        if case is not None:
            await self._follow(case, item, member, reason)
        return item

    async def approve(self, item_id: str, number: int, member: Member) -> SuspenseItem:
        """The second person of an entry. Raises `WrongRole`, `OwnWork`, `NothingToApprove`."""
        check_role(member, REVIEWER)
        return await self.suspense.approve(item_id, number, member)

    async def cleared(self, item_id: str) -> None:
        """The last of a sum has gone: its case settles. Again changes nothing."""
        item, case = await self.suspense.get(item_id), await self.cases.of(item_id)
        if case is not None and not item.balance_fen:
            await self._follow(case, item, BY_ITSELF, _CLEARED)

    async def _make_case(self, finding_id: str, member: Member) -> None:
        with suppress(NotFound):
            finding = await self.findings.get(finding_id)
            if finding.state is FindingState.OPEN and sees(member, finding):
                await self.cases.open(finding)

    async def _follow(
        self, case: ReconciliationCase, item: SuspenseItem, member: Member, reason: str
    ) -> None:
        """The case is in suspense as long as money lies there."""
        if item.balance_fen == 0 and case.state is DifferenceCaseState.SUSPENSE:
            await self._judged(self._move, case.id, CaseTrigger.SETTLE, member, reason)
        elif item.balance_fen and case.state is DifferenceCaseState.SETTLED:
            await self._move(case.id, CaseTrigger.RETURN, member, reason)
            await self._judged(self._move, case.id, CaseTrigger.SUSPEND, member, reason)

    async def _move(
        self, case_id: str, trigger: CaseTrigger, member: Member, text: str
    ) -> ReconciliationCase:
        return await self.cases.move(case_id, trigger, member.name, text)

    async def _judged(
        self,
        step: Callable[[str, CaseTrigger, Member, str], Awaitable[ReconciliationCase]],
        case_id: str,
        trigger: CaseTrigger,
        member: Member,
        text: str,
    ) -> ReconciliationCase:
        case = await step(case_id, trigger, member, text)
        await self.running.judge(case.entered_on, case.method)
        return case
