"""The message plug-in put together on a store; phones, files and neighbours are played."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from channel_gateway.domain.errors import GatewayError
from channel_gateway.domain.happenings import WORDS, Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import (
    Letter,
    MessageConsents,
    MessageTemplate,
    Messenger,
    Outlet,
    PersonalData,
    ServiceCatalogue,
    Store,
    Telling,
    Tools,
)
from channel_gateway.service import Call, Route, Session, Table
from channel_gateway.services.message import COLLECTIONS, build
from channel_gateway.services.message.message import Message
from channel_gateway.services.message.messages import Messages
from channel_gateway.vault import Vault
from channel_gateway.web.identities import IDENTITIES, Identities
from channel_gateway.worker.outbox import LEASE, Outbox
from channel_gateway.world import SystemRandomness
from tests.unit.payment.fakes import MovedClock

ALL = (IDENTITIES, *COLLECTIONS)
# 12:00 in Beijing, a Tuesday; finer than a store keeps it, as clocks are.
NOON = datetime(2026, 3, 10, 4, 0, 0, 123_456, tzinfo=UTC)
SERVICE = "GA-QZ-21"


class Killed(BaseException):
    """The process ends at this very point."""


@dataclass
class PlayedOutlet:
    """A platform: every letter that reached a phone, and what goes wrong with the next ones."""

    channel: str = "wechat"
    by_consent: bool = False
    consents_pushed: bool = False
    repeatable: bool = False
    is_card: bool = False
    knows: bool = True  # whether it can say what arrived
    on_asking: list[BaseException | None] = field(default_factory=list)
    phones: list[tuple[str, Letter]] = field(default_factory=list)
    calls: list[Letter] = field(default_factory=list)
    asked: int = 0
    journal: list[tuple[bool, str, str]] = field(default_factory=list)  # may be several outlets'
    # Of each coming call: an error before the phone has it, and one after.
    before: list[BaseException | None] = field(default_factory=list)
    after: list[BaseException | None] = field(default_factory=list)

    async def send(self, to: OpenId, letter: Letter) -> None:
        self.calls.append(letter)
        _raise_next(self.before)
        there = (to.reveal(), letter.id)
        merged = self.repeatable and there in [(who, each.id) for who, each in self.phones]
        if not merged:
            self.phones.append((to.reveal(), letter))
            self.journal.append((self.repeatable, letter.subject, letter.id))
        _raise_next(self.after)

    async def arrived(self, to: OpenId, letter: Letter) -> bool | None:
        self.asked += 1
        _raise_next(self.on_asking)
        if not self.knows:
            return None
        return (to.reveal(), letter.id) in [(who, each.id) for who, each in self.phones]

    def subjects(self, who: str = "lin") -> list[str]:
        return [f"{letter.subject}:{letter.happening}" for to, letter in self.phones if to == who]


def _raise_next(faults: list[BaseException | None]) -> None:
    fault = faults.pop(0) if faults else None
    if fault is not None:
        raise fault


@dataclass
class PlayedFiles:
    """As much of a `ServiceCatalogue` as messages ask for: templates by outlet."""

    named: dict[str, str] = field(default_factory=dict)

    async def template(
        self, service: str, happening: Happening, outlet: str
    ) -> MessageTemplate | None:
        if outlet not in self.named:
            return None
        return MessageTemplate(self.named[outlet], {"thing1": WORDS[happening][0]})

    async def templates(self, outlets: Collection[str]) -> frozenset[str]:
        return frozenset(template for name, template in self.named.items() if name in outlets)


def words(happening: Happening) -> dict[str, str]:
    return {name: f"<{name}>" for name in WORDS[happening]}


@dataclass
class Post:
    store: Store
    clock: MovedClock
    identities: Identities
    table: Table
    outlets: Mapping[str, PlayedOutlet]
    files: PlayedFiles
    told: int = 0

    @property
    def messages(self) -> Messages:
        return Messages(self.store)

    @property
    def data(self) -> Any:
        return self.table.offered(PersonalData)["message"]

    @property
    def counted(self) -> Any:
        return self.table.offered(MessageConsents)["message"]

    async def log_in(self, who: str = "lin", channel: str = "wechat") -> str:
        """A citizen's account."""
        return await self.identities.remember(
            channel, f"{channel}-app", OpenId(who), self.clock.now()
        )

    async def tell(
        self,
        person: str,
        happening: Happening = Happening.BOOKED,
        subject: str = "appointment:A1",
        **more: Any,
    ) -> str:
        self.told += 1
        telling = Telling(
            id=f"m{self.told}",
            person=person,
            happening=happening,
            service=SERVICE,
            subject=subject,
            words=words(happening),
            at=self.clock.now(),
        )
        await self.say(replace(telling, **more))
        return str(more.get("id", telling.id))

    async def say(self, telling: Telling) -> None:
        messenger: Messenger = self.table.offered(Messenger)["message"]
        await messenger.tell(telling, self.clock.now())

    def worker(self, name: str = "w") -> Outbox:
        return Outbox(self.store, self.table.reactions, self.clock, owner=name)

    async def work(self, worker: Outbox | None = None) -> None:
        """Until nothing is due at this moment."""
        worker = worker or self.worker()
        while await worker.work():
            pass

    async def work_for(self, span: timedelta, *, step: timedelta = timedelta(seconds=20)) -> None:
        for _ in range(int(span / step) + 1):
            await self.work()
            self.clock.move(seconds=step.total_seconds())
        await self.work()

    async def state(self, id: str) -> str:
        return (await self.messages.get(id)).state.value

    async def message(self, id: str) -> Message:
        return await self.messages.get(id)

    async def call(
        self,
        account: str | None,
        method: str,
        path: str,
        *,
        channel: str = "wechat",
        body: Any = None,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
        **given: str,
    ) -> Any:
        """Call a row of the plug-in as the edge would."""
        route: Route
        (route,) = [r for r in self.table.routes if (r.method, r.path) == (method, path)]
        read = None if route.body is None else route.body.model_validate_json(body)
        now = self.clock.now()
        session = None if account is None else _session(account, channel, now)
        return await route.handler(Call(now, "r-1", given, query or {}, read, session, key))


