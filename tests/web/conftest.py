"""A small gateway over the memory store: two channels, a few rows, and clients of it."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestClient
from pydantic import BaseModel

from channel_gateway.chains import StoredChains
from channel_gateway.domain.errors import Conflict, Forged, NotFound, TooMany, Unavailable
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import Channel, LoginCodeUsed
from channel_gateway.service import Call, Callback, Parameter, Readiness, Route, Table, Who
from channel_gateway.staff.keeping import StaffAccounts
from channel_gateway.staff.trail import Trail
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.web.doors.keeping import Doors
from channel_gateway.web.edge import COLLECTIONS, Edge, Limits, declare
from channel_gateway.web.refused.keeping import RefusedCallbacks
from channel_gateway.web.sessions import Sessions
from channel_gateway.web.shell import Shell, shell
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

OPERATOR_KEY = "operators-key-for-tests"
AGAIN = HttpResponse(500, Headers({"Content-Type": "text/plain"}), b"RING AGAIN")
KEYS = {"k1": b"1" * 32}


class MovableClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, **span: float) -> None:
        self.moment += timedelta(**span)


class Dice:
    """Seeded, so that a run repeats."""

    def __init__(self) -> None:
        self._random = random.Random(7)

    def token(self, length: int) -> str:
        return "".join(self._random.choices("0123456789abcdefghijkABCDEFGHIJK", k=length))


class PlayedChannel:
    """A channel whose login codes name the citizen: `code-1` is always `openid-of-code-1`."""

    def __init__(self, name: str, app: str) -> None:
        self.name = name
        self.app = app
        self._used: set[str] = set()

    async def login(self, code: str) -> OpenId:
        if code in self._used:
            raise LoginCodeUsed
        self._used.add(code)
        return OpenId(f"openid-of-{code}")

    async def phone(self, payload: str) -> Phone:
        if payload == "forged":
            raise Forged
        return Phone("13800138000")


class Item(BaseModel):
    name: str


class Wish(BaseModel):
    title: str
    amount_fen: int
    items: list[Item] = []
    urgent: bool = False
    labels: dict[str, str] = {}


class Tongue(StrEnum):
    ZH = "zh"
    EN = "en"


class Granted(BaseModel):
    number: str
    title: str


class Greeting(BaseModel):
    words: str


@dataclass
class Office:
    """The handlers of the rows; it counts what took effect."""

    granted: int = 0
    trouble: Exception | None = None
    gate: Callable[[], Awaitable[None]] | None = None
    seen: list[HttpRequest] = field(default_factory=list)

    async def greet(self, call: Call) -> Greeting:
        return Greeting(words=f"hello {call.query.get('name', 'you')}")

    async def grant(self, call: Call) -> Granted:
        wish: Wish = call.body
        if self.gate is not None:
            await self.gate()
        if self.trouble is not None:
            raise self.trouble
        self.granted += 1
        return Granted(number=f"n{self.granted}", title=wish.title)

    async def look(self, call: Call) -> Granted:
        if call.path["number"] == "gone":
            raise NotFound
        return Granted(number=call.path["number"], title=call.session.channel)

    async def quote(self, call: Call) -> Granted:
        raise Conflict("the amount has changed", field="total_fen", extra={"quote": {"fen": 120}})

    async def hurry(self, call: Call) -> Granted:
        raise TooMany(retry_after_s=7)

    async def wonder(self, call: Call) -> Granted:
        raise Unavailable

    async def break_down(self, call: Call) -> Granted:
        raise RuntimeError("secret payload 13800138000")

    async def close_books(self, call: Call) -> None:
        return None

    async def hear(self, request: HttpRequest, now: datetime) -> HttpResponse:
        self.seen.append(request)
        if request.body == b"forged":
            return HttpResponse(401, Headers({"Content-Type": "text/plain"}), b"no")
        return HttpResponse(200, Headers({"Content-Type": "text/plain"}), b"success")


def rows(office: Office) -> tuple[list[Route], list[Callback]]:
    routes = [
        Route("GET", "/greeting", office.greet, "Greet.", answer=Greeting, who=Who.ANYONE,
              query=("name",)),
        Route("GET", "/words", office.greet, "Say it.", answer=Greeting, who=Who.ANYONE,
              query=(Parameter("name", required=True), Parameter("tongue", among=Tongue))),
        Route("POST", "/wishes", office.grant, "Grant a wish.", body=Wish, answer=Granted,
              status=201, idempotent=True, errors=("conflict",)),
        Route("POST", "/free-wishes", office.grant, "Grant.", body=Wish, answer=Granted,
              who=Who.ANYONE),
        Route("GET", "/wishes/{number}", office.look, "Look at a wish.", answer=Granted),
        Route("GET", "/wishes/quote", office.quote, "Changed.", answer=Granted, who=Who.ANYONE),
        Route("GET", "/hurry", office.hurry, "Too often.", answer=Granted, who=Who.ANYONE),
        Route("GET", "/wonder", office.wonder, "Unknown.", answer=Granted, who=Who.ANYONE),
        Route("GET", "/broken", office.break_down, "Breaks.", answer=Granted, who=Who.ANYONE),
        Route("POST", "/books/close", office.close_books, "Close.", status=204, who=Who.OPERATOR),
    ]  # fmt: skip
    return routes, [
        Callback("bell", "/bell/pay", office.hear, "Rings.", body_limit=1000, refusal=AGAIN)
    ]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def dice() -> Dice:
    return Dice()


@pytest.fixture
def vault(dice: Dice) -> Vault:
    return Vault({"v1": b"v" * 32}, b"i" * 32, dice)


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore(COLLECTIONS)
    await store.open()
    return store


@pytest.fixture
def sessions(store: MemoryStore, clock: MovableClock, dice: Dice, vault: Vault) -> Sessions:
    return Sessions(store, KEYS, clock, dice, vault)


@pytest.fixture
def lines() -> list[dict[str, Any]]:
    """The log lines of requests."""
    return []


@pytest.fixture
def edge(store, clock, dice, vault, sessions, lines) -> Edge:  # type: ignore[no-untyped-def]
    return Edge(
        clock=clock,
        store=store,
        randomness=dice,
        vault=vault,
        sessions=sessions,
        operator_key=OPERATOR_KEY,
        access_line=lambda line: lines.append(dict(line)),
        doors=Doors(store, vault, clock, dice),
        refused=RefusedCallbacks(store, vault, clock, dice),
        staff=StaffAccounts(store, clock, dice, lifetime=timedelta(days=90)),
        chains=StoredChains(store, vault),
        trail=Trail(StoredChains(store, vault).chain("audit"), clock, dice),
        limits=Limits(body_timeout_s=0.2, readiness_timeout_s=0.05),
    )


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def ready_rows() -> list[Readiness]:
    return []


@pytest.fixture
def table(office: Office, edge: Edge, ready_rows: list[Readiness]) -> Table:
    routes, callbacks = rows(office)
    table = Table(routes=routes, callbacks=callbacks, readiness=ready_rows)
    for name, app in (("wechat", "wx1"), ("alipay", "2021")):
        table.offer(Channel, name, PlayedChannel(name, app))
    declare(table, edge)
    return table


class ShellServer(BaseTestServer):
    """aiohttp's test server round a shell of ours."""

    def __init__(self, ours: Shell) -> None:
        super().__init__()
        self._ours = ours

    async def _make_runner(self, **_: Any) -> web.ServerRunner:
        return web.ServerRunner(self._ours)


@pytest.fixture
def connect(aiohttp_client):  # type: ignore[no-untyped-def]
    """Serve a table as in earnest; returns a client of it."""

    async def connect(table: Table, edge: Edge) -> TestClient:  # type: ignore[type-arg]
        return await aiohttp_client(ShellServer(shell(table, edge)))

    return connect


@pytest.fixture
async def client(connect, table: Table, edge: Edge) -> TestClient:  # type: ignore[no-untyped-def, type-arg]
    return await connect(table, edge)


@pytest.fixture
async def strict_client(connect, table: Table, edge: Edge):  # type: ignore[no-untyped-def]
    """The same gateway, with room for one request at a time."""
    return await connect(table, replace(edge, limits=replace(edge.limits, in_flight=1)))


@pytest.fixture
async def citizen(sessions: Sessions) -> dict[str, str]:
    """The header of a citizen who is logged in on WeChat."""
    token = await sessions.issue("wechat", "wx1", OpenId("openid-1"))
    return {"Authorization": f"Bearer {token}"}
