"""Asking for money back: the citizen for an order of their own, or the unit, or finance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Invalid
from channel_gateway.domain.money import Fen
from channel_gateway.ports import DuplicateKey, Member, Role, Sealing
from channel_gateway.service import Session
from payment.order import Order
from payment.orders import Orders
from payment.put_away import OrderArchived
from payment.refund_cases.case import (
    BY_CITIZEN,
    WORDS,
    Actor,
    Desk,
    Ground,
    MaterialKind,
    RefundCase,
    Way,
)
from payment.refund_cases.cases import Cases
from payment.refund_cases.clocks import Clocks
from payment.refund_cases.deciding import (
    applied,
    supplied,
    takes_material,
    with_material,
    withdrawn,
)
from payment.refund_cases.life import State
from payment.refund_cases.materials import Materials
from payment.refund_cases.refusals import (
    AppliedAlready,
    NoSuchRefundCase,
    TooManyApplications,
    TooManyMaterials,
)
from payment.refunds import NotBookedYet, RefundTooMuch
from payment.use_cases import Payments

# A citizen who asks again and again is better heard by the unit; others have their reasons.
MOST_OF_CITIZEN, MOST_OF_ORDER = 5, 100
MOST_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class File:
    kind: MaterialKind
    name: str
    content: str  # base64


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for."""

    ground: Ground
    words: str
    amount_fen: Fen
    way: Way = Way.CHANNEL
    upper_level: bool = False
    found_on: date | None = None
    files: Sequence[File] = ()


class Applying:
    def __init__(
        self,
        cases: Cases,
        orders: Orders,
        payments: Payments,
        materials: Materials,
        clocks: Clocks,
        vault: Sealing,
    ) -> None:
        self._cases = cases
        self._orders = orders
        self._payments = payments
        self._materials = materials
        self._clocks = clocks
        self._vault = vault

    async def by_citizen(
        self, session: Session, order_id: str, wish: Wish, key: str, now: datetime
    ) -> RefundCase:
        """The same key again is the same application.

        Raises `NotFound` of another's order, `NotBookedYet`, `RefundTooMuch`, `AppliedAlready`,
        `TooManyApplications`, `WrongMaterial`, `OrderArchived`.
        """
        order = await self._payments.get(session, order_id)
        return await self._apply(order, wish, BY_CITIZEN, f"{session.citizen}\n{key}", now)

    async def by_staff(
        self, member: Member, order_id: str, wish: Wish, key: str, now: datetime
    ) -> RefundCase:
        """Of a unit clerk, for orders of their units alone; raises as `by_citizen` does.

        And `Invalid` of a mistake that is found on a day to come.
        """
        order = await self._orders.get(order_id)
        if not sees(member, order.unit_code):
            raise NoSuchRefundCase("there is no such order", field="order_id")
        by = applicant(member)
        return await self._apply(order, wish, by, f"{member.name}\n{key}", now)

    async def of_citizen(self, session: Session, case_id: str) -> RefundCase:
        """Any case of an own order, whoever applied. Raises `NoSuchRefundCase`."""
        case = await self._cases.get(case_id)
        await self._payments.get(session, case.order_id)
        return case

    async def all_of_citizen(self, session: Session, order_id: str) -> list[RefundCase]:
        """The newest first."""
        order = await self._payments.get(session, order_id)
        return await self._cases.of_order(order.id)

    async def withdraw(self, case: RefundCase, by: Actor, now: datetime) -> RefundCase:
        return await self._cases.change(case.id, lambda known: withdrawn(known, by, now))

    async def add(
        self, case: RefundCase, file: File, by: Actor, now: datetime, *, last: bool
    ) -> RefundCase:
        """One more file; `last`: with it the applicant has answered what was asked."""
        takes_material(case)  # before anything is kept
        kept = await self._materials.keep(case.id, file.kind, file.name, file.content, by, now)

        def added(known: RefundCase) -> RefundCase:
            there = with_material(known, kept, by, now)
            if last and there.state is State.MORE_MATERIAL:
                return supplied(there, by, self._clocks, now)
            return there

        return await self._cases.change(case.id, added)

    async def _apply(
        self, order: Order, wish: Wish, by: Actor, key: str, now: datetime
    ) -> RefundCase:
        id = f"RC{sha256(f'{order.id}|{key}'.encode()).hexdigest()[:24]}"
        earlier = await self._cases.of_order(order.id)
        if known := next((each for each in earlier if each.id == id), None):
            return known
        await self._orders.may_change(order.id)
        _may_be_asked(order, wish.amount_fen)
        _is_found(wish, order, now)
        _not_too_often(earlier, by)
        if by == BY_CITIZEN:
            _none_open(earlier)
        if len(wish.files) > MOST_AT_ONCE:
            raise TooManyMaterials
        case = RefundCase(
            id=id,
            order_id=order.id,
            pay_code=order.pay_code,
            unit_code=order.unit_code,
            amount_fen=wish.amount_fen,
            total_fen=order.amount_fen,
            ground=wish.ground,
            way=wish.way,
            applied_at=now,
            upper_level=wish.upper_level,
            open_key=order.id if by == BY_CITIZEN else None,
        )
        words = self._vault.seal(wish.words, WORDS)
        case = applied(case, by, self._clocks, now, words, wish.found_on)
        for file in wish.files:
            kept = await self._materials.keep(id, file.kind, file.name, file.content, by, now)
            case = with_material(case, kept, by, now)
        added = await self._added(case)
        try:
            await self._orders.may_change(order.id)  # it may be put away this very moment
        except OrderArchived:
            await self.withdraw(added, by, now)
            raise
        return added

    async def _added(self, case: RefundCase) -> RefundCase:
        try:
            return await self._cases.add(case)
        except DuplicateKey as taken:
            if taken.index == "_id":
                return await self._cases.get(case.id)
            there = await self._cases.open_one(case.order_id)
            raise AppliedAlready(extra={"case_id": there.id} if there else {}) from taken


