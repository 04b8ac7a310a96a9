"""The platform's bills in their world: citizens pay, days go by, files are fetched and spoiled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.money import Fen
from payment.ports import BillFile, BillSource, PaymentMethod
from tests.contracts.payment_method.till import Till, repayment
from tests.contracts.rig import MethodRig
from tests.contracts.world import World


@dataclass(frozen=True, slots=True)
class BillsRig:
    """A `BillSource` with its stand-in, and how its day is made."""

    method: MethodRig
    kinds: tuple[str, str]  # the trade bill and the account's, in the platform's words
    asked: tuple[str, str]  # the stand-in's operations by which they are asked for
    made: tuple[str, str]  # and those at which their lines can be spoiled
    download: str
    aims: tuple[str, str]  # how a fault is meant for one of them: an `order`, empty for any
    fee_fen: int  # of the sample day
    hash_fault: str  # by which a file is another than was signed; empty: nobody signs files
    hours: float  # into the day after: when there is a bill at last


@dataclass
class Desk:
    rig: BillsRig
    world: World
    source: BillSource
    till: Till
    folder: Path

    @property
    def day(self) -> date:
        """Yesterday."""
        return beijing_day(self.world.now()) - timedelta(days=1)

    async def a_day_of_business(self, until: float = 14) -> None:
        """80.00, 12.34 and 0.01 are paid, 2.34 is given back; then it is tomorrow, so late."""
        await self.tomorrow(12)  # no midnight in between
        facts = {n: await self.till.paid(self.till.order(n, fen)) for n, fen in PAID.items()}
        await self.method.refund(repayment(facts["FEE20260105B"], GIVEN_BACK))
        await self.till.money_arrives()
        await self.tomorrow(until)

    async def tomorrow(self, hours: float = 14) -> None:
        """So many hours into the next Beijing day."""
        now = self.world.now()
        into = timedelta(hours=(now.hour + 8) % 24, minutes=now.minute, seconds=now.second)
        await self.world.advance(timedelta(days=1, hours=hours) - into)

    @property
    def method(self) -> PaymentMethod:
        return self.till.method

    async def fetch(self) -> Mapping[str, BillFile]:
        return {bill.kind: bill for bill in await self.source.fetch(self.day, self.folder)}

    async def spoiled(self, kind: str, which: int, **more: object) -> None:
        """The trade bill (0) or the account's (1) goes wrong the next time it is made."""
        aim = {"order": self.rig.aims[which]} if self.rig.aims[which] else {}
        at = self.rig.made[which]
        await self.world.fault(self.rig.method.platform, kind, at, **aim, **more)

    async def withheld(self, kind: str, which: int, times: int | None = 1) -> None:
        aim = {"order": self.rig.aims[which]} if self.rig.aims[which] else {}
        at = self.rig.asked[which]
        await self.world.fault(self.rig.method.platform, kind, at, times=times, **aim)

    async def cut(self, kind: str, times: int | None = 1) -> None:
        """What befalls the download, of either bill."""
        await self.world.fault(self.rig.method.platform, kind, self.rig.download, times=times)


PAID = {"FEE20260105A": Fen(8000), "FEE20260105B": Fen(1234), "FEE20260105C": Fen(1)}
GIVEN_BACK = Fen(234)
