"""The accounts in the store, and the desk at which a token is shown."""

from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import NotFound, Unauthorized
from channel_gateway.ports import (
    Clock,
    DuplicateKey,
    Member,
    MissingDocument,
    Randomness,
    Role,
    Store,
)
from channel_gateway.ports import Collection as Kept
from channel_gateway.records import every, swapped
from channel_gateway.staff.account import (
    StaffAccount,
    StaffToken,
    digest_of,
    is_right,
    new_account,
    read_token,
    write_token,
)
from channel_gateway.staff.refusals import StaffNameTaken, TokenLocked
from channel_gateway.staff.tries import LOCKED_FOR, WrongTries

STAFF = Kept("staff")

_SECRET_LENGTH = 32  # of 62 characters: 190 bits


@dataclass(frozen=True, slots=True)
class NewToken:
    text: str  # shown once, and kept nowhere
    expires_at: datetime


class StaffAccounts:
    """Each call reads the account anew: what is ended anywhere is ended everywhere at once."""

    def __init__(
        self, store: Store, clock: Clock, randomness: Randomness, *, lifetime: timedelta
    ) -> None:
        """`lifetime`: of a token."""
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._lifetime = lifetime
        self._tries = WrongTries()

    async def member(self, text: str) -> Member:
        """Whose token this is. Raises `Unauthorized`, `TokenLocked`."""
        shown = read_token(text)
        if shown is None:
            raise Unauthorized("this is not a token of the staff")
        name, id, secret = shown
        now, tried = self._clock.now(), f"{name}.{id}"
        account = await self._find(name)
        token = account.token(id) if account else None
        right = is_right(secret, token)
        self._refuse_locked(tried, token, now)
        if account is None or token is None or not right:
            if self._tries.add(tried, now) and token is not None:
                await self._change(name, lambda each: each.locked(id, now + LOCKED_FOR))
            raise Unauthorized("this is not a token of the staff")
        self._tries.forget(tried)
        if token.expires_at <= now:
            raise Unauthorized("this token has expired")
        return account.member

    async def account(self, name: str) -> StaffAccount:
        """Raises `NotFound`."""
        account = await self._find(name)
        if account is None:
            raise NotFound("there is no account of this name", field="name")
        return account

    def all(self) -> AsyncIterator[StaffAccount]:
        """By name."""
        return every(self._store, STAFF, StaffAccount, equal={})

    async def entered(self, chain: str) -> str:
        """As a `ChainWitness`: an account is made only when the trail has the deed."""
        if chain != "audit":
            return ""
        async for account in self.all():
            return f"there is the account {account.id}, and its making was entered"
        return ""

    async def add(
        self, name: str, roles: Collection[Role], units: Collection[str], *, by: str
    ) -> StaffAccount:
        """An account without a token yet. Raises `Invalid`, `StaffNameTaken`."""
        account = new_account(name, roles, units, by=by, now=self._clock.now())
        try:
            await self._store.insert(STAFF.name, to_document(account))
        except DuplicateKey as taken:
            raise StaffNameTaken(field="name") from taken
        return account

    async def new_token(self, name: str, *, beside: bool = False) -> NewToken:
        """The earlier ones end at once, save `beside`. Raises `NotFound`, `StaffDisabled`."""
        now = self._clock.now()
        id, secret = self._randomness.token(8), self._randomness.token(_SECRET_LENGTH)
        token = StaffToken(id, digest_of(secret), now, now + self._lifetime)
        await self._change(name, lambda account: account.with_token(token, now, beside=beside))
        return NewToken(write_token(name, id, secret), token.expires_at)

    async def disable(self, name: str, *, by: str) -> StaffAccount:
        """For good, all its tokens at once. Again changes nothing. Raises `NotFound`."""
        now = self._clock.now()
        return await self._change(name, lambda account: account.disabled(by, now))

    async def _find(self, name: str) -> StaffAccount | None:
        document = await self._store.get(STAFF.name, name)
        return from_document(StaffAccount, document) if document else None

    async def _change(
        self, name: str, change: Callable[[StaffAccount], StaffAccount]
    ) -> StaffAccount:
        try:
            _, after = await swapped(self._store, STAFF, name, StaffAccount, change)
        except MissingDocument:
            raise NotFound("there is no account of this name", field="name") from None
        return after

    def _refuse_locked(self, tried: str, token: StaffToken | None, now: datetime) -> None:
        here = self._tries.locked_until(tried, now)
        elsewhere = token.locked_until if token else None
        until = max((each for each in (here, elsewhere) if each), default=now)
        if until > now:
            raise TokenLocked(retry_after_s=int((until - now).total_seconds()) + 1)
