"""`channel-gateway conformance department URL`: ask a back end, say what holds and what not."""

import asyncio
import sys
from pathlib import Path

import click

from channel_gateway.addresses import http_address
from channel_gateway.conformance.bench import SOMEWHERE, BackEnd, Bench, Place
from channel_gateway.conformance.line import SocketLine
from channel_gateway.conformance.report import as_json, closing, line, passed
from channel_gateway.conformance.running import Outcome, outcomes
from channel_gateway.standard_webhooks import Secret
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.world import SystemRandomness, WallClock

_MOST_BYTES = 1024 * 1024


@click.group("conformance")
def conformance_command() -> None:
    """Hold somebody's own back end to the contract."""


def _secrets(_: click.Context, __: click.Parameter, files: tuple[Path, ...]) -> tuple[Secret, ...]:
    return tuple(_secret(file) for file in files)


def _secret(file: Path) -> Secret:
    try:
        return Secret.parse(file.read_text(encoding="ascii"))
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}") from error
    except UnicodeError:
        raise click.BadParameter(f"{file}: it is not plain text") from None
    except ValueError as error:
        raise click.BadParameter(f"{file}: {error}") from error


def _place(_: click.Context, __: click.Parameter, value: str | None) -> Place | None:
    if value is None:
        return None
    try:
        return Place.parse(value)
    except ValueError:
        wanted = "such as GA-HZ-01/crj_center/2026-03-10T09:30 is wanted"
        raise click.BadParameter(wanted) from None


def _address(_: click.Context, __: click.Parameter, value: str) -> str:
    try:
        return http_address(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@conformance_command.command("department")
@click.argument("url", callback=_address)
@click.option(
    "--secret-file",
    "secrets",
    type=click.Path(path_type=Path),
    callback=_secrets,
    multiple=True,
    required=True,
    help="What the gateway signs with. Twice: it signs with both, as during a rotation.",
)
@click.option(
    "--answer-secret-file",
    "answer_secrets",
    type=click.Path(path_type=Path),
    callback=_secrets,
    multiple=True,
    help="What the department signs its answers with; needed with --seats.",
)
@click.option(
    "--seats",
    "place",
    metavar="SERVICE/HALL/SLOT",
    callback=_place,
    help="Ask for seats too: of a slot with 2 to 50 free ones that nobody else takes meanwhile.",
)
@click.option(
    "--about",
    metavar="SERVICE/HALL/SLOT",
    callback=_place,
    help="Of which the invented appointments are; those of --seats unless said, or of nowhere.",
)
@click.option("--json", "for_programs", is_flag=True, help="Print one JSON object at the end.")
def department_command(
    url: str,
    secrets: tuple[Secret, ...],
    answer_secrets: tuple[Secret, ...],
    place: Place | None,
    about: Place | None,
    *,
    for_programs: bool,
) -> None:
    """Hold a department's back end to the contract. It is told of invented appointments: ask one
    that is there for tests.

    Ends with 1 when a check failed.
    """
    if place and not answer_secrets:
        raise click.UsageError("--seats needs --answer-secret-file: answers are signed")
    back_end = BackEnd(url, secrets, answer_secrets, place, about or place or SOMEWHERE)
    sys.exit(0 if asyncio.run(_ask(back_end, for_programs=for_programs)) else 1)


async def _ask(back_end: BackEnd, *, for_programs: bool) -> bool:
    found: list[Outcome] = []
    async with AiohttpSender(largest_answer_bytes=_MOST_BYTES) as http:
        bench = Bench(back_end, SocketLine(http), WallClock(), SystemRandomness())
        async for outcome in outcomes(bench):
            found.append(outcome)
            if not for_programs:
                click.echo(line(outcome))
    if for_programs:
        click.echo(as_json(back_end.url, found, bench.to_look_at))
    else:
        click.echo(closing(found, bench.to_look_at))
    return passed(found)
