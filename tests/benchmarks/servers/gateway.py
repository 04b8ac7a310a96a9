"""Our gateway as `serve` runs it; with `--worker` also what follows a payment, in one process."""

import asyncio
import sys
from pathlib import Path

from channel_gateway import logs
from channel_gateway.bootstrap import opened
from channel_gateway.plugins import load_plugins
from channel_gateway.running import run_gateway
from channel_gateway.settings import Settings
from channel_gateway.web.serving import run, serve
from channel_gateway.web.shell import shell
from tests.benchmarks.servers.given import settings, settings_without_delay


async def web_edge(settings: Settings) -> None:
    """What `run_gateway` does without its worker, which another process may be."""
    async with opened(settings, beginning=True) as gateway:
        await serve(
            shell(gateway.table, gateway.edge),
            host=settings.server.host,
            port=settings.server.port,
            stop=asyncio.Event(),
            shutdown_s=gateway.edge.limits.shutdown_s,
        )


def main(port: int, folder: Path, *options: str) -> None:
    given = settings_without_delay if "--without-delay" in options else settings
    read = given(port, folder)
    load_plugins(read)  # before anything runs, as `serve` does
    logs.start()
    with_worker = "--worker" in options
    run(run_gateway(read, stop=asyncio.Event()) if with_worker else web_edge(read))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
