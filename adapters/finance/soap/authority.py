"""Notices that are paid on the platform: issued into our keeping, looked up, withdrawn."""

import hmac

from adapters.finance.soap.kept import Kept, KeptNotices, State, notice_no, paid_as
from adapters.finance.soap.notices import LENGTH_OF_CHANNEL
from adapters.finance.soap.platform import Platform
from channel_gateway.domain.errors import Conflict, NotFound
from channel_gateway.domain.late_fee import late_fee
from channel_gateway.domain.notices import IssuedNotice, Notice, NoticeDraft, NoticeState
from channel_gateway.domain.people import PersonName
from channel_gateway.ports import Clock, NoticePaidAlready, Randomness

_DIGITS = 4


class NoticePaidShort(Conflict):
    """The authority's own platform took less for this notice than it comes to."""

    code = "notice_paid_short"
    zh = "该缴款单已在财政统一公共支付平台缴款，但金额不足，工作人员正在核实，请勿重复缴款。"


class SoapAuthority:
    """A `NoticeAuthority`, and `OwnCodes`."""

    def __init__(
        self,
        channel_no: str,
        kept: KeptNotices,
        platform: Platform,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self.codes_begin = channel_no
        self._channel_no = channel_no
        self._kept = kept
        self._platform = platform
        self._clock = clock
        self._randomness = randomness

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        kept = await self._of_ours(pay_code)
        if not hmac.compare_digest(self._kept.opened(kept.check_code), check_code):
            raise NotFound("there is no such notice", field="pay_code")
        known = await self._as_it_is(kept)
        if known.state is State.SHORT:
            raise NoticePaidShort(field="pay_code")
        return self._notice(known)

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        id, check_code = notice_no(self._channel_no, number), self._randomness.token(_DIGITS)
        kept = await self._kept.keep(id, number, draft, check_code, self._clock.now())
        return IssuedNotice(self._notice(kept), self._kept.opened(kept.check_code))

    async def void(self, pay_code: str, reason: str) -> None:
        """The platform pulls it no more; whoever has it open there may still be faster."""
        kept = await self._as_it_is(await self._of_ours(pay_code))
        if kept.state in (State.PAID, State.SHORT):
            raise NoticePaidAlready
        await self._kept.void(pay_code)

    async def _of_ours(self, pay_code: str) -> Kept:
        if pay_code[:LENGTH_OF_CHANNEL] != self._channel_no:
            raise NotFound("there is no such notice", field="pay_code")
        return await self._kept.get(pay_code)

    async def _as_it_is(self, kept: Kept) -> Kept:
        """Ask the platform while it may have been paid; its push may be late, or lost."""
        if kept.state is not State.UNPAID:
            return kept
        paid = await self._platform.payment_of(kept.id)
        if paid is None:
            return kept
        await self._kept.ask_about(kept.id, self._clock.now())
        return paid_as(kept, paid)

    def _notice(self, kept: Kept) -> Notice:
        late = late_fee(kept.items, kept.due_on, self._clock.now())
        return Notice(
            region=kept.id[:6],
            pay_code=kept.id,
            unit_code=kept.unit_code,
            unit_name=kept.unit_name,
            payer_name=PersonName(self._kept.opened(kept.payer_name)),
            items=kept.items,
            due_on=kept.due_on,
            principal_fen=kept.total_fen,
            late_fee_fen=late.fen,
            valid_until=late.valid_until,
            state=NoticeState(kept.state),
            paid_elsewhere=kept.state is State.PAID,
        )
