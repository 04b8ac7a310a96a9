"""Keep the app's access token: fetched by one process for all, sealed in the store."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.wechat.app import App
from adapters.wechat.stable_token import AccessToken, ask_token, read_token
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Forged, Unavailable
from channel_gateway.ports import (
    Clock,
    Collection,
    Document,
    DuplicateKey,
    Randomness,
    Sealing,
    Store,
    VersionConflict,
)
from channel_gateway.store.leases import acquire, release
from channel_gateway.wire import HttpSender

PLATFORM_TOKENS = Collection("platform_tokens")
LEASE = timedelta(seconds=15)
FETCH_TIMEOUT_S = 5
WAITS, WAIT_S = 20, 0.25  # for another process that is fetching

_PLACE = "platform_tokens.token"


class AccessTokens:
    def __init__(
        self,
        app: App,
        store: Store,
        http: HttpSender,
        clock: Clock,
        randomness: Randomness,
        vault: Sealing,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._app = app
        self._store = store
        self._http = http
        self._clock = clock
        self._vault = vault
        self._pause = pause
        self._owner = randomness.token(16)
        self._one_at_a_time = asyncio.Lock()
        self._held: AccessToken | None = None

    async def current(self) -> AccessToken:
        """Return a token that holds. Raises `Unavailable`, `Refused`."""
        if self._held is not None and self._is_fresh(self._held):
            return self._held
        async with self._one_at_a_time:
            if self._held is None or not self._is_fresh(self._held):
                self._held = await self._shared(failing=None)
            return self._held

    async def instead_of(self, failing: AccessToken) -> AccessToken:
        """Return another token than one that was refused, unless the platform has no other.

        Somebody may have fetched it already: the failing one is compared with the kept one first.
        """
        async with self._one_at_a_time:
            if self._held is None or self._held.secret == failing.secret:
                self._held = await self._shared(failing)
            return self._held

    async def _shared(self, failing: AccessToken | None) -> AccessToken:
        """Take the token from the store; if it does not serve, one process fetches the next."""
        for _ in range(WAITS):
            kept, version = await self._kept()
            if kept and self._is_fresh(kept) and not _same(kept, failing):
                return kept
            if fetched := await self._fetch_alone(version):
                return fetched
            # Another process is fetching: the old one serves until its end.
            if kept and kept.ends_at > self._now() and not _same(kept, failing):
                return kept
            await self._pause(WAIT_S)
        raise Unavailable("another process has been fetching the access token for too long")

    async def _fetch_alone(self, version: int | None) -> AccessToken | None:
        """Fetch and keep the next token; None when another process does, or just did."""
        now = self._clock.now()
        lease = await acquire(
            self._store,
            f"access token of {self._app.app_id}",
            owner=self._owner,
            now=milliseconds(now),
            until=milliseconds(now + LEASE),
        )
        if lease is None:
            return None
        try:
            if (await self._kept())[1] != version:
                return None
            response = await self._http.send(ask_token(self._app), timeout_s=FETCH_TIMEOUT_S)
            fetched = read_token(response, self._now())
            await self._keep(fetched, version)
            return fetched
        except (VersionConflict, DuplicateKey):
            return None
        finally:
            await release(self._store, lease)

    async def _kept(self) -> tuple[AccessToken | None, int | None]:
        document = await self._store.get(PLATFORM_TOKENS.name, self._app.app_id)
        if document is None:
            return None, None
        try:
            secret = self._vault.open(document["token"], _PLACE)
        except Forged:  # sealed with a key that was retired: as good as none
            return None, document["v"]
        return AccessToken(secret, document["renew_at"], document["ends_at"]), document["v"]

    async def _keep(self, token: AccessToken, version: int | None) -> None:
        document: Document = {
            "_id": self._app.app_id,
            "token": self._vault.seal(token.secret, _PLACE),
            "renew_at": token.renew_at,
            "ends_at": token.ends_at,
        }
        if version is None:
            await self._store.insert(PLATFORM_TOKENS.name, document)
        else:
            await self._store.replace(PLATFORM_TOKENS.name, document, version=version)

    def _is_fresh(self, token: AccessToken) -> bool:
        return self._now() < token.renew_at

    def _now(self) -> int:
        return milliseconds(self._clock.now())


def _same(token: AccessToken, other: AccessToken | None) -> bool:
    return other is not None and token.secret == other.secret
