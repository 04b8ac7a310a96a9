"""The citizen plug-in put together on the store in memory; platform and neighbours are played."""

from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.people import IdNumber, OpenId, Person, PersonName, Phone
from channel_gateway.ports import (
    Change,
    Collection,
    Consent,
    Document,
    PersonalData,
    ProofBegun,
    ProofResult,
    ProofState,
    RealNames,
    StoreUnavailable,
    Tools,
)
from channel_gateway.service import Call, Session, Table
from channel_gateway.services.citizen import COLLECTIONS, build
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.web.edge import COLLECTIONS as EDGE_COLLECTIONS
from channel_gateway.web.sessions import Sessions
from channel_gateway.worker.outbox import Outbox
from channel_gateway.world import SystemRandomness
from tests.unit.payment.fakes import MovedClock

Written = TypeVar("Written")

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
LIN = Person(PersonName("林示例"), IdNumber("990101199001010019"))


def named(name: str) -> Person:
    return Person(PersonName(name), LIN.id_number)


class MortalStore(MemoryStore):
    """Whose process can be killed before one of its coming changes, or right after it."""

    def __init__(self, collections: tuple[Collection, ...]) -> None:
        super().__init__(collections)
        self._lives: int | None = None
        self._applied = False
        self._last_deleted_from: str | None = None

    def dies_at(self, write: int, *, applied: bool) -> None:
        """The change of this number, from 0, is the last one, done in truth (`applied`) or not."""
        self._lives, self._applied = write, applied

    def dies_deleting_from(self, collection: str) -> None:
        """Right after it."""
        self._last_deleted_from = collection

    async def insert(self, collection: str, document: Document) -> Document:
        return await self._lived(super().insert(collection, document))

    async def mutate(self, collection: str, id: str, change: Change) -> Document:
        return await self._lived(super().mutate(collection, id, change))

    async def delete(self, collection: str, id: str, *, version: int | None = None) -> bool:
        deleted = await self._lived(super().delete(collection, id, version=version))
        if collection == self._last_deleted_from:
            self._last_deleted_from = None
            raise StoreUnavailable
        return deleted

    async def _lived(self, write: Coroutine[Any, Any, Written]) -> Written:
        lives, self._lives = self._lives, None if not self._lives else self._lives - 1
        if lives == 0 and not self._applied:
            write.close()
            raise StoreUnavailable
        written = await write
        if lives == 0:
            raise StoreUnavailable
        return written


@dataclass
class PlayedPlatform:
    """A `RealNames`: says of each proof what `says` has for its number, or PENDING."""

    name: str = "wechat"
    says: dict[str, ProofResult] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    loses: int = 0  # how many answers get lost yet, after the platform has acted
    down: bool = False
    lives: timedelta = timedelta(hours=1)

    async def begin(self, number: str, person: Person, openid: OpenId) -> ProofBegun:
        self.begun.append(number)
        if self.loses:
            self.loses -= 1
            raise Unavailable
        reference = f"{number}-{len(self.begun)}"
        return ProofBegun(reference, {"verifyId": reference}, NOW + self.lives)

    async def result(
        self, number: str, reference: str, person: Person, openid: OpenId
    ) -> ProofResult:
        if self.down:
            raise Unavailable
        return self.says.get(reference, ProofResult(ProofState.PENDING))


@dataclass
class PlayedKeeper:
    """A `PersonalData` of some plug-in, that notes what it is told."""

    adopted: list[tuple[str, str]] = field(default_factory=list)
    erased: list[tuple[str, datetime]] = field(default_factory=list)  # whose, until when
    matters: list[str] = field(default_factory=list)
    matters_later: list[str] = field(default_factory=list)  # from the second look at a key on
    looked_at: set[str] = field(default_factory=set)
    kept: dict[str, list[Consent]] = field(default_factory=dict)
    fails_to_adopt: int = 0
    fails_to_erase: int = 0

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        if self.fails_to_adopt:
            self.fails_to_adopt -= 1
            raise Unavailable
        self.adopted.append((account, person))

    async def export(self, person: str) -> dict[str, Any]:
        return {"of": person}

    async def open_matters(self, person: str) -> list[str]:
        if person in self.looked_at:
            self.matters, self.matters_later = self.matters + self.matters_later, []
        self.looked_at.add(person)
        return self.matters

    async def erase(self, person: str, now: datetime) -> list[str]:
        if self.fails_to_erase:
            self.fails_to_erase -= 1
            raise Unavailable
        self.erased.append((person, now))
        return ["缴费记录：三十年"]

    async def consents(self, person: str) -> list[Consent]:
        return self.kept.get(person, [])

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> str | None:
        known = any(each.id == consent_id for each in self.kept.get(person, []))
        return "授权已撤回。" if known else None


