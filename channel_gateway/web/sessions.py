"""Our own sessions: issued after a channel's login, checked without asking anybody, revocable."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import lru_cache, partial

from channel_gateway.domain.errors import GatewayError, Unauthorized
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import Account, Clock, Randomness, Sealing, Store
from channel_gateway.service import Session
from channel_gateway.web.identities import Identities
from channel_gateway.web.revocations import Revocations
from channel_gateway.web.tokens import read_token, write_token

log = logging.getLogger(__name__)

_LOOK_FOR_REVOCATIONS_S = 0.5
_REMEMBERED = 10_000  # tokens whose signature held


class Sessions:
    """`keys`: id → at least 32 secret bytes; the first signs, all of them read."""

    def __init__(
        self,
        store: Store,
        keys: Mapping[str, bytes],
        clock: Clock,
        randomness: Randomness,
        vault: Sealing,
        *,
        lifetime: timedelta = timedelta(hours=12),
    ) -> None:
        if not keys or any(len(key) < 32 for key in keys.values()):
            raise ValueError("sessions need at least one key, each of 32 bytes or more")
        self._signer = next(iter(keys.items()))
        # A citizen's page asks several times: its token's signature is checked once.
        self._read = lru_cache(_REMEMBERED)(partial(read_token, keys=dict(keys)))
        self._clock = clock
        self._randomness = randomness
        self._lifetime = lifetime
        self._identities = Identities(store, vault)
        self._revocations = Revocations(store)

    async def issue(self, channel: str, app: str, openid: OpenId) -> str:
        """Begin a session of whom a channel just told us; returns its token."""
        now = self._clock.now()
        citizen = await self._identities.remember(channel, app, openid, now)
        id, expires_at = self._randomness.token(16), now + self._lifetime
        session = Session(id, channel, app, citizen, expires_at, now)
        return write_token(session, *self._signer)

    def read(self, token: str, now: datetime) -> Session:
        """Raises `Unauthorized`: forged, expired or revoked."""
        session = self._read(token)
        if session.expires_at <= now:
            raise Unauthorized("the session has expired")
        if self._revocations.ended(session):
            raise Unauthorized("the session was ended")
        return session

    async def revoke(self, session: Session) -> None:
        """End a session: at once here, within a second in other processes."""
        await self._revocations.add(session, self._clock.now())

    async def refresh(self) -> None:
        """Learn which sessions other processes ended."""
        await self._revocations.refresh(self._clock.now())

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Inside, what other processes end is ended here within a second."""
        await self.refresh()
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def purge(self, now: datetime) -> None:
        """Forget revoked sessions that have expired."""
        await self._revocations.purge(now)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_FOR_REVOCATIONS_S)
            try:
                await self.refresh()
            except GatewayError as error:
                # What we know stays known; the next look is soon.
                fields = {"action": "revocations", "code": error.code, "why": str(error)}
                log.warning("revocations not read", extra=fields)

    async def openid(self, citizen: str) -> OpenId:
        """Who a citizen is to the channel. Raises `NotFound`."""
        return await self._identities.openid(citizen)

    async def person(self, citizen: str) -> str:
        """Whom an account belongs to; until the name is proven, itself. Raises `Unauthorized`."""
        return await self._identities.person(citizen)

    def citizen(self, channel: str, app: str, openid: OpenId) -> str:
        """The name an account has everywhere with us, whether it has logged in or not."""
        return self._identities.citizen(channel, app, openid)

    async def account(self, citizen: str) -> Account | None:
        """As it is now; None: never seen, or forgotten."""
        return await self._identities.account(citizen)

    async def accounts(self, person: str) -> list[Account]:
        """All accounts that belong to a person; of an unproven one, itself."""
        return await self._identities.accounts(person)

    async def belong(self, citizen: str, person: str | None) -> None:
        """From now on an account is this person's; None: it belongs to itself again."""
        await self._identities.belong(citizen, person)

    async def forget(self, citizen: str) -> None:
        """Forget who this is to the channel, with all that was kept beside it."""
        await self._identities.forget(citizen)

    async def end_sessions(self, citizen: str) -> None:
        """End all that were begun until now: at once here, within a second elsewhere."""
        await self._revocations.add_account(citizen, self._clock.now())

    async def phone(self, citizen: str) -> Phone | None:
        """The number the citizen shared with us, if any. Raises `NotFound`."""
        return await self._identities.phone(citizen)

    async def keep_phone(self, citizen: str, phone: Phone) -> None:
        """Raises `Unauthorized`: the citizen was forgotten."""
        await self._identities.keep_phone(citizen, phone)
