"""The command line: serve · worker · demo · check · routes · states · explain · …"""

import asyncio
import json
import os
import shutil
import signal
import sys
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

import click

from channel_gateway import __version__, logs
from channel_gateway.bootstrap import assemble, opened
from channel_gateway.commands import WithPlugins, as_json, given_settings, saying_what_is_wrong
from channel_gateway.conformance.command import conformance_command
from channel_gateway.domain.days import moment_from_rfc3339, utc_text
from channel_gateway.explaining import explain_message, fetch_keys
from channel_gateway.plugins import load_plugins
from channel_gateway.printing import route_lines, settings_lines, settings_shown, state_pages
from channel_gateway.reference import pages
from channel_gateway.running import run_gateway, run_worker_only
from channel_gateway.scaffold.command import scaffold_command
from channel_gateway.staffing import staff_command
from channel_gateway.stories import as_text, tell_story
from channel_gateway.web.metrics import FOLDER_VARIABLE
from channel_gateway.web.openapi import describe
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.web.processes import run_in_processes
from channel_gateway.web.serving import run

_COUNTED_IN = "gateway-metrics-"


def _begin_again_counting_together() -> None:
    """Become this very command once more, with a folder in which its processes count together."""
    folder = mkdtemp(prefix=_COUNTED_IN)
    command = [sys.executable, "-m", "channel_gateway", *sys.argv[1:]]
    os.execve(sys.executable, command, os.environ | {FOLDER_VARIABLE: folder})  # noqa: S606


def _forget_counts() -> None:
    folder = Path(os.environ[FOLDER_VARIABLE])
    if folder.name.startswith(_COUNTED_IN):  # ours, not one the operator chose
        shutil.rmtree(folder, ignore_errors=True)


@click.group(cls=WithPlugins)
@click.version_option(__version__, prog_name="channel-gateway")
def main() -> None:
    """Government services inside WeChat and Alipay city-service tabs."""


@main.command("serve")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes sharing the port.",
)
@saying_what_is_wrong
def serve_command(workers: int) -> None:
    """Serve citizens and platforms, and work off what is due."""
    settings = given_settings()
    load_plugins(settings)  # what is wrong is said once, before any process is begun

    def listening(host: str, port: int) -> None:
        click.echo(f"listening on http://{host}:{port}, pages at /docs", err=True)

    def one_process() -> None:
        lines = logs.start()

        async def main() -> None:
            await run_gateway(
                settings, stop=asyncio.Event(), share_port=workers > 1, listening=listening
            )

        with closing(lines):  # a forked process has no exit handlers
            run(main())

    if workers == 1:
        one_process()
    elif FOLDER_VARIABLE not in os.environ:
        _begin_again_counting_together()
    else:
        code = run_in_processes(workers, one_process)
        _forget_counts()
        sys.exit(code)


@main.command("worker")
@saying_what_is_wrong
def worker_command() -> None:
    """Work off what is due, without serving anybody."""
    settings = given_settings()
    logs.start()

    async def main() -> None:
        stop = asyncio.Event()
        for ending in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(ending, stop.set)
        await run_worker_only(settings, stop=stop)

    run(main())


@main.command("demo")
@click.option("--once", is_flag=True, help="Play the journeys and leave; 0 when all went well.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Of the gateway; 0 takes a free one.",
)
@saying_what_is_wrong
def demo_command(port: int, *, once: bool) -> None:
    """Play the main journeys on both channels, offline, and then stay open to be tried."""
    from channel_gateway.demo import play_demo  # brings the stand-ins, which nothing else does

    sys.exit(play_demo(once=once, port=port))


@main.command("check")
@as_json
@saying_what_is_wrong
def check_command(*, as_json: bool) -> None:
    """Check the settings, and print the whole masked."""
    settings = given_settings()
    table = assemble(settings, AiohttpSender(), looking=True).table
    sections = {plugin.name: plugin.settings for plugin in load_plugins(settings)}
    if as_json:
        told = {"settings": settings_shown(settings, sections), "notes": table.remarks}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in settings_lines(settings, sections):
        click.echo(line)
    for remark in table.remarks:
        click.echo(f"note: {remark}")


@main.command("routes")
@saying_what_is_wrong
def routes_command() -> None:
    """List every endpoint."""
    for line in route_lines(assemble(given_settings(), AiohttpSender(), looking=True).table):
        click.echo(line)


@main.command("states")
@click.argument("names", nargs=-1)
@saying_what_is_wrong
def states_command(names: tuple[str, ...]) -> None:
    """Print the life cycles as diagrams, from their tables."""
    for page in state_pages(assemble(given_settings(), AiohttpSender(), looking=True).table, names):
        click.echo(page)


@main.command("reference")
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@saying_what_is_wrong
def reference_command(folder: Path) -> None:
    """Write the reference pages that are made from the code."""
    settings = given_settings()
    models = {plugin.name: type(plugin.settings) for plugin in load_plugins(settings)}
    for name, page in pages(
        assemble(settings, AiohttpSender(), looking=True).table, models
    ).items():
        (folder / name).write_text(page, encoding="utf-8")


@main.command("openapi")
@saying_what_is_wrong
def openapi_command() -> None:
    """Print the OpenAPI description, as JSON."""
    table = assemble(given_settings(), AiohttpSender(), looking=True).table
    click.echo(json.dumps(describe(table), ensure_ascii=False, indent=2))


@main.command("explain")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@saying_what_is_wrong
def explain_command(number: str, as_json: bool) -> None:
    """Where is this citizen's money? By any number somebody holds: of an order, a payment, a notice
    (缴款码), a refund, a receipt, a case. The first line is the answer, the rest how it came so.
    """

    async def main() -> None:
        settings = given_settings()
        async with opened(settings, looking=True) as gateway:
            lines = await tell_story(gateway.table, number, settings.store.url)
        if as_json:
            told = [{"at": utc_text(at) if at else None, "text": text} for at, text in lines]
            click.echo(json.dumps({"number": number, "lines": told}, ensure_ascii=False, indent=2))
            return
        for line in lines:
            click.echo(as_text(line))

    asyncio.run(main())


@main.command("explain-signature")
@click.argument("message", type=click.File("rb"), default="-")
@click.option("--platform", help="The plug-in's name, when the message does not tell.")
@click.option("--at", help="When it came, like 2026-01-07T09:00:00+08:00; now, unless said.")
@saying_what_is_wrong
def explain_signature_command(message: BinaryIO, platform: str | None, at: str | None) -> None:
    """Say what is wrong with a signed request or callback, given as it came: headers, blank line,
    raw body; or the form alone.
    """

    async def main() -> bool:
        async with AiohttpSender() as http:
            gateway = assemble(given_settings(), http, looking=True)
            await fetch_keys(gateway.table)
        came_at = moment_from_rfc3339(at) if at else gateway.edge.clock.now()
        holds, lines = explain_message(gateway.table, message.read(), came_at, platform)
        for line in lines:
            click.echo(line)
        return holds

    sys.exit(0 if asyncio.run(main()) else 1)


main.add_command(staff_command)
main.add_command(scaffold_command)
main.add_command(conformance_command)


if __name__ == "__main__":
    main()
