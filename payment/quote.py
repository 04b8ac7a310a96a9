"""What is to be paid at this moment, and until when that holds. Pure.

The late fee is reckoned here from the notice's own items, and must agree with what finance says:
two independent sums, or nothing is charged.
"""

from dataclasses import dataclass
from datetime import datetime

from channel_gateway.domain.errors import Conflict, Refused
from channel_gateway.domain.late_fee import LateFee, late_fee
from channel_gateway.domain.money import NOTHING, Fen, yuan_from_fen
from channel_gateway.domain.notices import Notice, NoticeState


class QuoteDisagrees(Refused):
    """Our sum and the finance authority's differ: a person has to look before anybody pays."""

    code = "quote_disagrees"
    zh = "该缴款单的金额正在核对，请明天再试，或到办事大厅办理。"
    passing = True


class NoticePaid(Conflict):
    """This notice is paid; there is nothing left to pay."""

    code = "notice_paid"
    zh = "该缴款单已缴清，无需再缴。"


class NoticePaidElsewhere(NoticePaid):
    """This notice is paid, but not through us: at a bank's counter, or on another platform."""

    code = "notice_paid_elsewhere"
    zh = "该缴款单已在其他渠道缴清，无需再缴。"


class NoticeDisputed(Conflict):
    """Money was received for this notice, and finance wants another amount: people decide."""

    code = "notice_disputed"
    zh = "该缴款单已收到一笔款项，但与应缴金额不符，正在核实，请勿重复缴款。"


class NoticeExempt(Conflict):
    """An authority has waived this notice: nothing is owed."""

    code = "notice_exempt"
    zh = "该缴款单已获准减免，不用缴款。"


class NoticeVoid(Conflict):
    """This notice was withdrawn; there is nothing to pay."""

    code = "notice_void"
    zh = "该缴款单已作废，不用再缴；如有疑问请联系开单单位。"


class QuoteStale(Conflict):
    """The total has changed since it was shown: look at the new one and confirm it."""

    code = "quote_stale"
    zh = "金额已更新，请核对后再确认缴款。"

    def __init__(self, quote: "Quote") -> None:
        super().__init__(field="total_fen")
        self.zh = f"金额已更新为{yuan_from_fen(quote.total_fen)}元，请核对后再确认缴款。"
        self.extra = {"total_fen": quote.total_fen, "late_fee_fen": quote.late_fee_fen}


@dataclass(frozen=True, slots=True)
class Quote:
    notice: Notice
    late: LateFee

    @property
    def late_fee_fen(self) -> Fen:
        return self.late.fen

    @property
    def valid_until(self) -> datetime | None:
        """The sooner of our reckoning and finance's word: some authorities name no rate."""
        ends = (self.late.valid_until, self.notice.valid_until)
        return min((end for end in ends if end is not None), default=None)

    @property
    def total_fen(self) -> Fen:
        return Fen(self.notice.principal_fen + self.late_fee_fen)


def quote(notice: Notice, now: datetime) -> Quote:
    """Reckon the total. Raises `QuoteDisagrees`, `NoticePaid`, `NoticeVoid`, `NoticeExempt`.

    What an authority has taken off (减) is finance's: an item's amount is what it is owed now.
    """
    if notice.state is NoticeState.PAID:
        raise NoticePaidElsewhere if notice.paid_elsewhere else NoticePaid
    if notice.state is NoticeState.VOIDED:
        raise NoticeVoid
    if notice.state is NoticeState.WAIVED:
        raise NoticeExempt
    late = late_fee(notice.items, notice.due_on, now, notice.pauses)
    principal = sum(item.amount_fen for item in notice.items)
    if (principal, late.fen) != (notice.principal_fen, notice.late_fee_fen):
        raise QuoteDisagrees
    if principal + late.fen == NOTHING:
        raise NoticeExempt
    return Quote(notice, late)


def still_holds(offered: Quote, total_fen: int) -> None:
    """Refuse a total that is not today's. Raises `QuoteStale`, which carries the new one."""
    if total_fen != offered.total_fen:
        raise QuoteStale(offered)
