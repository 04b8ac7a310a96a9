"""One callback behind a door; its address is written into the folder, for the load to find."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from channel_gateway import logs
from channel_gateway.ports import Doors
from channel_gateway.service import Callback, Table
from channel_gateway.web.edge import declare, followed
from channel_gateway.web.serving import run, serve
from channel_gateway.web.shell import shell
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from tests.benchmarks.servers.citizen import edge

NAME = "courier"
ADDRESS = "door.txt"
WRONG = b"nonsense"

_WELL = HttpResponse(200, Headers({"Content-Type": "application/json"}), b'{"result":true}')
_BADLY = HttpResponse(200, _WELL.headers, b'{"result":false}', "unreadable")


async def hear(request: HttpRequest, _: datetime) -> HttpResponse:
    """Keeps nothing: what is measured is what surrounds it."""
    return _BADLY if request.body.startswith(WRONG) else _WELL


async def door(port: int, folder: Path) -> None:
    ours, table = edge(), Table()
    await ours.store.open()
    table.callbacks.append(
        Callback(NAME, f"/{NAME}", hear, "Parcels.", unsigned=True, keeps_refused=True)
    )
    declare(table, ours)
    async with followed(table, ours):
        address = await table.offered(Doors)["web"].address(NAME)
        (folder / ADDRESS).write_text(address.removeprefix(ours.public_url))
        server, stop = shell(table, ours), asyncio.Event()
        await serve(server, host="127.0.0.1", port=port, stop=stop, shutdown_s=1)


if __name__ == "__main__":
    logs.start()
    run(door(int(sys.argv[1]), Path(sys.argv[2])))
