"""Time, chance, secrets and the way out: what every plug-in is given, as `Tools`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports.chains import Chains
from channel_gateway.ports.store import Store
from channel_gateway.wire import HttpSender, TcpSender, Unconnected


class Clock(Protocol):
    """The present moment, aware and in UTC."""

    def now(self) -> datetime: ...


class Randomness(Protocol):
    """Unguessable names. A seeded one serves simulation."""

    def token(self, length: int) -> str:
        """Return `length` characters out of 0-9, A-Z, a-z."""
        ...


class Sealing(Protocol):
    """People's data at rest: sealed texts, and a blind index to find them again."""

    def seal(self, text: str, place: str) -> str: ...

    def open(self, sealed: str, place: str) -> str: ...

    def blind_index(self, text: str, place: str) -> str: ...


class Identities(Protocol):
    """Who is behind a citizen's blind index, to the platform they came from."""

    async def openid(self, citizen: str) -> OpenId:
        """Raises `NotFound`."""
        ...

    async def person(self, citizen: str) -> str:
        """The same for one person on all channels once the name is proven; until then `citizen`.

        Raises `Unauthorized`: the citizen was forgotten, whatever a session still says.
        """
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a person: a citizen of one application of one channel."""

    citizen: str
    channel: str
    app: str
    person: str  # whom it belongs to: itself, until the name is proven
    since: datetime  # the first login; after an erasure, the first one since


class Accounts(Identities, Protocol):
    """The accounts behind people: joined when the name is proven, forgotten when they ask for it.

    Every call may be repeated; an account nobody knows changes nothing.
    """

    def citizen(self, channel: str, app: str, openid: OpenId) -> str:
        """The name an account has everywhere with us, whether it has logged in or not."""
        ...

    async def account(self, citizen: str) -> Account | None:
        """As it is now; None: never seen, or forgotten."""
        ...

    async def accounts(self, person: str) -> list[Account]:
        """All accounts that belong to a person; of an unproven one, itself."""
        ...

    async def belong(self, citizen: str, person: str | None) -> None:
        """From now on an account is this person's; None: it belongs to itself again."""
        ...

    async def phone(self, citizen: str) -> Phone | None:
        """The number the citizen shared, if any. Raises `NotFound`."""
        ...

    async def forget(self, citizen: str) -> None:
        """Who this is to the channel, the telephone number, whom it belongs to: all of it."""
        ...

    async def end_sessions(self, citizen: str) -> None:
        """All sessions begun until now: at once here, within a second in other processes."""
        ...


@dataclass(frozen=True)
class Tools:
    """What every plug-in is given: its own section of the settings, and the world through ports."""

    name: str  # the plug-in's name in the settings
    section: Mapping[str, Any]  # not yet checked: the plug-in's own model does that
    store: Store
    http: HttpSender
    clock: Clock
    randomness: Randomness
    vault: Sealing
    identities: Accounts
    chains: Chains
    public_url: str  # where platforms reach our callbacks; no slash at the end
    tcp: TcpSender = field(default_factory=Unconnected)
