"""Hand-written fakes of payment's ports: a platform and a finance authority that can be told what
to do, a clock that is moved, names that count.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from channel_gateway.domain.days import next_midnight
from channel_gateway.domain.errors import GatewayError, NotFound, TooMany, Unavailable
from channel_gateway.domain.late_fee import late_fee
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import (
    Confirmation,
    FeeItem,
    GivenBack,
    IssuedNotice,
    LateRule,
    Notice,
    NoticeDraft,
    NoticeState,
    Pause,
    Receipt,
)
from channel_gateway.domain.people import IdNumber, OpenId, PersonName
from channel_gateway.ports import FeeMoney, NoticePaidAlready, NoticeSettledElsewhere, Telling
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from payment.facts import Fact, PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, Payable, PayeeCard, Repayment
from payment.traces.trace import Trace
from tests.unit.payment.samples import NOW

CHECK_CODE = "1357"


class MovedClock:
    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def move(self, **by: float) -> None:
        self._now += timedelta(**by)


class CountingNames:
    def __init__(self) -> None:
        self._count = 0

    def token(self, length: int) -> str:
        self._count += 1
        return str(self._count).zfill(length)


@dataclass
class KnownIdentities:
    persons: dict[str, str] = field(default_factory=dict)  # of the accounts whose name is proven

    async def openid(self, citizen: str) -> OpenId:
        return OpenId(f"openid-of-{citizen}")

    async def person(self, citizen: str) -> str:
        return self.persons.get(citizen, citizen)


@dataclass
class FakePlatform:
    """A `PaymentMethod` that remembers; `lost` names the calls whose answers get lost once."""

    name: str = "wechat_pay"
    channel: str = "wechat"
    app: str = "wx1"
    merchant: str = "1900000001"
    lost: list[str] = field(default_factory=list)
    down: bool = False
    facts: dict[str, PaymentFact] = field(default_factory=dict)
    refunds: dict[str, RefundFact] = field(default_factory=dict)
    refund_status: RefundStatus = RefundStatus.DONE
    calls: list[str] = field(default_factory=list)
    refuses: GatewayError | None = None  # every refund
    refuses_closing: GatewayError | None = None
    seconds_between_refunds: int = 0
    clock: MovedClock | None = None
    sent_at: list[datetime] = field(default_factory=list)  # refunds
    cards: list[PayeeCard] = field(default_factory=list)  # that refunds were sent to instead

    async def prepare(self, order: Payable) -> str:
        self._answer("prepare before")
        known = self.facts.get(order.order_id)
        if known is None:
            self.facts[order.order_id] = PaymentFact(order.order_id, PaymentStatus.UNPAID)
        elif known.status is PaymentStatus.PAID:
            raise AlreadyPaid
        self._answer("prepare")
        return f"handle-{order.order_id}"

    def pay_parameters(self, handle: str, *, now: datetime, nonce: str) -> dict[str, str]:
        return {"handle": handle}

    async def ask(self, order_id: str) -> PaymentFact:
        self._answer("ask")
        return self.facts.get(order_id, PaymentFact(order_id, PaymentStatus.ABSENT))

    async def close(self, order_id: str) -> None:
        known = self.facts.get(order_id)
        if self.refuses_closing:
            raise self.refuses_closing
        if known is not None and known.status is PaymentStatus.PAID:
            raise AlreadyPaid
        self.facts[order_id] = PaymentFact(order_id, PaymentStatus.CLOSED)
        self._answer("close")

    async def refund(self, repayment: Repayment) -> RefundFact:
        number = repayment.refund_no
        if self.refuses:
            raise self.refuses
        if self.clock is not None and number not in self.refunds:
            since = [(self.clock.now() - at).total_seconds() for at in self.sent_at[-1:]]
            if since and since[0] < self.seconds_between_refunds:
                raise TooMany(retry_after_s=self.seconds_between_refunds + 5)
            self.sent_at.append(self.clock.now())
        self.refunds.setdefault(
            number,
            RefundFact(
                repayment.order_id,
                number,
                self.refund_status,
                repayment.amount_fen,
                transaction=repayment.transaction,
                merchant=self.merchant,
            ),
        )
        self._answer("refund")
        return self.refunds[number]

    async def refund_to_card(self, order_id: str, refund_no: str, card: PayeeCard) -> RefundFact:
        self._answer("refund_to_card")
        if self.refuses:
            raise self.refuses
        self.cards.append(card)
        known = replace(self.refunds[refund_no], status=RefundStatus.PROCESSING)
        self.refunds[refund_no] = known
        return known

    async def ask_refund(self, order_id: str, refund_no: str) -> RefundFact:
        self._answer("ask_refund")
        absent = RefundFact(order_id, refund_no, RefundStatus.ABSENT)
        return self.refunds.get(refund_no, absent)

    async def read_callback(self, request: HttpRequest, now: datetime) -> Fact | None:
        number = request.body.decode()
        return self.facts.get(number) or self.refunds[number]

    def answer(self, *, accepted: bool) -> HttpResponse:
        return HttpResponse(200 if accepted else 500, Headers())

    def pay(self, order_id: str, amount_fen: Fen, at: datetime) -> PaymentFact:
        """The citizen pays."""
        self.facts[order_id] = PaymentFact(
            order_id,
            PaymentStatus.PAID,
            app=self.app,
            merchant=self.merchant,
            amount_fen=amount_fen,
            transaction=f"T{self.name}{order_id}",
            paid_at=at,
        )
        return self.facts[order_id]

    def _answer(self, call: str) -> None:
        self.calls.append(call)
        if self.down:
            raise Unavailable(f"{self.name} is down")
        if call in self.lost:
            self.lost.remove(call)
            raise Unavailable(f"the answer to {call} was lost")


class Noted:
    """Keeps traces in mind. Implements `Notes`."""

    def __init__(self) -> None:
        self.traces: list[Trace] = []

    async def note(self, trace: Trace) -> None:
        self.traces.append(trace)


@dataclass
class FakeWatcher:
    """A `FeeWatcher` that wants any money, until it is told otherwise."""

    wants: bool = True
    heard: list[tuple[str, str]] = field(default_factory=list)
    down: bool = False

    async def paid(self, money: FeeMoney) -> bool:
        self.heard.append(("paid", money.order_id))
        return self.wants

    async def returned(self, money: FeeMoney) -> None:
        if self.down:
            raise Unavailable("away")
        self.heard.append(("returned", money.order_id))


@dataclass
class FakeMessenger:
    """A `Messenger` that keeps what it is told, by id."""

    told: dict[str, Telling] = field(default_factory=dict)
    down: bool = False

    async def tell(self, telling: Telling, now: datetime) -> None:
        if self.down:
            raise Unavailable("away")
        self.told.setdefault(telling.id, telling)

    def said(self) -> list[tuple[str, dict[str, str]]]:
        return [(each.happening.value, dict(each.words)) for each in self.told.values()]


@dataclass
class FakeDepartments:
    """`Departments` that keep what they are told."""

    told: dict[str, tuple[str, str, dict[str, Any]]] = field(default_factory=dict)
    down: bool = False

    def connected(self, department: str) -> bool:
        return department == "traffic_police"

    async def tell(
        self, department: str, event_id: str, kind: str, data: dict[str, Any], at: datetime
    ) -> None:
        if self.down:
            raise Unavailable("away")
        self.told[event_id] = department, kind, data

    async def ask(self, department: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        raise Unavailable("nobody answers")


@dataclass
class FakeFinance:
    """A finance authority with one notice; late fees grow by its own clock."""

    clock: MovedClock
    due_on: date = date(2026, 3, 1)
    rate: int = 300
    paid_by: str | None = None
    state: NoticeState = NoticeState.UNPAID
    down: bool = False
    confirmations: dict[str, Confirmation] = field(default_factory=dict)
    drafts: dict[str, NoticeDraft] = field(default_factory=dict)
    reported: dict[str, Fen] = field(default_factory=dict)
    refuses: GatewayError | None = None  # every confirmation
    receipts_ready: bool = True
    loses_answers: int = 0  # to so many confirmations, which it booked
    looked_up: int = 0
    paid_elsewhere: bool = False
    pauses: tuple[Pause, ...] = ()

    def notice(self) -> Notice:
        now = self.clock.now()
        items = (FeeItem("103050101", "交通违法罚款", "次", 1, Fen(20000), LateRule(self.rate)),)
        late = late_fee(items, self.due_on, now, self.pauses).fen
        return Notice(
            region="330199",
            pay_code="33019926010000000001",
            unit_code="330199011",
            unit_name="交警支队",
            payer_name=PersonName("林示例"),
            items=items,
            due_on=self.due_on,
            principal_fen=Fen(20000),
            late_fee_fen=late,
            valid_until=next_midnight(now),
            state=self.state,
            pauses=self.pauses,
            paid_elsewhere=self.paid_elsewhere,
        )

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        self._up()
        self.looked_up += 1
        if (pay_code, check_code) != ("33019926010000000001", CHECK_CODE):
            raise NotFound("no such notice")
        return self.notice()

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        self._up()
        return (self.notice(),)

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        self._up()
        self.drafts[number] = draft
        return IssuedNotice(self.notice(), CHECK_CODE)

    async def void(self, pay_code: str, reason: str) -> None:
        self._up()
        if self.state is NoticeState.PAID:
            raise NoticePaidAlready
        self.state = NoticeState.VOIDED

    async def confirm(self, confirmation: Confirmation) -> datetime:
        self._up()
        if self.refuses:
            raise self.refuses
        if self.paid_by not in (None, confirmation.number):
            raise NoticeSettledElsewhere
        self.paid_by = confirmation.number
        self.state = NoticeState.PAID
        self.confirmations[confirmation.number] = confirmation
        if self.loses_answers:
            self.loses_answers -= 1
            raise Unavailable("the answer to confirm was lost")
        return self.clock.now()

    def collects(self, notice: Notice) -> bool:
        return True

    def keeps(self, authority: str, pay_code: str, unit_code: str) -> bool:
        return authority == "finance"

    async def receipt(self, paid: Confirmation) -> Receipt | None:
        self._up()
        if not self.receipts_ready:
            return None
        amount = self.confirmations[paid.number].amount_fen
        return Receipt("33010126", "0000000001", "a1b2c3", amount, self.clock.now())

    async def report_refund(self, paid: Confirmation, refund: GivenBack) -> Receipt | None:
        self._up()
        self.reported[refund.number] = refund.amount_fen
        number, back = f"9{len(self.reported):09d}", Fen(-refund.amount_fen)
        paid_by = ("33010126", "0000000001")
        return Receipt("33010126", number, "d4e5f6", back, self.clock.now(), *paid_by)

    def _up(self) -> None:
        if self.down:
            raise Unavailable("finance is down")


def refund_done(platform: FakePlatform, number: str) -> RefundFact:
    """The money has arrived."""
    platform.refunds[number] = replace(platform.refunds[number], status=RefundStatus.DONE)
    return platform.refunds[number]
