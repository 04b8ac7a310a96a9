"""Closing a day: a finance clerk wishes it, a finance reviewer signs; then nothing changes."""

from dataclasses import dataclass, replace
from hashlib import sha256

import orjson

from channel_gateway.domain.documents import to_document
from channel_gateway.domain.errors import Conflict
from channel_gateway.ports import Chain, Clock, Member, Role
from payment.reconciliation.cases.cases import Cases
from payment.reconciliation.days.day import (
    Day,
    DayClosed,
    DayTrigger,
    ReconciliationState,
    Signature,
    Standing,
    Wish,
    reported,
    stepped,
)
from payment.reconciliation.days.days import Days
from payment.reconciliation.found.findings import Findings
from payment.reconciliation.two_people import OwnWork


class DayNotBalanced(Conflict):
    """There are differences that nobody has settled or carried yet."""

    code = "day_not_balanced"
    zh = "该日还有未处理的差错，处理或挂账后才能结账。"


class CloseNotWished(Conflict):
    """No finance clerk has asked to close this day as it is now."""

    code = "close_not_wished"
    zh = "请先由财政经办人提交结账，再由复核人签字。"


class NotYourPart(Conflict):
    """This part of closing belongs to another role."""

    code = "not_your_part"
    zh = "您的岗位不能办理这一步。"


@dataclass(frozen=True, slots=True)
class Closing:
    days: Days
    findings: Findings
    cases: Cases
    journal: Chain
    clock: Clock

    async def wish(self, day: Day, member: Member) -> Day:
        """Again by the same person changes nothing. Raises `DayNotBalanced`, `DayClosed`."""
        if not member.may(Role.FINANCE_CLERK):
            raise NotYourPart
        _closable(day)
        digest, standing = await self.digest(day)
        wish = Wish(member.name, self.clock.now(), digest, standing)

        def wished(current: Day) -> Day:
            _closable(current)
            known = current.wish
            if known and (known.by, known.report_digest) == (wish.by, wish.report_digest):
                return current
            return replace(current, wish=wish)

        return await self.days.change(day.id, wished)

    async def sign(self, day: Day, member: Member) -> Day:
        """The second person. Raises `CloseNotWished` also where the report has changed since."""
        if not member.may(Role.FINANCE_REVIEWER):
            raise NotYourPart
        _closable(day)
        digest, _ = await self.digest(day)
        head = await self.journal.head()
        signature = Signature(
            member.name,
            self.clock.now(),
            digest,
            head.number if head else 0,
            head.hash if head else "",
        )

        def signed(current: Day) -> Day:
            _closable(current)
            if current.wish is None or current.wish.report_digest != digest:
                raise CloseNotWished
            if current.wish.by == member.name:
                raise OwnWork
            return replace(
                stepped(current, DayTrigger.CLOSE), signature=signature, unclosed=None, waiting=""
            )

        return await self.days.change(day.id, signed)

    async def digest(self, day: Day) -> tuple[str, tuple[Standing, ...]]:
        """Of the whole report: sums, files, every difference, and how its case stands.

        Of a closed day with the cases as they stood then, so that it can be checked for ever.
        """
        standing = day.wish.standing if day.is_closed and day.wish else await self._standing(day)
        whole = sha256(orjson.dumps(reported(day), option=orjson.OPT_SORT_KEYS))
        async for finding in self.findings.of_page(day.id):
            document = to_document(finding)
            whole.update(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
        for each in standing:
            whole.update(f"{each.case_id} {each.state};".encode())
        return whole.hexdigest(), standing

    async def holds(self, day: Day) -> bool:
        """Whether a closed day's report is still the one that was signed."""
        digest, _ = await self.digest(day)
        return day.signature is not None and day.signature.report_digest == digest

    async def _standing(self, day: Day) -> tuple[Standing, ...]:
        cases = [case async for case in self.cases.of_page(day.id)]
        return tuple(Standing(case.id, case.state) for case in sorted(cases, key=lambda c: c.id))


def _closable(day: Day) -> None:
    if day.is_closed:
        raise DayClosed(field="day")
    if day.state is not ReconciliationState.BALANCED:
        raise DayNotBalanced(field="day")
