"""What payment needs of a platform. A connector offers `PaymentMethod` under its own name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from channel_gateway.domain.errors import Conflict, GatewayError, RefusedForNow, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Notice
from channel_gateway.domain.people import BankAccount, OpenId, PersonName
from channel_gateway.ports import FinanceAuthority, OwedNotices
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.facts import Fact, PaymentFact, RefundFact
from payment.lines import OrderLine
from payment.reconciliation.columns import Columns
from payment.reconciliation.entries import Entry
from payment.reconciliation.wrong_bills import BillWrong as BillWrong
from payment.reconciliation.wrong_bills import Remark as Remark
from payment.reconciliation.wrong_bills import unsaid as unsaid


class ClosesByItself(RefusedForNow):
    """The platform closes an unpaid order by itself alone, when its time is over: ask it then."""

    code = "closes_by_itself"
    zh = "该订单不能提前关闭，超时未支付将自动关闭，请稍后再试。"
    passing = True


class OrderClosed(Conflict):
    """The platform has closed this order: it cannot be paid any more."""

    code = "order_closed"
    zh = "订单已关闭，请重新缴款。"


class AlreadyPaid(Conflict):
    """The platform has this order as paid: ask it for the fact."""

    code = "already_paid"
    zh = "这笔订单已经支付，不用再付。"


@dataclass(frozen=True, slots=True)
class Payable:
    """An order as a platform must know it. Preparing the same again gives the same answer."""

    order_id: str  # out_trade_no: 6-32 of 0-9 A-Z a-z
    amount_fen: Fen
    description: str  # shown to the citizen by the platform
    payer: OpenId
    expires_at: datetime  # the platform must not take money after this moment
    notice: Notice  # what it pays
    lines: tuple[OrderLine, ...] = ()  # for what, line by line; where they are said they add up


@dataclass(frozen=True, slots=True)
class Repayment:
    """A refund as a platform must know it; `refund_no` makes it repeatable."""

    order_id: str
    transaction: str
    refund_no: str
    amount_fen: Fen
    total_fen: Fen  # of the order
    reason: str  # shown to the citizen


@dataclass(frozen=True, slots=True)
class PayeeCard:
    """Another account of the citizen's, for a refund that the first one does not take."""

    bank: str  # in the platform's own words: ICBC_DEBIT
    account: BankAccount
    holder: PersonName


@runtime_checkable
class RefundsToCards(Protocol):
    """A payment method that can send an ABNORMAL refund to another account."""

    async def refund_to_card(self, order_id: str, refund_no: str, card: PayeeCard) -> RefundFact:
        """Raises as `PaymentMethod` does; `Refused` also when it was sent there before."""
        ...


class Finance(FinanceAuthority, OwedNotices, Protocol):
    """All finance authorities, as payment works with them: see `payment.authorities`."""

    def collects(self, notice: Notice) -> bool:
        """Whether money for this notice can be taken here."""
        ...

    def keeps(self, authority: str, pay_code: str, unit_code: str) -> bool:
        """Whether a notice is this authority's, by its plug-in; an empty unit is not known."""
        ...


class PaymentMethod(Protocol):
    """A platform that moves money. Every call may be repeated with the same numbers.

    All raise `Unavailable` when it is unknown whether the platform acted, an answer that cannot be
    believed included; `TooMany` when it wants to be asked less often, and did nothing; `Refused`
    when it said no for good, which makes a dead letter at once; `RefusedForNow` when the same may
    succeed later (a balance that is too low).
    """

    name: str
    channel: str  # whose citizens pay with it
    app: str  # what a fact must name to be about us
    merchant: str

    async def prepare(self, order: Payable) -> str:
        """Make the order known; returns the platform's handle (`prepay_id`, `trade_no`).

        Raises `AlreadyPaid`, `OrderClosed`.
        """
        ...

    def pay_parameters(self, handle: str, *, now: datetime, nonce: str) -> dict[str, str]:
        """What the mini-program passes to `wx.requestPayment` or `my.tradePay`.

        With a `kind` it is for neither: the word says what the page has to do with the rest.
        """
        ...

    async def ask(self, order_id: str) -> PaymentFact: ...

    async def close(self, order_id: str) -> None:
        """Close at the platform; closed or unknown there is done.

        Raises `AlreadyPaid`; `ClosesByItself` where the platform has no such call.
        """
        ...

    async def refund(self, repayment: Repayment) -> RefundFact: ...

    async def ask_refund(self, order_id: str, refund_no: str) -> RefundFact: ...

    async def read_callback(self, request: HttpRequest, now: datetime) -> Fact | None:
        """Check age and signature over the raw bytes, then read. None: true, but not our matter.

        The fact names for whom it is, or is not believed: a payment's app and merchant, a refund's
        merchant at least. Every text in it is a `str`.

        Raises `Forged`, `Stale`, `Malformed`.
        """
        ...

    def answer(self, *, accepted: bool) -> HttpResponse:
        """The platform's own words for «have it» and for «send it again».

        A refusal travels with a status of 400 (it is wrong) or 503 (we could not keep it): no
        platform takes either for an acknowledgement.
        """
        ...


@runtime_checkable
class SaysWhy(Protocol):
    """A `PaymentMethod` whose platform wants to be told why a callback is refused."""

    def refusal(self, error: GatewayError) -> HttpResponse:
        """Like `answer(accepted=False)`, with the platform's word for what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class BillFile:
    """A bill as the platform gave it, its transport undone: one plain text, its hash checked."""

    kind: str  # the platform's word: ALL, SUCCESS, REFUND, fund_flow, trade, signcustomer
    content: Path  # where it lies, uncompressed, in the platform's own encoding
    digest: str  # SHA-256 of the content, hex
    signed_hash: str = ""  # what the platform signed for it, `SHA1 79bb…`; empty: it signs none


class BillLate(Unavailable):
    """The platform has not made this day's bill yet: ask again later."""

    code = "bill_late"


class BillSource(Protocol):
    """A platform that gives out bills of a day. Offered under its payment method's name."""

    name: str
    trades: str  # the kind of bill whose entries are the day's movements

    async def fetch(self, day: date, into: Path) -> tuple[BillFile, ...]:
        """Every bill of a Beijing day; none on a day without business.

        Raises `BillLate`, `BillWrong` (a hash, a form), `Unavailable`.
        """
        ...

    def entries(self, bill: BillFile) -> Iterator[Entry]:
        """The movements of a trade bill, streamed. Raises `BillWrong`, naming line and column."""
        ...

    def columns(self, bill: BillFile, remark: Remark = unsaid) -> Iterator[Columns]:
        """The same as columns, in any order: for bills of any size. Raises the same.

        `remark`: what is odd about a bill that can be used, a new column or a line set aside.
        """
        ...

    def counts_repeats(self, bill: BillFile) -> bool:
        """Whether a trade bill's own sums count a line as often as it stands there.

        Asked of one that repeats a line: the platform may have written it twice and counted it
        once. Raises the same.
        """
        ...

    def settled_fen(self, bills: Sequence[BillFile]) -> int:
        """What the bank is to receive for this day: payments less refunds less fees."""
        ...
