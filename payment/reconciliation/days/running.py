"""Running a day: match, heal, match again, and make a case of what is left.

Running it again over the same books changes nothing. What is found about a closed day goes to the
earliest open one, as an adjustment that names its day.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Conflict, Invalid, RefusedForNow, Unavailable
from channel_gateway.ports import BankStatements, Clock, Workdays
from payment.ports import BillFile, BillSource, BillWrong
from payment.reconciliation.bill_files.bills import FetchedDay
from payment.reconciliation.bill_files.day import DayState as Fetching
from payment.reconciliation.cases.cases import Cases
from payment.reconciliation.days.credit import credit_difference, credited_fen
from payment.reconciliation.days.day import (
    Day,
    DayTrigger,
    KeptFile,
    KindCount,
    ReconciliationState,
    filed,
    judged,
    stepped,
    waiting,
)
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.matching import MatchedDay
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.found.finding import (
    Finding,
    FindingState,
    healed,
    remarked,
)
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.gathering.sources import KeptBills, OwnBooks
from payment.reconciliation.healing.healer import Healing as Healed
from payment.reconciliation.healing.healer import Outcome
from payment.reconciliation.kinds import is_late_to_heal

log = logging.getLogger(__name__)

BILLS_ARE_KEPT = timedelta(days=366)  # by platforms, three months; nobody asks of earlier days
ROUNDS = 3  # matchings of one run: healing may bring more to heal, but not for ever


class DayNotOver(Conflict):
    """This day is not over yet: there is nothing to reconcile."""

    code = "day_not_over"
    zh = "该日尚未结束，不能对账。"
    passing = True


class DayTooOld(Invalid):
    """Nobody reconciled this day in its time, and no platform gives out its bills any more."""

    code = "day_too_old"
    zh = "该日已超出支付平台提供对账单的期限，无法对账。"


class NoSuchMethod(Invalid):
    """No bills are fetched for this payment method."""

    code = "no_such_method"
    zh = "没有这种支付方式的对账单。"


Progress = Callable[[str], None]


class Matching(Protocol):
    """See `payment.reconciliation.days.matching`."""

    def matched(
        self, day: date, method: str, files: Sequence[BillFile]
    ) -> AbstractAsyncContextManager[MatchedDay]: ...


class Healing(Protocol):
    """See `payment.reconciliation.healing.healer`."""

    async def heal(self, finding: Finding) -> Healed | None: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with."""

    days: Days
    findings: Findings
    cases: Cases
    own: OwnBooks
    bills: KeptBills
    sources: Mapping[str, BillSource]
    matching: Matching
    healer: Healing
    bank: BankStatements | None
    calendar: Workdays
    clock: Clock