def _session(account: str, channel: str, now: datetime) -> Session:
    return Session("s", channel, f"{channel}-app", account, now + timedelta(hours=1), now)


def open_post(
    store: Store,
    outlets: Mapping[str, PlayedOutlet] | None = None,
    *,
    clock: MovedClock | None = None,
    templates: Sequence[str] | None = None,
    **settings: Any,
) -> Post:
    """On a store with the collections of `ALL`."""
    clock = clock or MovedClock(NOON)
    outlets = {"wechat": PlayedOutlet()} if outlets is None else outlets
    vault = Vault({"k": bytes(32)}, bytes(32), SystemRandomness())
    identities, table = Identities(store, vault), Table()
    files = PlayedFiles({name: f"t-{name}" for name in (templates or outlets)})
    table.offer(ServiceCatalogue, "catalogue", files)
    for name, outlet in outlets.items():
        table.offer(Outlet, name, outlet)
    tools = Tools(
        name="message",
        section=settings,
        store=store,
        http=None,  # type: ignore[arg-type]
        clock=clock,
        randomness=SystemRandomness(),
        vault=vault,
        identities=identities,
        chains=None,  # type: ignore[arg-type]  # appends nothing
        public_url="https://example.test",
    )
    build(table, tools)
    return Post(store, clock, identities, table, outlets, files)


def after_a_kill() -> timedelta:
    """When another worker may go on."""
    return LEASE + timedelta(seconds=1)


def fails(*errors: type[GatewayError] | GatewayError) -> list[BaseException | None]:
    return [each() if isinstance(each, type) else each for each in errors]
