"""The finance authorities we work with, as one: each notice is the one's of its region and unit."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from channel_gateway.domain.errors import GatewayError, NotFound, Refused, TooMany, Unavailable
from channel_gateway.domain.notices import (
    Confirmation,
    GivenBack,
    IssuedNotice,
    Notice,
    NoticeDraft,
    Receipt,
)
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import (
    FinanceAuthority,
    NoticeAuthority,
    NoticePaidAlready,
    NoticeVoided,
    OwedNotices,
)

Said = TypeVar("Said")


class NotCollectedHere(Refused):
    """This notice is paid on the authority's own platform, not here."""

    code = "not_collected_here"
    zh = "该缴款单请在财政统一公共支付平台缴纳，本平台不能代收。"


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """Whose notices an authority keeps; with units and no region, whose it issues and no more."""

    authority: NoticeAuthority
    region: str = ""  # how its pay codes begin; empty: everywhere
    units: frozenset[str] = frozenset()  # empty: every unit there
    name: str = ""  # of the plug-in

    def covers(self, pay_code: str, unit_code: str) -> bool:
        """What is not known, empty, speaks against nobody."""
        if self.units and unit_code and unit_code not in self.units:
            return False
        if not pay_code:
            return True
        return pay_code.startswith(self.region) and bool(self.region or not self.units)


class Authorities:
    """Every authority of the settings; the nearest jurisdiction that covers a notice has it."""

    def __init__(self, jurisdictions: Iterable[Jurisdiction]) -> None:
        """Of two that cover a notice that of the longer region is nearer, else the first."""
        self.jurisdictions = tuple(sorted(jurisdictions, key=lambda each: -len(each.region)))

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        """Ask whoever may have it, the nearest first: the code does not tell the unit."""
        return await self._found(pay_code, lambda each: each.look_up(pay_code, check_code))

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        """Of all authorities that can be asked by person."""
        owed: list[Notice] = []
        for authority in self._covering("", ""):
            if isinstance(authority, OwedNotices):
                owed += await authority.owed_by(id_number, name)
        return tuple(owed)

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        return await self._issuing(draft.unit_code).issue(number, draft)

    async def void(self, pay_code: str, reason: str) -> None:
        await self._found(pay_code, lambda each: each.void(pay_code, reason))

    async def confirm(self, confirmation: Confirmation) -> datetime:
        return await self._collecting(confirmation).confirm(confirmation)

    async def receipt(self, paid: Confirmation) -> Receipt | None:
        return await self._collecting(paid).receipt(paid)

    async def report_refund(self, paid: Confirmation, refund: GivenBack) -> Receipt | None:
        return await self._collecting(paid).report_refund(paid, refund)

    def collects(self, notice: Notice) -> bool:
        """Whether money for this notice can be taken here."""
        return isinstance(self._one(notice.pay_code, notice.unit_code), FinanceAuthority)

    def keeps(self, authority: str, pay_code: str, unit_code: str) -> bool:
        """Whether a notice is this authority's; while its unit is not known it may be several's."""
        names = [each.name for each in self.jurisdictions if each.covers(pay_code, unit_code)]
        return authority in (names[:1] if unit_code else names)

    async def _found(
        self, pay_code: str, ask: Callable[[NoticeAuthority], Awaitable[Said]]
    ) -> Said:
        """What the one says that has it; who is away or refuses does not hide who has.

        Else nobody has it for certain only if nobody was in trouble.
        """
        troubles: list[GatewayError] = []
        for authority in self._covering(pay_code, ""):
            try:
                return await ask(authority)
            except NotFound:
                continue
            except (NoticePaidAlready, NoticeVoided):
                raise  # who says so has it
            except (Refused, TooMany, Unavailable) as trouble:
                troubles.append(trouble)
        if troubles:
            raise min(troubles, key=lambda each: not each.passing)
        raise NotFound("no authority has such a notice", field="pay_code")

    def _collecting(self, paid: Confirmation) -> FinanceAuthority:
        authority = self._one(paid.pay_code, paid.unit_code)
        if not isinstance(authority, FinanceAuthority):
            raise NotCollectedHere(field="pay_code")
        return authority

    def _issuing(self, unit_code: str) -> NoticeAuthority:
        """No pay code tells the region yet: who names the unit, else who has no region."""
        covering = [each for each in self.jurisdictions if each.covers("", unit_code)]
        named = [each for each in covering if unit_code in each.units]
        everywhere = [each for each in covering if not each.region]
        for each in (*named, *everywhere, *covering):
            return each.authority
        raise NotFound("no finance authority is in charge of this unit")

    def _one(self, pay_code: str, unit_code: str) -> NoticeAuthority:
        for authority in self._covering(pay_code, unit_code):
            return authority
        raise NotFound("no finance authority is in charge of this region and unit")

    def _covering(self, pay_code: str, unit_code: str) -> list[NoticeAuthority]:
        """The nearest first, each once."""
        found = (each.authority for each in self.jurisdictions if each.covers(pay_code, unit_code))
        return list({id(authority): authority for authority in found}.values())
