"""The composition root: settings become a store, a way out, a table of rows, and what runs them."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from channel_gateway.addresses import network
from channel_gateway.chains import StoredChains
from channel_gateway.chains.last_known import FILE as HEADS_FILE
from channel_gateway.chains.last_known import LastKnown
from channel_gateway.logs import access_line
from channel_gateway.plugins import Plugin, in_building_order, load_plugins
from channel_gateway.ports import Clock, Collection, Store, StoreAbsent, StoreError, Tools
from channel_gateway.secret_keys import SecretKeys, look_at_secret_keys, read_secret_keys
from channel_gateway.service import Readiness, Table
from channel_gateway.settings import Settings, WrongSettings, refuse_stand_ins_in_public
from channel_gateway.staff.keeping import StaffAccounts
from channel_gateway.staff.trail import Trail
from channel_gateway.store import make_store
from channel_gateway.store.leases import LEASES
from channel_gateway.vault import Vault
from channel_gateway.web.doors.keeping import Doors
from channel_gateway.web.edge import COLLECTIONS as EDGE_COLLECTIONS
from channel_gateway.web.edge import Edge, declare
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.web.outbound_tcp import PlainTcp
from channel_gateway.web.refused.keeping import RefusedCallbacks
from channel_gateway.web.sessions import Sessions
from channel_gateway.wire import HttpSender, TcpSender
from channel_gateway.worker import dead_letters
from channel_gateway.worker.outbox import Outbox
from channel_gateway.worker.schedule import Schedule
from channel_gateway.world import FollowedClock, SystemRandomness, WallClock


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything put together; nothing is open yet."""

    table: Table
    edge: Edge
    store: Store
    outbox: Outbox
    schedule: Schedule


def assemble(
    settings: Settings,
    http: HttpSender,
    *,
    tcp: TcpSender | None = None,
    clock: Clock | None = None,
    looking: bool = False,
) -> Gateway:
    """Put a gateway together. Raises `WrongSettings`.

    `tcp`: another way out than plain sockets. `looking`: for a command that only reads, which must
    leave nothing behind.
    """
    plugins = load_plugins(settings)
    refuse_stand_ins_in_public(settings, {each.name: each.settings for each in plugins})
    read_keys = look_at_secret_keys if looking else read_secret_keys
    keys = read_keys(settings.secrets.folder, create=settings.secrets.create)
    clock = clock or _clock(settings)
    table = Table()
    store = _store(settings, plugins)
    edge = _edge(settings, keys, store, clock)
    declare(table, edge)
    dead_letters.build(table, store)
    table.readiness.append(Readiness("store", store.ping))
    for plugin in in_building_order(plugins):
        _build(plugin, table, settings, edge, http, tcp or PlainTcp())
    table.remarks += [said for remarks in table.late_remarks for said in remarks()]
    owner = f"{socket.gethostname()}:{os.getpid()}"
    lease = timedelta(seconds=settings.worker.lease_s)
    return Gateway(
        table,
        edge,
        store,
        Outbox(store, table.reactions, clock, owner=owner, lease=lease),
        Schedule(store, table.jobs, clock, owner=owner),
    )


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    clock: Clock | None = None,
    beginning: bool = False,
    looking: bool = False,
) -> AsyncIterator[Gateway]:
    """A gateway with its way out and its store open. Raises `WrongSettings`.

    `beginning`: for who may be the first one here; to all others a store or a key that is not there
    is the wrong one. `looking`: for a command that only reads.
    """
    given = settings if beginning or looking else _making_no_keys(settings)
    async with AiohttpSender() as http:
        gateway = assemble(given, http, clock=clock, looking=looking)
        try:
            if not beginning:
                await _find(gateway.store)
            if not looking:
                await gateway.store.open()
            yield gateway
        finally:
            for ending in gateway.table.endings:
                await ending()
            await gateway.store.close()


def _making_no_keys(settings: Settings) -> Settings:
    keys = settings.secrets.model_copy(update={"create": False})
    return settings.model_copy(update={"secrets": keys})


async def _find(store: Store) -> None:
    try:
        await store.open(create=False)
    except StoreAbsent as absent:
        which = "are these the settings of the gateway you mean?"
        raise WrongSettings([f"store.url: {absent}; {which}"]) from absent


def _clock(settings: Settings) -> Clock:
    if settings.clock.follow is None:
        return WallClock()
    try:
        return FollowedClock(settings.clock.follow)
    except ValueError as wrong:
        raise WrongSettings([f"clock.follow: {wrong}"]) from wrong


def _store(settings: Settings, plugins: list[Plugin]) -> Store:
    section = settings.store
    try:
        return make_store(
            section.url, _collections(plugins), driver=section.driver, timeout_s=section.timeout_s
        )
    except StoreError as wrong:
        raise WrongSettings([f"store.url: {wrong}"]) from wrong


def _collections(plugins: list[Plugin]) -> list[Collection]:
    """Every kind of document, once: two plug-ins of one module share theirs."""
    kept = [LEASES, *EDGE_COLLECTIONS, *(c for each in plugins for c in each.collections)]
    return list({collection.name: collection for collection in kept}.values())


def _edge(settings: Settings, keys: SecretKeys, store: Store, clock: Clock) -> Edge:
    randomness = SystemRandomness()
    vault = Vault(keys.data, keys.index, randomness)
    lifetime = timedelta(seconds=settings.sessions.lifetime_s)
    heads = settings.secrets.heads or settings.secrets.folder / HEADS_FILE
    chains = StoredChains(store, vault, last_known=LastKnown(heads))
    token_life = timedelta(days=settings.staff.token_days)
    return Edge(
        clock=clock,
        store=store,
        randomness=randomness,
        vault=vault,
        sessions=Sessions(store, keys.session, clock, randomness, vault, lifetime=lifetime),
        operator_key=keys.operator,
        access_line=access_line,
        doors=Doors(store, vault, clock, randomness),
        refused=RefusedCallbacks(store, vault, clock, randomness),
        staff=StaffAccounts(store, clock, randomness, lifetime=token_life),
        chains=chains,
        trail=Trail(chains.chain("audit"), clock, randomness),
        public_url=settings.server.public_url,
        proxies=tuple(map(network, settings.server.proxies)),
    )


def _build(
    plugin: Plugin,
    table: Table,
    settings: Settings,
    edge: Edge,
    http: HttpSender,
    tcp: TcpSender,
) -> None:
    tools = Tools(
        name=plugin.name,
        section=plugin.section,
        store=edge.store,
        http=http,
        clock=edge.clock,
        randomness=edge.randomness,
        vault=edge.vault,
        identities=edge.sessions,
        chains=edge.chains,
        public_url=settings.server.public_url.rstrip("/"),
        tcp=tcp,
    )
    try:
        plugin.build(table, tools)
    except (ValueError, OSError, LookupError) as wrong:
        # A key that does not parse, a file that is not there: one line, without its content.
        words = f"nothing here is called {wrong}" if isinstance(wrong, KeyError) else str(wrong)
        lines = [f"plugins.{plugin.name}: {line}" for line in words.splitlines()]
        raise WrongSettings(lines) from wrong
