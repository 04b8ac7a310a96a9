"""Running an app on a socket: uvloop, bounds for slow callers, and an end that loses nothing."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from channel_gateway.settings import WrongSettings
from channel_gateway.web.processes import STOPS

log = logging.getLogger(__name__)


async def serve(
    server: web.Server,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    shutdown_s: float,
    share_port: bool = False,
    listening: Callable[[str, int], None] = lambda _host, _port: None,
) -> None:
    """Serve until `stop` is set or SIGTERM or SIGINT comes; `listening` learns the address.

    Then accept no more, let what is in flight finish within `shutdown_s`, and return. The
    caller closes the store after that, and the logs last. Raises `WrongSettings` when nothing can
    listen there.
    """
    runner = web.ServerRunner(server, shutdown_timeout=shutdown_s)
    loop = asyncio.get_running_loop()
    for number in STOPS:
        loop.add_signal_handler(number, stop.set)
    try:
        await runner.setup()
        site = await _listen(server, host, port, share_port=share_port)
        try:
            listening(*site.sockets[0].getsockname()[:2])
            await stop.wait()
            log.info("stopping", extra={"action": "stopping"})
        finally:
            site.close()
            await runner.cleanup()
    finally:
        for number in STOPS:
            loop.remove_signal_handler(number)


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a program on uvloop where it exists, else on asyncio's own loop.

    What is loaded by now stays, so no later collection walks it: that took a quarter of a request.
    """
    gc.collect()
    gc.freeze()
    if sys.platform == "win32":
        asyncio.run(main)
    else:
        import uvloop

        uvloop.run(main)


async def _listen(server: web.Server, host: str, port: int, *, share_port: bool) -> asyncio.Server:
    try:
        return await asyncio.get_running_loop().create_server(
            server, host, port, reuse_port=share_port or None, backlog=1024
        )
    except OSError as error:
        raise WrongSettings([f"server: {host}:{port}: {error.strerror}"]) from error
