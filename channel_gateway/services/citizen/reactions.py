"""What the worker does for citizens: ask about proofs, re-key what they own, forget them.

Each bears being run twice.
"""

from datetime import datetime
from typing import Any

from channel_gateway.domain.documents import from_document
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change
from channel_gateway.service import NotYet, Reaction
from channel_gateway.services.citizen import erasures, proofs
from channel_gateway.services.citizen.erasure import ERASE, SWEEP
from channel_gateway.services.citizen.erasures import ERASURES
from channel_gateway.services.citizen.forgetting import Forgetting
from channel_gateway.services.citizen.identity import ADOPT, Identity
from channel_gateway.services.citizen.joining import Joining
from channel_gateway.services.citizen.people import PEOPLE
from channel_gateway.services.citizen.proof import ASK, State
from channel_gateway.services.citizen.proofs import PROOFS
from channel_gateway.services.citizen.real_name import RealName

# Dense while the citizen is at it, and on for more than a day.
ASK_LADDER = (10, 20, 30, 60, 120, 300, 600, *(1200,) * 6, *(3600,) * 24)
# An appointment made in the last moment may lie weeks ahead.
_ERASE_LADDER = (*DAYS_3, *(86_400,) * 60)


class Reactions:
    def __init__(self, real_name: RealName, joining: Joining, forgetting: Forgetting) -> None:
        self._real_name = real_name
        self._joining = joining
        self._forgetting = forgetting

    def rows(self) -> list[Reaction]:
        return [
            Reaction(PROOFS.name, ASK, self.ask, ASK_LADDER),
            # Only a store that is away can stop the rest.
            Reaction(PEOPLE.name, ADOPT, self.adopt, DAYS_3),
            Reaction(ERASURES.name, ERASE, self.erase, _ERASE_LADDER),
            Reaction(ERASURES.name, SWEEP, self.sweep, _ERASE_LADDER),
        ]

    async def ask(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """A mini-program that died loses nothing: the platform's word is fetched all the same."""
        proof = await self._real_name.look(proofs.read(document), now)
        if proof.state is not State.BEGUN:
            return None
        if now < proof.given_up_at and task.tries < len(ASK_LADDER):
            raise NotYet("the citizen has not shown their face yet")
        await self._real_name.expire(proof, now)
        return None

    async def adopt(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        identity = from_document(Identity, document)
        if await self._joining.join(identity):
            await self._joining.adopt(identity.id, identity.id_index, now)
        return None

    async def erase(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        await self._forgetting.run(erasures.read(document), now)
        return None

    async def sweep(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        await self._forgetting.sweep(erasures.read(document), now)
        return None
