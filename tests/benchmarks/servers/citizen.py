"""One route for a citizen with a session, through all that surrounds a route of ours."""

import asyncio
import sys
from datetime import timedelta

from pydantic import BaseModel

from channel_gateway import logs
from channel_gateway.chains import StoredChains
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import Channel
from channel_gateway.service import Call, Route, Table
from channel_gateway.staff.keeping import StaffAccounts
from channel_gateway.staff.trail import Trail
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.web.doors.keeping import Doors
from channel_gateway.web.edge import COLLECTIONS, Edge, declare
from channel_gateway.web.refused.keeping import RefusedCallbacks
from channel_gateway.web.serving import run, serve
from channel_gateway.web.sessions import Sessions
from channel_gateway.web.shell import shell
from channel_gateway.world import SystemRandomness, WallClock

CITIZEN_PATH = "/v1/benchmark"
ANSWER = b'{"words":"\xe4\xbd\xa0\xe5\xa5\xbd","amount_fen":20600}'
_KEYS = {"k1": b"1" * 32}


class Words(BaseModel):
    words: str
    amount_fen: int


class Anywhere:
    """A channel that serves to have sessions of it."""

    name = app = "anywhere"

    async def login(self, code: str) -> OpenId:
        return OpenId(code)

    async def phone(self, payload: str) -> Phone:
        return Phone(payload)


async def answer(_: Call) -> Words:
    return Words(words="你好", amount_fen=20600)


def edge() -> Edge:
    store, clock, chance = MemoryStore(COLLECTIONS), WallClock(), SystemRandomness()
    vault = Vault(_KEYS, b"2" * 32, chance)
    return Edge(
        clock=clock,
        store=store,
        randomness=chance,
        vault=vault,
        sessions=Sessions(store, _KEYS, clock, chance, vault, lifetime=timedelta(hours=1)),
        operator_key="",
        access_line=logs.access_line,
        doors=Doors(store, vault, clock, chance),
        refused=RefusedCallbacks(store, vault, clock, chance),
        staff=StaffAccounts(store, clock, chance, lifetime=timedelta(days=90)),
        chains=StoredChains(store, vault),
        trail=Trail(StoredChains(store, vault).chain("audit"), clock, chance),
    )


async def token() -> str:
    """A session's token; every server of this module reads it."""
    ours = edge()
    await ours.store.open()
    return await ours.sessions.issue("anywhere", "anywhere", OpenId("o1"))


async def citizen(port: int) -> None:
    ours, table = edge(), Table()
    await ours.store.open()
    table.offer(Channel, "anywhere", Anywhere())
    table.routes.append(Route("GET", "/benchmark", answer, "Says something.", answer=Words))
    declare(table, ours)
    server, stop = shell(table, ours), asyncio.Event()
    await serve(server, host="127.0.0.1", port=port, stop=stop, shutdown_s=1)


if __name__ == "__main__":
    logs.start()
    run(citizen(int(sys.argv[1])))
