"""What the servers of the rush find in their folder: a service with one hall, keys, a store."""

import asyncio
from datetime import timedelta
from pathlib import Path

from channel_gateway import logs
from channel_gateway.chains import StoredChains
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Document
from channel_gateway.secret_keys import read_secret_keys
from channel_gateway.settings import Settings
from channel_gateway.staff.keeping import StaffAccounts
from channel_gateway.staff.trail import Trail
from channel_gateway.store import make_store
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.web.doors.keeping import Doors
from channel_gateway.web.edge import COLLECTIONS, Edge
from channel_gateway.web.identities import IDENTITIES
from channel_gateway.web.refused.keeping import RefusedCallbacks
from channel_gateway.web.sessions import Sessions
from channel_gateway.world import SystemRandomness, WallClock
from tests.benchmarks.servers.played import APP

CHANNEL = "wechat"
SERVICE, HALL = "GA-HZ-01", "center"
_LIFETIME = timedelta(hours=1)
_AT_ONCE = 1000
_SERVICE = """\
code = "GA-HZ-01"
name = "普通护照签发、换发"
summary = "首次申领或换发普通护照"
department = "exit_entry"
department_name = "出入境管理局"
regions = ["330100"]
category = "出入境"
categories = {{ wechat = "出入境", alipay = "出入境" }}
form = [
  {{ name = "applicant_name", label = "姓名", kind = "person_name" }},
  {{ name = "phone", label = "手机号", kind = "phone" }},
  {{ name = "household", label = "户籍地", kind = "text" }},
]
fees = []

[appointment.rules]
preset = "service_hall"

[[appointment.halls]]
code = "center"
name = "示例市出入境接待大厅"
address = "示例市示例区人民路1号"
windows = {seats}
opens = ["09:00", "12:00", "13:30", "17:00"]
"""
ANSWERS = {"applicant_name": "林示例", "phone": "13800138000", "household": "人民路1号"}


def furnish(folder: Path, seats: int) -> None:
    """Write the service's file; `seats` in each slot."""
    services = folder / "services"
    services.mkdir()
    (services / "passport.toml").write_text(_SERVICE.format(seats=seats), encoding="utf-8")


def settings(port: int, folder: Path, store: str) -> Settings:
    catalogue = {"module": "channel_gateway.services.catalogue", "folder": folder / "services"}
    return Settings.model_validate(
        {
            "server": {"port": port},
            "store": {"url": store},
            "secrets": {"folder": folder / "secrets"},
            "plugins": {
                "played": {"module": "tests.benchmarks.servers.played"},
                "catalogue": catalogue,
                "calendar": {"module": "channel_gateway.services.calendar"},
                "appointment": {"module": "channel_gateway.services.appointment"},
            },
        }
    )


async def edge_of(folder: Path) -> Edge:
    """A web edge under the keys of this folder: every server there reads its sessions."""
    keys = read_secret_keys(folder / "secrets", create=True)
    store, clock, chance = MemoryStore(COLLECTIONS), WallClock(), SystemRandomness()
    await store.open()
    vault = Vault(keys.data, keys.index, chance)
    return Edge(
        clock=clock,
        store=store,
        randomness=chance,
        vault=vault,
        sessions=Sessions(store, keys.session, clock, chance, vault, lifetime=_LIFETIME),
        operator_key="",
        access_line=logs.access_line,
        doors=Doors(store, vault, clock, chance),
        refused=RefusedCallbacks(store, vault, clock, chance),
        staff=StaffAccounts(store, clock, chance, lifetime=timedelta(days=90)),
        chains=StoredChains(store, vault),
        trail=Trail(StoredChains(store, vault).chain("audit"), clock, chance),
    )


async def tokens(folder: Path, count: int) -> tuple[list[str], list[Document]]:
    """Of citizens who logged in beforehand, no two the same; and what is kept of them."""
    edge = await edge_of(folder)
    names = (OpenId(f"o{number:027}") for number in range(count))
    issued = await asyncio.gather(*(edge.sessions.issue(CHANNEL, APP, name) for name in names))
    return list(issued), await edge.store.find(IDENTITIES.name, limit=count)


async def remember(url: str, identities: list[Document]) -> None:
    """Write down who logged in, where the server will look for them."""
    store = make_store(url, COLLECTIONS, driver="motor", timeout_s=60)
    await store.open()
    for first in range(0, len(identities), _AT_ONCE):
        await store.insert_many(IDENTITIES.name, identities[first : first + _AT_ONCE])
    await store.close()
