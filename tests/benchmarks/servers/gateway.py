"""Our gateway as `serve` runs it; with `--worker` also what follows a payment, in one process."""

import asyncio
import sys
from pathlib import Path

from channel_gateway import logs
from channel_gateway.bootstrap import opened
from channel_gateway.running import run_gateway
from channel_gateway.web.app import make_app
from channel_gateway.web.serving import run, serve
from tests.benchmarks.servers.given import settings


async def web_edge(port: int, folder: Path) -> None:
    """What `run_gateway` does without its worker, which another process may be."""
    async with opened(settings(port, folder)) as gateway:
        await serve(
            make_app(gateway.table, gateway.edge),
            host="127.0.0.1",
            port=port,
            limits=gateway.edge.limits,
            stop=asyncio.Event(),
        )


async def with_worker(port: int, folder: Path) -> None:
    await run_gateway(settings(port, folder), stop=asyncio.Event())


if __name__ == "__main__":
    logs.start()
    main = with_worker if "--worker" in sys.argv else web_edge
    run(main(int(sys.argv[1]), Path(sys.argv[2])))
