"""Closing a day: a finance clerk wishes it, a finance reviewer signs; then nothing changes."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import orjson

from channel_gateway.domain.documents import to_document
from channel_gateway.domain.errors import Conflict
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.ports import Chain, ChainEntry, Clock, Member, Role, Sealing
from payment.journal.journal import Journal
from payment.reconciliation.cases.cases import Cases
from payment.reconciliation.days.day import (
    BANK_AWAITED,
    Day,
    DayClosed,
    DayTrigger,
    Part,
    ReconciliationState,
    Signature,
    Standing,
    Wish,
    stepped,
)
from payment.reconciliation.days.days import Days
from payment.reconciliation.days.journal_sums import apart
from payment.reconciliation.days.signing import parts_of, signed, whole
from payment.reconciliation.found.finding import FindingState
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.kinds import HANDLING
from payment.reconciliation.two_people import OwnWork

SIGNED = "day_signed"  # as the journal has it


class DayNotBalanced(Conflict):
    """There are differences that nobody has settled or carried yet."""

    code = "day_not_balanced"
    zh = "该日还有未处理的差错，处理或挂账后才能结账。"


class BankAwaited(Conflict):
    """The bank has not told yet what came in for this day, and its settlement cycle is not over."""

    code = "bank_awaited"
    zh = "银行到账尚未核对，等银行答复或结算周期结束后才能结账。"
    passing = True


class CloseNotWished(Conflict):
    """No finance clerk has asked to close this day as it is now."""

    code = "close_not_wished"
    zh = "请先由财政经办人提交结账，再由复核人签字。"


class NotYourPart(Conflict):
    """This part of closing belongs to another role."""

    code = "not_your_part"
    zh = "您的岗位不能办理这一步。"


class SumsApart(Conflict):
    """The day's sums are not those of the money journal: reconcile it again."""

    code = "sums_apart"
    zh = "该日合计与资金流水不符，请重新对账后再结账。"


@dataclass(frozen=True, slots=True)
class Closing:
    days: Days
    findings: Findings
    cases: Cases
    journal: Chain
    clock: Clock
    sealing: Sealing

    async def wish(self, day: Day, member: Member) -> Day:
        """Again by the same person changes nothing. Raises `DayNotBalanced`, `DayClosed`."""
        if not member.may(Role.FINANCE_CLERK):
            raise NotYourPart
        _closable(day)
        now = self.clock.now()
        digest = whole(await self.parts(day, await self.standing(day, now)))
        wish = Wish(member.name, now, digest)

        def wished(current: Day) -> Day:
            _closable(current)
            known = current.wish
            if known and (known.by, known.report_digest) == (wish.by, wish.report_digest):
                return current
            return replace(current, wish=wish)

        return await self.days.change(day.id, wished)

    async def sign(self, day: Day, member: Member) -> Day:
        """The second person. Raises `CloseNotWished` also where the report has changed since.

        The journal has it before the day is closed: who dies in between signs again. Raises
        `SumsApart` where the journal has gone on since the day was matched.
        """
        if not member.may(Role.FINANCE_REVIEWER):
            raise NotYourPart
        _closable(day)
        now = self.clock.now()
        parts = await self.parts(day, await self.standing(day, now))
        digest = whole(parts)
        _signable(await self.days.get(day.day, day.method), digest, member)
        head = await self.journal.head()
        number, hash = (head.number, head.hash) if head else (0, "")
        if await apart(day, Journal(self.journal), number):
            raise SumsApart(field="day")
        bare = Signature(member.name, now, digest, number, hash, parts)
        await self._enter(day, bare)

        def close(current: Day) -> Day:
            _signable(current, digest, member)
            signature = signed(bare, current, self.sealing)
            closed = stepped(current, DayTrigger.CLOSE)
            return replace(closed, signature=signature, unclosed=None, waiting="")

        return await self.days.change(day.id, close)

    async def parts(self, day: Day, standing: tuple[Standing, ...]) -> tuple[Part, ...]:
        """Of the whole report: sums, files, every difference on it, and how its cases stand."""
        differences = sha256()
        async for finding in self.findings.of_page(day.id):
            if finding.state is not FindingState.GONE:
                document = to_document(finding)
                differences.update(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
        return parts_of(day, differences.hexdigest(), standing)

    async def _enter(self, day: Day, signature: Signature) -> None:
        entry = ChainEntry(
            entry_key(day.id, signature.report_digest),
            SIGNED,
            group=closings_of(day.method),
            day=day.day,
            at=signature.at,
            fields={"by": signature.by, "report_digest": signature.report_digest},
        )
        await self.journal.append(entry)

    async def standing(self, day: Day, at: datetime) -> tuple[Standing, ...]:
        """How the cases of a report stood at a moment, by their ids."""
        cases = self.cases.of_page(day.id)
        return tuple([Standing(case.id, case.stood(at)) async for case in cases])


def _closable(day: Day) -> None:
    if day.is_closed:
        raise DayClosed(field="day")
    if day.state is ReconciliationState.MATCHED and day.waiting == BANK_AWAITED:
        raise BankAwaited(field="day")
    if day.state is not ReconciliationState.BALANCED:
        raise _not_balanced(day)


def _not_balanced(day: Day) -> DayNotBalanced:
    """What exactly keeps it open."""
    if not (day.open_kinds or day.unlisted_fen):
        why = day.waiting or f"it is {day.state}"
        return DayNotBalanced(
            f"it is not matched yet: {why}", field="day", zh="该日尚未核对完毕，请先对账。"
        )
    still_open = ", ".join(f"{each.kind} {each.count}" for each in day.open_kinds)
    kinds = [f"{each.kind} {HANDLING[each.kind].name} {each.count} 笔" for each in day.open_kinds]
    apart = yuan_from_fen(Fen(day.unlisted_fen)) if day.unlisted_fen else ""
    said = [
        f"nobody has settled or carried {still_open}" if still_open else "",
        f"the sums differ by {apart} yuan that no difference explains" if apart else "",
    ]
    told = [*kinds, f"合计另有 {apart} 元不在所列差异中" if apart else ""]
    return DayNotBalanced(
        " and ".join(filter(None, said)),
        field="day",
        zh=f"该日不能结账：{'，'.join(filter(None, told))}。处理或挂账后再提交。",
    )


def _signable(day: Day, digest: str, member: Member) -> None:
    _closable(day)
    if day.wish is None or day.wish.report_digest != digest:
        raise CloseNotWished
    if day.wish.by == member.name:
        raise OwnWork


def closings_of(method: str) -> str:
    """The group of the journal in which the signatures of a method's days stand."""
    return f"{method}|closed"


def entry_key(day_id: str, digest: str) -> str:
    return f"{SIGNED}|{day_id}|{digest}"
