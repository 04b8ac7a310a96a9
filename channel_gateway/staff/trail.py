"""The audit trail: who did what, and how it ended, on a chain that is only ever added to.

An entry says that something is begun before it is done, another how it ended before anybody is
answered: whatever breaks in between, nothing is done without a trace. It cannot be switched off.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import GatewayError
from channel_gateway.masking import mask
from channel_gateway.ports import Chain, ChainEntry, Clock, Link, Randomness, Role

BEGUN, ENDED, REFUSED = "begun", "ended", "refused"
DONE = "done"


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody is about to do. Holds no personal data, and nothing of a body."""

    actor: str  # an account's name, `key:operator`, or `cli:` and the user of the machine
    action: str  # method and template of a route, or the words of a command
    parameters: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[Role] = frozenset()
    request_id: str = ""


@dataclass(slots=True)
class Outcome:
    """How it ended, as far as whoever does it knows better than that nothing was raised."""

    code: str = DONE


class Trail:
    def __init__(self, chain: Chain, clock: Clock, randomness: Randomness) -> None:
        self._chain = chain
        self._clock = clock
        self._randomness = randomness

    @asynccontextmanager
    async def of(self, deed: Deed) -> AsyncIterator[Outcome]:
        """Inside it the deed is done. Raises `StoreUnavailable`, before it or after it."""
        begun = await self._write(BEGUN, deed, {})
        outcome = Outcome()
        try:
            yield outcome
        except Exception as trouble:
            code = trouble.code if isinstance(trouble, GatewayError) else "internal"
            await self._write(ENDED, deed, {"begun": begun.number, "outcome": code})
            raise
        # Who is killed in between, or whose caller has gone, leaves what was begun unended.
        await self._write(ENDED, deed, {"begun": begun.number, "outcome": outcome.code})

    async def refused(self, deed: Deed, code: str) -> None:
        """Somebody who is known tried what they may not do."""
        await self._write(REFUSED, deed, {"outcome": code})

    async def page(
        self, *, actor: str | None, day: date | None, before: int | None, limit: int
    ) -> list[Link]:
        """Newest first, those before that number."""
        return await self._chain.page(group=actor, day=day, before=before, limit=limit)

    async def _write(self, what: str, deed: Deed, more: Mapping[str, str | int]) -> Link:
        now = self._clock.now()
        entry = ChainEntry(
            self._randomness.token(20),
            what,
            group=deed.actor,
            day=beijing_day(now),
            at=now,
            fields={
                "action": deed.action,
                "parameters": noted(deed.parameters),
                "roles": ",".join(sorted(deed.roles)),
                "request_id": deed.request_id,
                **more,
            },
        )
        return await self._chain.append(entry)


def noted(parameters: Mapping[str, str]) -> str:
    """What a deed was about, as the trail has it."""
    return ";".join(f"{name}={mask(text)}" for name, text in parameters.items())
