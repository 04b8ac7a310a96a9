"""A payment method in its world, with the steps that most claims begin with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from channel_gateway.domain.late_fee import late_fee
from channel_gateway.domain.money import Fen
from channel_gateway.domain.people import OpenId
from channel_gateway.wire import HttpRequest
from payment.facts import Fact, PaymentFact, PaymentStatus
from payment.lines import lines_of
from payment.ports import ClosesByItself, Payable, PaymentMethod, Repayment
from tests.contracts.notices import notice
from tests.contracts.rig import MethodRig
from tests.contracts.world import World


@dataclass
class Till:
    """The method, its rig, and the citizen's way through both."""

    rig: MethodRig
    world: World
    method: PaymentMethod
    ordered: dict[tuple[str, int], Payable] = field(default_factory=dict)

    def order(self, order_id: str = "FEE20260105A", fen: int = 1000) -> Payable:
        """The same again for the same number: with another expiry platforms would refuse it."""
        first = Payable(
            order_id=order_id,
            amount_fen=Fen(fen),
            description="驾驶证工本费",
            payer=OpenId(self.rig.payer),
            expires_at=(self.world.now() + timedelta(minutes=30)).replace(microsecond=0),
            notice=(owed := notice(fen)),
            lines=lines_of(owed, late_fee(owed.items, owed.due_on, self.world.now())),
        )
        return self.ordered.setdefault((order_id, fen), first)

    async def pay(self, order: Payable) -> HttpRequest:
        """Prepare an order and pay it; returns the callback as it arrived."""
        handle = await self.method.prepare(order)
        await self.rig.pay(self.world, self.method, order, handle)
        return await self.world.callback()

    async def paid(self, order: Payable) -> PaymentFact:
        fact = await self.read(await self.pay(order))
        assert isinstance(fact, PaymentFact)
        assert fact.status is PaymentStatus.PAID
        return fact

    async def read(self, callback: HttpRequest) -> Fact | None:
        return await self.method.read_callback(callback, self.world.now())

    async def close(self, order_id: str) -> None:
        """Close an order, or, where the platform has no such call, be told so."""
        if self.rig.closes_after is None:
            await self.method.close(order_id)
            return
        with suppress(ClosesByItself):
            await self.method.close(order_id)

    async def closed(self, order_id: str) -> None:
        """Close an order, and wait until it is."""
        await self.close(order_id)
        if self.rig.closes_after is not None:
            await self.world.advance(self.rig.closes_after)
            await self.method.close(order_id)

    @asynccontextmanager
    async def broken(self, kind: str, verb: str) -> AsyncIterator[None]:
        """While this lasts, every call of this verb suffers the fault."""
        operation = self.rig.operations[verb]
        fault = await self.world.fault(self.rig.platform, kind, operation, times=None)
        yield
        await self.world.control("DELETE", f"/faults/{fault}")

    async def money_arrives(self) -> None:
        await self.world.advance(self.rig.refund_takes)

    async def time_between_refunds(self) -> None:
        await self.world.advance(self.rig.between_refunds)


def repayment(fact: PaymentFact, fen: int, refund_no: str = "REFUND-1") -> Repayment:
    return Repayment(
        fact.order_id, fact.transaction, refund_no, Fen(fen), fact.amount_fen, "重复缴费"
    )
