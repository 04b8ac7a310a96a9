"""Where a citizen gives a proof: the port in its world, and what breaks meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from channel_gateway.domain.people import IdNumber, OpenId, Person, PersonName
from channel_gateway.ports import ProofBegun, ProofResult, RealNames
from tests.contracts.rig import RealNamesRig
from tests.contracts.world import World

NUMBER = "PROOF0001"
PERSON = Person(PersonName("林示例"), IdNumber("990101199001010019"))
ANOTHER = Person(PersonName("周样张"), IdNumber("990101198506150127"))


@dataclass
class Booth:
    rig: RealNamesRig
    world: World
    real_names: RealNames
    citizen: OpenId

    async def begin(
        self, number: str = NUMBER, person: Person = PERSON, openid: OpenId | None = None
    ) -> ProofBegun:
        return await self.real_names.begin(number, person, openid or self.citizen)

    async def result(
        self,
        proof: ProofBegun,
        *,
        number: str = NUMBER,
        person: Person = PERSON,
        openid: OpenId | None = None,
    ) -> ProofResult:
        return await self.real_names.result(number, proof.reference, person, openid or self.citizen)

    async def show_face(self, proof: ProofBegun) -> None:
        await self.rig.show_face(self.world, proof)

    @asynccontextmanager
    async def broken(self, kind: str, call: str) -> AsyncIterator[None]:
        """While this lasts, every call of this kind suffers the fault."""
        fault = await self.world.fault(self.rig.platform, kind, call, times=None)
        yield
        await self.world.control("DELETE", f"/faults/{fault}")
