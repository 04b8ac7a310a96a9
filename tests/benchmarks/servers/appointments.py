"""Our gateway with appointments, as `serve` runs its web edge: PORT FOLDER STORE."""

import sys
from pathlib import Path

from channel_gateway import logs
from channel_gateway.plugins import load_plugins
from channel_gateway.web.serving import run
from tests.benchmarks.servers.gateway import web_edge
from tests.benchmarks.servers.office import settings


def main(port: str, folder: str, store: str) -> None:
    read = settings(int(port), Path(folder), store)
    load_plugins(read)  # before anything runs, as `serve` does
    logs.start()
    run(web_edge(read))


if __name__ == "__main__":
    main(*sys.argv[1:])
