"""A channel in its world: who opens the mini-program, and what breaks meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from channel_gateway.ports import Channel
from tests.contracts.rig import ChannelRig, Citizen
from tests.contracts.world import World


@dataclass
class Door:
    rig: ChannelRig
    world: World
    channel: Channel

    async def somebody(self, openid: str | None = None) -> Citizen:
        return await self.rig.open(self.world, openid)

    @asynccontextmanager
    async def broken(self, kind: str) -> AsyncIterator[None]:
        """While this lasts, every login call suffers the fault."""
        fault = await self.world.fault(self.rig.platform, kind, self.rig.login_call, times=None)
        yield
        await self.world.control("DELETE", f"/faults/{fault}")