@dataclass
class Registry:
    store: MortalStore
    clock: MovedClock
    sessions: Sessions
    table: Table
    outbox: Outbox
    platforms: dict[str, PlayedPlatform]
    keeper: PlayedKeeper

    async def log_in(self, who: str, channel: str = "wechat") -> Session:
        token = await self.sessions.issue(channel, f"{channel}-app", OpenId(who))
        await self.sessions.keep_phone(self.read(token).citizen, Phone("13800138000"))
        return self.read(token)

    def another_process(self, lifetime: timedelta = timedelta(hours=12)) -> Sessions:
        return open_sessions(self.store, self.clock, lifetime)

    def read(self, token: str) -> Session:
        return self.sessions.read(token, self.clock.now())

    async def call(
        self, session: Session | None, method: str, path: str, body: Any = None, **given: str
    ) -> Any:
        """Call a row of the plug-in as the edge would."""
        (route,) = [r for r in self.table.routes if (r.method, r.path) == (method, path)]
        read = None if route.body is None else route.body.model_validate(body or {})
        now = self.clock.now()
        return await route.handler(Call(now, "r-1", given, {}, read, session, None))

    async def declare(self, session: Session, person: Person = LIN) -> Any:
        told = {"name": person.name.reveal(), "id_number": person.id_number.reveal()}
        return await self.call(session, "PUT", "/me/identity", told)

    async def begin(self, session: Session, policy_version: str = "1") -> Any:
        agreed = {"consent": {"policy_version": policy_version}}
        return await self.call(session, "POST", "/me/real-name", agreed)

    async def ask(self, session: Session, proof_id: str) -> Any:
        self.clock.move(seconds=3)
        path = "/me/real-name/{proof_id}/ask"
        return await self.call(session, "POST", path, proof_id=proof_id)

    def shows_face(self, begun: Any, state: ProofState = ProofState.PROVEN, why: str = "") -> None:
        """The citizen, on the page that was given."""
        for platform in self.platforms.values():
            platform.says[begun.page["verifyId"]] = ProofResult(state, why)

    async def prove(self, session: Session, person: Person = LIN) -> None:
        await self.declare(session, person)
        begun = await self.begin(session)
        self.shows_face(begun)
        assert (await self.ask(session, begun.proof_id)).state == "proven"

    async def work(self, **later: float) -> None:
        self.clock.move(seconds=timedelta(**later).total_seconds())
        while await self.outbox.work():
            pass


async def open_registry(store: MortalStore | None = None, **settings: str) -> Registry:
    """Over a store of another process, as that one left it, or over one of its own."""
    clock, names = MovedClock(NOW), SystemRandomness()
    if store is None:
        store = MortalStore((*EDGE_COLLECTIONS, *COLLECTIONS))
        await store.open()
    vault, sessions = _vault(), open_sessions(store, clock)
    table, keeper = Table(), PlayedKeeper()
    platforms = {name: PlayedPlatform(name) for name in ("wechat", "alipay")}
    tools = Tools("citizen", settings, store, None, clock, names, vault, sessions, None, "")  # type: ignore[arg-type]
    build(table, tools)
    for name, platform in platforms.items():
        table.offer(RealNames, name, platform)
    table.offer(PersonalData, "halls", keeper)
    outbox = Outbox(store, table.reactions, clock, owner="worker-1")
    return Registry(store, clock, sessions, table, outbox, platforms, keeper)


def open_sessions(
    store: MortalStore, clock: MovedClock, lifetime: timedelta = timedelta(hours=12)
) -> Sessions:
    keys = {"1": b"s" * 32}
    return Sessions(store, keys, clock, SystemRandomness(), _vault(), lifetime=lifetime)


def _vault() -> Vault:
    return Vault({"1": b"k" * 32}, b"i" * 32, SystemRandomness())