def sees(member: Member, unit_code: str) -> bool:
    """Unit clerks see their units alone; who has another role sees all of them."""
    others = member.roles - {Role.UNIT_CLERK}
    return bool(others) or unit_code in member.units


def applicant(member: Member) -> Actor:
    return Actor(member.name, role_of(member, Role.UNIT_CLERK, Role.FINANCE_CLERK), Desk.APPLICANT)


def role_of(member: Member, *roles: Role) -> str:
    """The first of the roles that they have."""
    return next((role.value for role in roles if role in member.roles), "")


def _may_be_asked(order: Order, amount_fen: Fen) -> None:
    """Nothing is reserved before finance approves; what cannot be is refused at once."""
    if not order.may_be_applied_for:
        raise NotBookedYet
    if not 0 < amount_fen <= order.refundable_fen:
        raise RefundTooMuch(field="amount_fen")


def _is_found(wish: Wish, order: Order, now: datetime) -> None:
    if wish.found_on is None:
        return
    if wish.found_on > beijing_day(now):
        raise Invalid("nobody has found a mistake on a day to come", field="found_on")
    if order.paid_at is not None and wish.found_on < beijing_day(order.paid_at):
        raise Invalid("nobody has found a mistake before it was paid", field="found_on")


def _none_open(earlier: list[RefundCase]) -> None:
    """Said before files are kept; the unique key holds it against whoever is faster."""
    if there := next((each for each in earlier if each.open_key), None):
        raise AppliedAlready(extra={"case_id": there.id})


def _not_too_often(earlier: list[RefundCase], by: Actor) -> None:
    mine = [each for each in earlier if each.by_citizen]
    if len(earlier) >= MOST_OF_ORDER or (by == BY_CITIZEN and len(mine) >= MOST_OF_CITIZEN):
        raise TooManyApplications
