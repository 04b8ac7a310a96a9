"""The limit of the web server we use: an application of aiohttp's, on uvloop, doing nothing."""

import asyncio
import sys

from aiohttp import web

from channel_gateway.web.connection import connection_settings
from channel_gateway.web.edge import Limits
from channel_gateway.web.serving import run
from tests.benchmarks.material import PATH
from tests.benchmarks.servers.citizen import ANSWER, CITIZEN_PATH

BOOKING_PATH = "/v1/appointments"
SOLD_OUT = (
    b'{"type":"/docs#slot_full","title":"Slot full","status":409,"code":"slot_full",'
    b'"detail":"Every place of the slot is taken.","request_id":"abcdefghijkl-000001",'
    b'"field":"slot"}'
)


async def callback(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=204)


async def book(request: web.Request) -> web.Response:
    """What nearly everybody hears in a rush, said without a look."""
    await request.read()
    headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    return web.Response(status=409, body=SOLD_OUT, headers=headers)


async def citizen(_: web.Request) -> web.Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return web.Response(body=ANSWER, headers=headers)


async def hello(port: int) -> None:
    app = web.Application()
    app.router.add_post(PATH, callback)
    app.router.add_get(CITIZEN_PATH, citizen)
    app.router.add_post(BOOKING_PATH, book)
    runner = web.AppRunner(app, **connection_settings(Limits()))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    run(hello(int(sys.argv[1])))
