"""A gateway process: the web edge and the worker on one loop, ended in order, losing nothing."""

import asyncio
from collections.abc import Callable

from channel_gateway.bootstrap import opened
from channel_gateway.settings import Settings
from channel_gateway.web.edge import followed
from channel_gateway.web.listeners import listened
from channel_gateway.web.serving import serve
from channel_gateway.web.shell import shell
from channel_gateway.worker.loop import run_worker


async def run_gateway(
    settings: Settings,
    *,
    stop: asyncio.Event,
    share_port: bool = False,
    listening: Callable[[str, int], None] = lambda _host, _port: None,
) -> None:
    """Serve and work until `stop`, SIGTERM or SIGINT: first the calls end, then the worker."""
    async with opened(settings, beginning=True) as gateway, followed(gateway.table, gateway.edge):
        worker_stop = asyncio.Event()
        worker = asyncio.create_task(run_worker(gateway.outbox, gateway.schedule, worker_stop))
        worker.add_done_callback(lambda _: stop.set())  # if it falls, the process falls with it
        try:
            async with listened(gateway.table, gateway.edge, share_port=share_port):
                await serve(
                    shell(gateway.table, gateway.edge),
                    host=settings.server.host,
                    port=settings.server.port,
                    stop=stop,
                    shutdown_s=gateway.edge.limits.shutdown_s,
                    share_port=share_port,
                    listening=listening,
                )
        finally:
            # Work in hand is finished; what is not begun lies in the store.
            worker_stop.set()
            await worker


async def run_worker_only(settings: Settings, *, stop: asyncio.Event) -> None:
    """Work without a web edge, until `stop`."""
    async with opened(settings, beginning=True) as gateway:
        await run_worker(gateway.outbox, gateway.schedule, stop)
