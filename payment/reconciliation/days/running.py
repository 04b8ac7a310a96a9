"""Running a day: match, heal, match again, and make a case of what is left.

Running it again over the same books changes nothing. What is found about a closed day goes to the
earliest open one, as an adjustment that names its day.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Invalid, RefusedForNow, Unavailable
from channel_gateway.ports import Clock
from payment.ports import BillFile, BillSource, BillWrong
from payment.reconciliation.bill_files.bills import FetchedDay
from payment.reconciliation.bill_files.day import DayState as Fetching
from payment.reconciliation.days.adjusting import Adjusting, DayNotOver
from payment.reconciliation.days.bank_side import BankSide
from payment.reconciliation.days.day import (
    Day,
    DayTrigger,
    KeptFile,
    ReconciliationState,
    begins_with,
    filed,
    judged,
    stepped,
    waiting,
)
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.following_up import FollowingUp
from payment.reconciliation.days.matching import MatchedDay
from payment.reconciliation.days.owed_back import AllOwed
from payment.reconciliation.entries import BY_TRANSFER, EntryState, Movement
from payment.reconciliation.gathering.sources import KeptBills, OwnBooks
from payment.reconciliation.progress import Progress, Step, unsaid

log = logging.getLogger(__name__)

BILLS_ARE_KEPT = timedelta(days=366)  # by platforms, three months; nobody asks of earlier days
ROUNDS = 3  # matchings of one run: healing may bring more to heal, but not for ever


class DayTooOld(Invalid):
    """Nobody reconciled this day in its time, and no platform gives out its bills any more."""

    code = "day_too_old"
    zh = "该日已超出支付平台提供对账单的期限，无法对账。"


class NoSuchMethod(Invalid):
    """No bills are fetched for this payment method."""

    code = "no_such_method"
    zh = "没有这种支付方式的对账单。"


class Matching(Protocol):
    """See `payment.reconciliation.days.matching`."""

    def matched(
        self, day: date, method: str, files: Sequence[BillFile], said: Progress
    ) -> AbstractAsyncContextManager[MatchedDay]: ...


class Owing(Protocol):
    """See `payment.reconciliation.gathering.owing`."""

    async def at_end_of(self, day: date, method: str) -> AllOwed: ...


@dataclass(frozen=True, slots=True)
class RunTools:
    """What a run works with."""

    days: Days
    following_up: FollowingUp
    adjusting: Adjusting
    own: OwnBooks
    bills: KeptBills
    sources: Mapping[str, BillSource]
    matching: Matching
    owing: Owing
    bank: BankSide
    clock: Clock


class Running:
    def __init__(self, tools: RunTools) -> None:
        self._tools = tools
        self._days = tools.days
        self._following_up = tools.following_up
        self._clock = tools.clock

    async def run(
        self, day: date, method: str, said: Progress = unsaid, *, again: bool = False
    ) -> Day:
        """Reconcile a day of one payment method; returns what became of it.

        `again`: the platform is asked for its bills although they are here. Without bills the day
        stays as it was, and says why. Raises `DayNotOver`, `DayTooOld`,
        `NoSuchMethod`.
        """
        if method not in self._tools.sources:
            raise NoSuchMethod(field="method")
        now = self._clock.now()
        today = beijing_day(now)
        if day >= today:
            raise DayNotOver(field="day")
        if today - day > BILLS_ARE_KEPT and await self._days.of(day, method) is None:
            raise DayTooOld(field="day")
        known = await self._days.opened(day, method, now)
        try:
            said(Step.BILLS, 0)
            fetched = await self._fetched(day, method, again=again)
            if fetched.state in (Fetching.LATE, Fetching.WRONG):
                return await self._put_off(known, fetched.why)
            if known.is_closed:
                await self._look_at_closed(known, fetched, said)
                return known
            files = await self._kept(fetched)
            known = await self._days.change(known.id, lambda d: filed(d, files))
            matched = await self._matched(known, fetched, said)
        except (BillWrong, Unavailable, RefusedForNow) as trouble:
            return await self._put_off(known, f"{trouble.code}: {trouble}")
        after = await self._days.of(day + timedelta(days=1), method)
        if after is not None and not begins_with(after, matched):
            await self.run(after.day, method, said)
        return matched

    async def judge(self, day: date, method: str) -> Day:
        """Whether all that was found is dealt with by now; asked after each change of a case."""
        known = await self._days.get(day, method)
        if known.is_closed:
            return known
        found = await self._following_up.look_over(known.id)

        def looked_at(current: Day) -> Day:
            awaited = self._tools.bank.is_awaited(current)
            changed = judged(current, dealt_with=not found.open_kinds, bank_awaited=awaited)
            return replace(changed, kinds=found.kinds, open_kinds=found.open_kinds)

        return await self._days.change(known.id, looked_at)

    async def awaits_bank_alone(self, day: Day) -> bool:
        """Whether running it now would bring nothing: all else agrees, and the bank is silent."""
        if day.state is not ReconciliationState.MATCHED or not self._tools.bank.is_awaited(day):
            return False
        return await self._tools.bank.credited_fen(day) is None

    async def _fetched(self, day: date, method: str, *, again: bool) -> FetchedDay:
        ask = self._tools.bills.fetch if again else self._tools.bills.of
        return await ask(method, day, taken=await self._has_moved(method, day))

    async def _has_moved(self, method: str, day: date) -> bool:
        """Whether we have anything of the day that the channel's bill must have."""
        async for booked in self._tools.own.of_day(method, day):
            if booked.entry.state not in BY_TRANSFER:
                return True
        async for booked in self._tools.own.taken_out(method, day):
            if booked.entry.state != EntryState.IDENTIFIED:
                return True
        return False

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
        bank_fen = await self._tools.bank.credited_fen(day)
        matched = self._tools.matching.matched
        for _ in range(ROUNDS):
            began = self._clock.now()
            async with matched(day.day, day.method, fetched.files, said) as found:
                day = await self._booked(day, fetched.settled_fen, bank_fen, found)
                credit = self._tools.bank.differences(day)
                seen = await self._following_up.see(day, found.differences(), credit, said)
            healed = await self._following_up.heal(seen.open_ids, tried, said)
            if not healed and not (seen.healed_at and seen.healed_at > began):
                break  # nor did another run heal something while this one matched
        said(Step.CASES, 0)
        await self._following_up.make_cases(day)
        owed = await self._tools.owing.at_end_of(day.day, day.method)
        await self._days.change(day.id, lambda current: replace(current, owed_back=owed))
        return await self.judge(day.day, day.method)

    async def _booked(
        self, day: Day, settled_fen: int, bank_fen: int | None, found: MatchedDay
    ) -> Day:
        """The sums as matched; the same books again leave the document as it is."""
        before = await self._days.of(day.day - timedelta(days=1), day.method)
        opening = {each.unit_code: each.closing_fen for each in before.transit} if before else {}
        carried_fen = min(0, before.due_fen) if before else 0
        late = await self._late(before) if before else {}
        repeated, unlisted_fen = await found.repeated(), await found.unlisted_fen()
        counting, now = found.books.counting, self._clock.now()

        def booked(current: Day) -> Day:
            matched = replace(
                current,
                inputs=found.books.inputs,
                channel=found.channel,
                gateway=counting.gateway,
                finance=counting.finance,
                rows=counting.sorted_rows(),
                transit=counting.in_transit(opening, late),
                settled_fen=settled_fen,
                carried_fen=carried_fen,
                bank_fen=bank_fen,
                given_back_fen=counting.given_back_fen,
                identified_fen=counting.identified_fen,
                repeated=repeated,
                remarks=tuple(found.books.remarks),
                unlisted_fen=unlisted_fen,
            )
            if matched == current and current.state is not ReconciliationState.FILE_OK:
                return current
            return replace(stepped(matched, DayTrigger.MATCH), matched_at=now, wish=None)

        return await self._days.change(day.id, booked)

    async def _late(self, before: Day) -> dict[str, int]:
        """By unit, what moved until a closed day and was not known when it was signed."""
        late: dict[str, int] = {}
        if before.signature is None:
            return late
        known = before.signature.journal_number
        async for booked in self._tools.own.late(before.method, before.day, after=known):
            entry = booked.entry
            fen = entry.amount_fen if entry.movement == Movement.PAYMENT else -entry.amount_fen
            late[entry.unit_code] = late.get(entry.unit_code, 0) + fen
        return late

    async def _look_at_closed(self, closed: Day, fetched: FetchedDay, said: Progress) -> None:
        """What a closed day's books say now, and did not say then, goes to an open day."""
        bank_fen = await self._tools.bank.credited_fen(closed)
        now = replace(closed, settled_fen=fetched.settled_fen, bank_fen=bank_fen)
        credit = self._tools.bank.differences(now)
        matched = self._tools.matching.matched
        async with matched(closed.day, closed.method, fetched.files, said) as found:
            pages = await self._tools.adjusting.see(closed, found.differences(), credit)
        for page in pages:
            await self._following_up.make_cases(page)
            await self.judge(page.day, page.method)

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