class Running:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._days = tools.days
        self._findings = tools.findings
        self._cases = tools.cases
        self._clock = tools.clock

    async def run(
        self, day: date, method: str, said: Progress = lambda _: None, *, again: bool = False
    ) -> Day:
        """Reconcile a day of one payment method; returns what became of it.

        `again`: the platform is asked for its bills although they are here. Without bills the day
        stays as it was, and says why. Raises `DayNotOver`, `DayTooOld`,
        `NoSuchMethod`.
        """
        if method not in self._tools.sources:
            raise NoSuchMethod(field="method")
        if day >= beijing_day(self._clock.now()):
            raise DayNotOver(field="day")
        too_old = beijing_day(self._clock.now()) - day > BILLS_ARE_KEPT
        if too_old and await self._days.of(day, method) is None:
            raise DayTooOld(field="day")
        known = await self._days.opened(day, method, self._clock.now())
        try:
            said("bills")
            fetched = await self._fetched(day, method, again=again)
            if fetched.state in (Fetching.LATE, Fetching.WRONG):
                return await self._put_off(known, fetched.why)
            if known.is_closed:
                await self._look_at_closed(known, fetched.files)
                return known
            files = await self._kept(fetched)
            known = await self._days.change(known.id, lambda d: filed(d, files))
            return await self._matched(known, fetched, said)
        except (BillWrong, Unavailable, RefusedForNow) as trouble:
            return await self._put_off(known, f"{trouble.code}: {trouble}")

    async def judge(self, day: date, method: str) -> Day:
        """Whether all that was found is dealt with by now; asked after each change of a case."""
        known = await self._days.get(day, method)
        if known.is_closed:
            return known
        counts, dealt_with = await self._looked_over(known.id)
        return await self._days.change(
            known.id, lambda d: replace(judged(d, dealt_with=dealt_with), kinds=counts)
        )

    async def _fetched(self, day: date, method: str, *, again: bool) -> FetchedDay:
        taken = False
        async for _ in self._tools.own.of_day(method, day):
            taken = True
            break
        ask = self._tools.bills.fetch if again else self._tools.bills.of
        return await ask(method, day, taken=taken)

    async def _kept(self, fetched: FetchedDay) -> tuple[KeptFile, ...]:
        versions = await self._tools.bills.versions(fetched.method, fetched.day)
        editions = {(each.kind, each.digest): each.edition for each in versions}
        files = (
            KeptFile(each.kind, each.digest, editions.get((each.kind, each.digest), 1))
            for each in fetched.files
        )
        return tuple(sorted(files, key=lambda each: each.kind))

    async def _matched(self, day: Day, fetched: FetchedDay, said: Progress) -> Day:
        tried: set[str] = set()
        for _ in range(ROUNDS):
            said("matching")
            async with self._tools.matching.matched(day.day, day.method, fetched.files) as found:
                day = await self._booked(day, fetched.settled_fen, found)
                seen = await self._see(day, found)
            said("healing")
            if not await self._heal(seen, tried):
                break
        said("cases")
        await self._make_cases(day)
        return await self.judge(day.day, day.method)

    async def _booked(self, day: Day, settled_fen: int, found: MatchedDay) -> Day:
        """The sums as matched; the same books again leave the document as it is."""
        before = await self._days.of(day.day - timedelta(days=1), day.method)
        opening = {each.unit_code: each.closing_fen for each in before.transit} if before else {}
        carried_fen = min(0, before.due_fen) if before else 0
        bank_fen = await self._bank_fen(day)
        repeated = await found.repeated()
        counting, now = found.books.counting, self._clock.now()

        def booked(current: Day) -> Day:
            matched = replace(
                current,
                inputs=found.books.inputs,
                channel=counting.channel,
                gateway=counting.gateway,
                finance=counting.finance,
                rows=counting.sorted_rows(),
                transit=counting.in_transit(opening),
                settled_fen=settled_fen,
                carried_fen=carried_fen,
                bank_fen=bank_fen,
                repeated=repeated,
            )
            if matched == current and current.state is not ReconciliationState.FILE_OK:
                return current
            return replace(stepped(matched, DayTrigger.MATCH), matched_at=now, wish=None)

        return await self._days.change(day.id, booked)

    async def _bank_fen(self, day: Day) -> int | None:
        """What the bank has; that it does not answer is no reason not to match."""
        if self._tools.bank is None:
            return None
        try:
            return credited_fen(await self._tools.bank.credits(day.day), day.method)
        except (Unavailable, RefusedForNow):
            return day.bank_fen

    async def _see(self, day: Day, found: MatchedDay) -> list[Finding]:
        """Keep every difference; what is not there any more has vanished, with its case."""
        seen: list[str] = []
        open_ones: list[Finding] = []
        now = self._clock.now()
        async for difference in found.differences():
            if difference.kind is not Kind.BALANCED:
                await self._seen(difference, day.day, now, seen, open_ones)
        credit = self._credit(day)
        if credit is not None:
            await self._seen(credit, day.day, now, seen, open_ones)
        for gone in await self._findings.vanish(day.day, day.method, seen):
            if gone.state is not FindingState.HEALED:
                await self._cases.vanish(gone.id)
            else:
                await self._cases.vanish(gone.id, gone.remarks[-1].words)
        return open_ones

    async def _seen(
        self,
        difference: Difference,
        entered_on: date,
        now: datetime,
        seen: list[str],
        open_ones: list[Finding],
    ) -> None:
        finding = await self._findings.see(difference, entered_on, now)
        seen.append(finding.id)
        if finding.state is FindingState.OPEN:
            open_ones.append(finding)

    def _credit(self, day: Day) -> Difference | None:
        """Nothing is missed before the settlement cycle is over."""
        today = beijing_day(self._clock.now())
        due = is_late_to_heal(Kind.CREDIT_DIFFERS, day.day, today, self._tools.calendar)
        if self._tools.bank is None or (day.bank_fen is None and not due):
            return None
        return credit_difference(day.day, day.method, day.due_fen, day.bank_fen, day.channel)

    async def _heal(self, findings: Sequence[Finding], tried: set[str]) -> bool:
        """Try each once in a run; whether anything was put right, so that matching again pays."""
        moved = False
        for finding in findings:
            if finding.id in tried:
                continue
            tried.add(finding.id)
            healing = await self._tools.healer.heal(finding)
            if healing is None:
                continue
            change = healed if healing.outcome is Outcome.HEALED else remarked
            now = self._clock.now()
            await self._findings.change(finding.id, lambda f: change(f, healing.words, now))  # noqa: B023
            moved = moved or healing.outcome is Outcome.HEALED
        return moved

    async def _make_cases(self, day: Day) -> None:
        today = beijing_day(self._clock.now())
        async for finding in self._findings.of_page(day.id):
            if finding.state is FindingState.HEALED:
                if finding.remarks:
                    await self._cases.vanish(finding.id, finding.remarks[-1].words)
            elif finding.state is FindingState.OPEN and self._is_for_a_person(finding, today):
                await self._cases.open(finding)

    def _is_for_a_person(self, finding: Finding, today: date) -> bool:
        """A credit is not missed before its cycle is over: once it is found, nothing waits."""
        return finding.kind is Kind.CREDIT_DIFFERS or is_late_to_heal(
            finding.kind, finding.about, today, self._tools.calendar
        )

    async def _looked_over(self, page: str) -> tuple[tuple[KindCount, ...], bool]:
        """How many of each kind stand on a report, and whether each of them is dealt with."""
        counts: dict[Kind, int] = {}
        dealt_with = True
        cases = {case.id: case async for case in self._cases.of_page(page)}
        async for finding in self._findings.of_page(page):
            if finding.state is FindingState.GONE:
                continue
            counts[finding.kind] = counts.get(finding.kind, 0) + 1
            case = cases.get(finding.id)
            if finding.state is FindingState.OPEN and (case is None or not case.is_dealt_with):
                dealt_with = False
        return tuple(KindCount(kind, count) for kind, count in sorted(counts.items())), dealt_with

    async def _look_at_closed(self, closed: Day, files: Sequence[BillFile]) -> None:
        """What a closed day's books say now, and did not say then, goes to an open day."""
        page: Day | None = None
        async with self._tools.matching.matched(closed.day, closed.method, files) as found:
            async for difference in found.differences():
                if difference.kind is Kind.BALANCED or await self._findings.known(difference):
                    continue
                page = page or await self._open_day(closed)
                finding = await self._findings.see(difference, page.day, self._clock.now())
                await self._heal([finding], set())
        if page is not None:
            await self._make_cases(page)
            await self.judge(page.day, page.method)

    async def _open_day(self, closed: Day) -> Day:
        earliest = await self._days.earliest_open(closed.method, closed.day)
        if earliest is not None:
            return earliest
        now = self._clock.now()
        today = beijing_day(now)
        for day in (today - timedelta(days=1), today):
            made = await self._days.opened(day, closed.method, now)
            if not made.is_closed:
                return made
        raise DayNotOver(field="day")

    async def _put_off(self, day: Day, why: str) -> Day:
        log.warning(
            "a day cannot be reconciled yet",
            extra={
                "action": "reconciliation_waits",
                "day": day.id,
                "code": why.partition(":")[0],
            },
        )
        if day.is_closed:
            return day
        return await self._days.change(day.id, lambda d: waiting(d, why))
