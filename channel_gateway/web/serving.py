"""Running an app on a socket: uvloop, bounds for slow callers, and an end that loses nothing."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from channel_gateway.settings import WrongSettings
from channel_gateway.web.edge import Limits
from channel_gateway.web.processes import STOPS

log = logging.getLogger(__name__)


class _Terse(logging.Filter):
    """aiohttp logs what it cannot parse with a traceback that quotes it: keep the fact alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            record.kind = type(record.exc_info[1]).__name__
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


_socket_log = logging.getLogger("channel_gateway.web.socket")
_socket_log.addFilter(_Terse())


def connection_settings(limits: Limits) -> dict[str, Any]:
    """What aiohttp is told about each connection; `Any` because that is how it takes it."""
    return {
        "access_log": None,  # the exchange writes its own line, at a tenth of the cost
        "logger": _socket_log,
        "keepalive_timeout": limits.keepalive_s,
        "max_line_size": limits.header_bytes,
        "max_field_size": limits.header_bytes,
        "max_headers": limits.header_count,
        "lingering_time": 1.0,  # for the rest of a body we refused
        "auto_decompress": False,  # what a platform signed is what travelled
    }


async def serve(
    app: web.Application,
    *,
    host: str,
    port: int,
    limits: Limits,
    stop: asyncio.Event,
    share_port: bool = False,
    listening: Callable[[str, int], None] = lambda _host, _port: None,
) -> None:
    """Serve until `stop` is set or SIGTERM or SIGINT comes; `listening` learns the address.

    Then accept no more, let what is in flight finish within `limits.shutdown_s`, and return. The
    caller closes the store after that, and the logs last. Raises `WrongSettings` when nothing can
    listen there.
    """
    runner = web.AppRunner(app, shutdown_timeout=limits.shutdown_s, **connection_settings(limits))
    loop = asyncio.get_running_loop()
    for number in STOPS:
        loop.add_signal_handler(number, stop.set)
    try:
        await runner.setup()
        site = await _listen(runner, host, port, limits, share_port=share_port)
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


async def _listen(
    runner: web.AppRunner, host: str, port: int, limits: Limits, *, share_port: bool
) -> asyncio.Server:
    """Listen with a bound on silence: aiohttp itself has none for a first request's header."""
    loop = asyncio.get_running_loop()
    make = runner.server
    if make is None:
        raise RuntimeError("the runner is not set up")

    def accept() -> web.RequestHandler:
        connection = make()
        loop.call_later(limits.header_timeout_s, _close_if_silent, connection)
        return connection

    try:
        return await loop.create_server(
            accept, host, port, reuse_port=share_port or None, backlog=1024
        )
    except OSError as error:
        raise WrongSettings([f"server: {host}:{port}: {error.strerror}"]) from error


def _close_if_silent(connection: web.RequestHandler) -> None:
    # Its own count of requests; there is no public one by connection.
    if connection._request_count == 0 and connection.transport is not None:
        connection.force_close()
