"""The limit of the web server we use: aiohttp and uvloop as we set them up, doing nothing."""

import asyncio
import sys

from aiohttp import web

from channel_gateway.web.edge import Limits
from channel_gateway.web.serving import run, serve
from tests.benchmarks.material import PATH
from tests.benchmarks.servers.citizen import ANSWER, CITIZEN_PATH


async def callback(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=204)


async def citizen(_: web.Request) -> web.Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return web.Response(body=ANSWER, headers=headers)


async def hello(port: int) -> None:
    app = web.Application()
    app.router.add_post(PATH, callback)
    app.router.add_get(CITIZEN_PATH, citizen)
    await serve(app, host="127.0.0.1", port=port, limits=Limits(), stop=asyncio.Event())


if __name__ == "__main__":
    run(hello(int(sys.argv[1])))
