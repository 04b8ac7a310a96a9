"""What a citizen does about a fee: see what is owed, order, pay, ask, close. One screen each."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import (
    GatewayError,
    NotFound,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.notices import Notice
from channel_gateway.domain.people import Person
from channel_gateway.ports import (
    Clock,
    Cursor,
    DuplicateKey,
    Identities,
    People,
    Randomness,
    RealNameNeeded,
)
from channel_gateway.service import Session
from payment.attempts import Attempts
from payment.authorities import NotCollectedHere
from payment.choice import Choice
from payment.issued import HoldOver, Issued, IssuedNotices, pay_before
from payment.lines import described, lines_of
from payment.offers import key_of, offer
from payment.order import OPEN, CloseReason, Order, State, Trigger, may_step, prepared, step
from payment.orders import Orders
from payment.payers import Payers
from payment.ports import AlreadyPaid, Finance, OrderClosed, Payable, PaymentMethod
from payment.quote import (
    NoticeDisputed,
    NoticeExempt,
    NoticePaid,
    NoticePaidElsewhere,
    NoticeVoid,
    Quote,
    quote,
    still_holds,
)
from payment.refusals import ChangesAtMidnight, NoticeNotFound, NoticeNotOwed, OrderStillClosing
from payment.settlement import closed, lost, opened

ORDER_LIFE = timedelta(minutes=30)
# WeChat Pay wants an expiry at least a minute ahead; less than two leaves nobody time to pay.
SHORTEST_LIFE = timedelta(minutes=2)
CHECKING = "正在核实支付结果，请勿重复付款，请稍后查看。"
CLOSING = "正在关闭订单，请稍后查看。"
_GONE: Mapping[type[Exception], CloseReason] = {
    NoticePaidElsewhere: CloseReason.PAID_ELSEWHERE,
    NoticeVoid: CloseReason.VOIDED,
    NoticeExempt: CloseReason.WAIVED,
}
PREPARING = "支付平台暂未答复，请稍后再点一次缴款，不会重复扣款。"
ASK_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order, and what the mini-program needs to let the citizen pay it (None: not payable)."""

    order: Order
    pay: dict[str, str] | None


