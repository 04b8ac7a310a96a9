"""`python -m mock_platforms`: serve the stand-ins, or print the control plane's reference."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from datetime import datetime
from pathlib import Path

import click

from mock_platforms.control import all_rows
from mock_platforms.reference import page
from mock_platforms.server import start
from mock_platforms.stage import Stage
from mock_platforms.troupe import find_builds


@click.group()
def main() -> None:
    """Stand-ins of WeChat, WeChat Pay, Alipay, finance, a bank, departments and couriers."""


@main.command()
@click.option("--state", type=click.Path(path_type=Path), required=True, help="Keys and addresses.")
@click.option(
    "--base-port", default=0, show_default=True, help="The first port; 0 takes free ones."
)
@click.option("--also", multiple=True, help="A module outside that offers build(stage).")
@click.option("--seed", default=0, show_default=True)
@click.option("--shared-clock", is_flag=True, help="Signatures too carry the moved clock.")
@click.option(
    "--begin",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    help="When the moved clock begins, like 2026-02-09T08:30:00+0800; now, unless said.",
)
def serve(
    state: Path,
    base_port: int,
    also: tuple[str, ...],
    seed: int,
    begin: datetime | None,
    *,
    shared_clock: bool,
) -> None:
    """Play all platforms on 127.0.0.1 until told to stop."""

    async def play() -> None:
        stop = asyncio.Event()
        for ending in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(ending, stop.set)
        async with start(
            state,
            base_port=base_port,
            also=also,
            seed=seed,
            begin=begin,
            shared_clock=shared_clock,
        ) as running:
            for name, address in running.stage.addresses.items():
                click.echo(f"{name:<12} {address}")
            click.echo(f"{'addresses':<12} {state / 'platforms.json'}")
            await stop.wait()

    asyncio.run(play())


@main.command()
@click.option("--also", multiple=True, help="A module outside that offers build(stage).")
def control(also: tuple[str, ...]) -> None:
    """Print the reference page of the control plane, from its rows."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), find_builds(also))
        click.echo(page(all_rows(stage), stage.faults.kinds()), nl=False)


if __name__ == "__main__":
    main()
