"""An outlet in its world: letters, the citizen's phone, and what breaks meanwhile."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Letter, Outlet
from tests.contracts.rig import OutletRig
from tests.contracts.world import World


@dataclass
class PostOffice:
    rig: OutletRig
    world: World
    outlet: Outlet
    citizen: OpenId

    def letter(
        self, id: str = "L1", values: Mapping[str, str] | None = None, subject: str = "delivery:D1"
    ) -> Letter:
        """A letter that is tried for the first time now."""
        now = self.world.now()
        return Letter(
            id,
            self.rig.template,
            values or self.rig.values,
            Happening.SIGNED,
            subject,
            at=now,
            first_tried_at=now,
        )

    async def agree(self, times: int = 1) -> None:
        """To so many messages, where consents are asked for."""
        agree = self.rig.agree
        if agree is None:
            return
        for _ in range(times):
            await agree(self.world, self.citizen.reveal())

    async def send(self, letter: Letter) -> None:
        await self.outlet.send(self.citizen, letter)

    async def arrived(self, letter: Letter) -> bool | None:
        return await self.outlet.arrived(self.citizen, letter)

    async def phone(self) -> list[Mapping[str, str]]:
        return await self.rig.phone(self.world, self.citizen.reveal())

    async def calls(self) -> int:
        """How often the platform was asked to send something."""
        told = await self.world.control("GET", f"/requests?platform={self.rig.platform}")
        return sum(call["operation"] == self.rig.send_call for call in told["requests"])

    @asynccontextmanager
    async def broken(self, kind: str) -> AsyncIterator[None]:
        """While this lasts, every letter suffers the fault."""
        fault = await self.world.fault(self.rig.platform, kind, self.rig.send_call, times=None)
        yield
        await self.world.control("DELETE", f"/faults/{fault}")