class Payments:
    def __init__(
        self,
        orders: Orders,
        methods: dict[str, PaymentMethod],
        finance: Finance,
        *,
        choice: Choice | None = None,
        identities: Identities,
        people: People,
        attempts: Attempts,
        issued: IssuedNotices,
        payers: Payers,
        clock: Clock,
        randomness: Randomness,
        real_name: bool = False,
    ) -> None:
        """`real_name`: what somebody owes is listed for a proven name alone."""
        self._orders = orders
        self._methods = methods
        self._choice = choice or Choice(methods)
        self._finance = finance
        self._identities = identities
        self._people = people
        self._attempts = attempts
        self._issued = issued
        self._payers = payers
        self._clock = clock
        self._randomness = randomness
        self._real_name = real_name

    async def look_up(self, session: Session, pay_code: str, check_code: str) -> Quote:
        """What a notice costs now. Guessing codes is bounded.

        Raises `NoticeNotFound`, `WrongCodesToday`, `NoticeGuessed`.
        """
        try:
            person = await self._identities.person(session.citizen)
            async with self._attempts.trying(person, pay_code, self._clock.now()):
                notice = await self._finance.look_up(pay_code, check_code)
        except NotFound as miss:
            raise NoticeNotFound(field="pay_code") from miss
        return await self._quoted(notice)

    async def owed(self, session: Session) -> tuple[Quote, ...]:
        """What the citizen owes by their own identity.

        Raises `IdentityNotKnown`, `RealNameNeeded`.
        """
        person = await self._who(session)
        notices = await self._finance.owed_by(person.id_number, person.name)
        if notices:
            await self._people.answered(session.citizen, person)
        now = self._clock.now()
        return tuple(each for each in (offer(notice, now) for notice in notices) if each)

    async def order(
        self,
        session: Session,
        *,
        pay_code: str,
        check_code: str | None,
        total_fen: int,
        method_name: str | None,
    ) -> Ordered:
        """Order a notice's payment; a second tap finds the first one's order.

        Raises `QuoteStale` with the new total, `NoticePaid`, `ChangesAtMidnight`, `HoldOver`,
        `Unavailable`: in the last case the order stands as UNKNOWN, and asking again goes on with
        it.
        """
        issued = await self._issued.of(pay_code)
        if issued is not None:
            await self._in_time(issued)
        offered = await self._offered(session, pay_code, check_code, issued)
        still_holds(offered, total_fen)
        if not self._finance.collects(offered.notice):
            raise NotCollectedHere(field="pay_code")
        method = self._choice.of(session.channel, offered.notice, method_name)
        person = await self._identities.person(session.citizen)
        order = self._new_order(session, person, method, offered, issued)
        if check_code is not None:
            order = replace(order, check_code=self._issued.sealed(check_code))
        await self._still_free(order.notice)
        try:
            order = await self._orders.add(order)
        except DuplicateKey:
            order = await self._still_good(order)
        return await self._prepare(order, method, session, offered.notice)

    async def get(self, session: Session, order_id: str) -> Order:
        """Raises `NotFound` also for somebody else's order."""
        order = await self._orders.get(order_id)
        if order.person is None or order.person not in await self._keys(session):
            raise NotFound("there is no such order", field="order_id")
        return order

    async def list(self, session: Session, *, limit: int, after: Cursor | None) -> list[Order]:
        """The person's, whatever account they paid with."""
        keys = await self._keys(session)
        return await self._orders.of_person(keys, limit=limit, after=after)

    async def ask(self, session: Session, order_id: str) -> Order:
        """Ask the platform now, at most every two seconds: the page has just come from paying."""
        order = await self.get(session, order_id)
        now = self._clock.now()
        lately = order.asked_at is not None and now - order.asked_at < timedelta(seconds=2)
        if order.state not in OPEN or lately:
            return order
        method = self._methods[order.method]
        with _saying(CHECKING):
            fact = await method.ask(order.id)
        return await self._orders.believe(fact, method, self._clock.now())

    async def close(self, session: Session, order_id: str) -> Order:
        """Close at the platform first, then here. Raises `AlreadyPaid` when money was faster."""
        order = await self.get(session, order_id)
        if order.state is State.CLOSED:
            return order
        if not may_step(order, Trigger.EXPIRE):
            raise AlreadyPaid
        with _saying(CLOSING):
            return await self.close_at_platform(order)

    async def close_at_platform(self, order: Order, why: CloseReason | None = None) -> Order:
        """Ask first: what is paid must not be closed. `Unavailable` leaves it CLOSING."""
        note = why.value if why else ""
        method = self._methods[order.method]
        now = self._clock.now()
        order = await self._orders.change(
            order.id,
            lambda o: step(o, Trigger.EXPIRE, now, note) if may_step(o, Trigger.EXPIRE) else o,
        )
        order = await self._orders.believe(await method.ask(order.id), method, self._clock.now())
        if order.state not in OPEN:
            return order
        try:
            await method.close(order.id)
        except AlreadyPaid:
            fact = await method.ask(order.id)
            return await self._orders.believe(fact, method, self._clock.now())
        return await self._orders.change(
            order.id, lambda o: closed(o, self._clock.now()) if o.state in OPEN else o
        )

    async def close_all(self, orders: Iterable[Order], why: CloseReason | None = None) -> None:
        """Close what is open of these; one that cannot be closed does not leave others payable."""
        closing = (self.close_at_platform(order, why) for order in orders if order.state in OPEN)
        ended = await asyncio.gather(*closing, return_exceptions=True)
        troubles = [each for each in ended if isinstance(each, BaseException)]
        if troubles:
            raise min(troubles, key=lambda each: not getattr(each, "passing", False))

    def pay_parameters(self, order: Order, session: Session) -> dict[str, str] | None:
        """Of an order of this account; another's can be paid there alone."""
        if (
            order.citizen != session.citizen
            or order.state is not State.UNPAID
            or order.handle is None
        ):
            return None
        return self._methods[order.method].pay_parameters(
            order.handle, now=self._clock.now(), nonce=self._randomness.token(32)
        )

    async def _in_time(self, issued: Issued) -> None:
        """Raises `HoldOver`; `NoticePaid` where somebody has paid it."""
        try:
            pay_before(issued, self._clock.now() + SHORTEST_LIFE)
        except HoldOver:
            if any(order.settles for order in await self._orders.of_pay_code(issued.id)):
                raise NoticePaid from None
            raise

    async def _offered(
        self, session: Session, pay_code: str, check_code: str | None, issued: Issued | None
    ) -> Quote:
        if check_code is not None:
            return await self.look_up(session, pay_code, check_code)
        if issued is not None and issued.matter.citizen == session.citizen:
            code = self._issued.check_code(issued)
            return await self._quoted(await self._finance.look_up(pay_code, code))
        for offered in await self.owed(session):
            if offered.notice.pay_code == pay_code:
                return offered
        raise NoticeNotOwed(field="pay_code")

    async def _quoted(self, notice: Notice) -> Quote:
        """What finance wants no money for can be paid here no more: its open orders are closed."""
        try:
            return quote(notice, self._clock.now())
        except (NoticePaidElsewhere, NoticeVoid, NoticeExempt) as gone:
            with suppress(GatewayError):  # then each of them closes when its time is over
                await self.close_all(
                    await self._orders.of_notice(key_of(notice)), _GONE[type(gone)]
                )
            raise

    async def _who(self, session: Session) -> Person:
        if not self._real_name:
            return await self._people.of(session.citizen)
        proven = await self._people.proven(session.citizen)
        if proven is None:
            raise RealNameNeeded
        return proven

    async def _keys(self, session: Session) -> set[str]:
        """What a citizen's orders lie under: the account too, until a proof has re-keyed them."""
        return {session.citizen, await self._identities.person(session.citizen)}

    def _new_order(
        self,
        session: Session,
        person: str,
        method: PaymentMethod,
        offered: Quote,
        issued: Issued | None,
    ) -> Order:
        now = self._clock.now()
        held_until = pay_before(issued, now + SHORTEST_LIFE)
        ends = (now + ORDER_LIFE, offered.valid_until, held_until)
        expires_at = min(end for end in ends if end is not None)
        if expires_at - now < SHORTEST_LIFE:
            raise ChangesAtMidnight
        notice = offered.notice
        key = key_of(notice)
        order = Order(
            id=f"G{beijing_day(now):%Y%m%d}{self._randomness.token(20)}",
            notice=key,
            pay_code=notice.pay_code,
            method=method.name,
            citizen=session.citizen,
            person=person,
            amount_fen=offered.total_fen,
            late_fee_fen=offered.late_fee_fen,
            description=described(notice),
            unit_code=notice.unit_code,
            unit_name=notice.unit_name,
            payer=self._payers.seal(notice.payer_name),
            lines=lines_of(notice, offered.late),
            created_at=now,
            expires_at=expires_at,
            open_key=f"{session.citizen}|{key}|{method.name}",
        )
        return opened(order, now, ask_after_s=ASK_AFTER_S)

    async def _still_good(self, wanted: Order) -> Order:
        """The citizen's open order for the same, if it can still be paid as quoted now."""
        found = await self._orders.open_one(wanted.open_key or "")
        if found is not None:  # otherwise it was closed this very moment
            left = found.expires_at - self._clock.now()
            fits = found.amount_fen == wanted.amount_fen and found.state is not State.CLOSING
            if fits and left >= SHORTEST_LIFE:
                return found
            if (await self.close_at_platform(found)).state in OPEN:
                raise OrderStillClosing
        # Closing it, the platform may have said that its money had come.
        await self._still_free(wanted.notice)
        try:
            return await self._orders.add(wanted)
        except DuplicateKey:
            raise OrderStillClosing from None  # another tap was faster

    async def _still_free(self, notice: str) -> None:
        """Raises `NoticePaid`, `NoticeDisputed`."""
        settling = await self._orders.settling(notice)
        if settling is not None:
            raise NoticeDisputed if settling.state is State.DISPUTED else NoticePaid

    async def _prepare(
        self, order: Order, method: PaymentMethod, session: Session, notice: Notice
    ) -> Ordered:
        if order.state is not State.UNPAID or order.handle is None:
            payer = await self._identities.openid(session.citizen)
            payable = Payable(
                order.id,
                order.amount_fen,
                order.description,
                payer,
                order.expires_at,
                notice,
                order.lines,
            )
            order = await self._made_known(order, payable, method)
        return Ordered(order, self.pay_parameters(order, session))

    async def _made_known(self, order: Order, payable: Payable, method: PaymentMethod) -> Order:
        try:
            with _saying(PREPARING):
                handle = await method.prepare(payable)
        except Unavailable:
            now = self._clock.now()
            await self._orders.change(order.id, lambda o: lost(o, now, ask_after_s=ASK_AFTER_S))
            raise
        except (AlreadyPaid, OrderClosed):
            fact = await method.ask(order.id)
            return await self._orders.believe(fact, method, self._clock.now())
        return await self._orders.change(order.id, lambda o: _known(o, handle, self._clock.now()))


@contextmanager
def _saying(words: str) -> Iterator[None]:
    """What a citizen reads when the platform does not answer: it depends on what was under way."""
    try:
        yield
    except (Unavailable, TooMany) as silence:
        silence.zh = words
        raise


def _known(order: Order, handle: str, now: datetime) -> Order:
    if may_step(order, Trigger.PREPARE):
        return prepared(order, handle, now)
    return replace(order, handle=handle)  # paid or closed while the answer was on its way
