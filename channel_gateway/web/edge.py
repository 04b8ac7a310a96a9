"""What the web edge stands on: ports, sessions, keys and limits."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from channel_gateway.addresses import Network
from channel_gateway.chains import CHAINS, StoredChains
from channel_gateway.ports import (
    ChainWitness,
    Clock,
    Randomness,
    Sealing,
    Store,
    UnknownCodes,
)
from channel_gateway.service import Job, Table
from channel_gateway.staff import endpoints as staff_endpoints
from channel_gateway.staff.keeping import STAFF, StaffAccounts
from channel_gateway.staff.trail import Trail
from channel_gateway.web import login
from channel_gateway.web.doors import endpoints as door_endpoints
from channel_gateway.web.doors.keeping import DOORS, Doors
from channel_gateway.web.idempotency import IDEMPOTENCY, FirstAnswers
from channel_gateway.web.identities import IDENTITIES
from channel_gateway.web.metrics import Metrics
from channel_gateway.web.refused import endpoints as refused_endpoints
from channel_gateway.web.refused.keeping import REFUSED, RefusedCallbacks
from channel_gateway.web.revocations import REVOCATIONS
from channel_gateway.web.sessions import Sessions

COLLECTIONS = (IDENTITIES, REVOCATIONS, IDEMPOTENCY, DOORS, REFUSED, STAFF, *CHAINS)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much, how long, how many; a caller who goes beyond is refused, not served badly."""

    body_bytes: int = 64 * 1024  # of a route's body; a callback's row has its own
    header_bytes: int = 8190  # of one header field, and of the request line
    header_count: int = 64
    header_timeout_s: float = 10  # for a connection's first request to arrive
    body_timeout_s: float = 10  # from the header's end to the body's end
    keepalive_s: float = 75  # longer than the proxy in front of us keeps its side open
    in_flight: int = 256  # at work at once: of citizens, as many of anyone, staff, platforms, …
    of_one_citizen: int = 32
    connections: int = 800  # a process may commonly have 1,024 files open
    readiness_timeout_s: float = 2
    shutdown_s: float = 20  # what is in flight may take this long after a stop


@dataclass(frozen=True, slots=True)
class Edge:
    """Everything a mounted table needs that is not in its rows."""

    clock: Clock
    store: Store
    randomness: Randomness
    vault: Sealing
    sessions: Sessions
    operator_key: str = field(repr=False)  # empty: nobody is an operator
    access_line: Callable[[Mapping[str, object]], None]  # takes one line for each request
    doors: Doors
    refused: RefusedCallbacks
    chains: StoredChains
    staff: StaffAccounts
    trail: Trail
    public_url: str = "http://127.0.0.1:8080"  # where platforms reach our callbacks
    proxies: tuple[Network, ...] = ()  # ours, whose word on a caller's address counts
    limits: Limits = Limits()
    metrics: Metrics = field(default_factory=Metrics)


def declare(table: Table, edge: Edge) -> None:
    """Add the edge's own rows: logging in, and the jobs that tidy its collections."""
    login.build(table, edge.sessions)
    door_endpoints.build(table, edge.doors, edge.public_url, proxied=bool(edge.proxies))
    refused_endpoints.build(table, edge.refused)
    staff_endpoints.build(table, edge.staff, edge.trail)
    table.offer(ChainWitness, "staff", edge.staff)
    table.offer(UnknownCodes, door_endpoints.OFFERED_AS, edge.metrics)
    answers = FirstAnswers(edge.store, edge.vault, edge.clock, edge.randomness)
    table.jobs += [
        Job("purge-revocations", 3600, edge.sessions.purge, "Forget revoked sessions, expired."),
        Job("purge-idempotency", 3600, answers.purge, "Forget answers kept for a day."),
        Job("anchor-chains", 3600, edge.chains.anchor, "Sign where journal and audit trail end."),
    ]


@asynccontextmanager
async def followed(table: Table, edge: Edge) -> AsyncIterator[None]:
    """Inside, what other processes end or change counts here too; at its end nothing is unwritten.

    To be entered when the store is open and every row is in the table.
    """
    names = [row.name for row in table.callbacks if row.unsigned]
    async with edge.sessions.followed(), edge.doors.followed(names):
        try:
            yield
        finally:
            await edge.refused.settled()
