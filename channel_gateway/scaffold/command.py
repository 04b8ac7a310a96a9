"""`channel-gateway scaffold channel NAME`: write a channel, say what to put into the settings."""

import tomllib
from pathlib import Path

import click

from channel_gateway.scaffold.channel import (
    NameTaken,
    WrongName,
    channel_files,
    check_names,
    settings_tables,
    write_new,
)


@click.group("scaffold")
def scaffold_command() -> None:
    """Begin a plug-in with code that works and passes the contract suites."""


@scaffold_command.command("channel")
@click.argument("name")
@click.option(
    "--under", default="", help="A package of your own to put the code in; default: the project's."
)
def channel_command(name: str, under: str) -> None:
    """Write a channel and its payment method, with their stand-in, vectors and rig.

    Run it at the root of a checkout.
    """
    try:
        check_names(name, under, _plugins_of(Path("settings.toml")))
        written = write_new(Path(), channel_files(name, under=under))
    except (WrongName, NameTaken) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for path in written:
        click.echo(f"wrote {path}")
    click.echo("\nPut this into settings.toml:\n")
    click.echo(settings_tables(name, under=under))
    click.echo(f"Then: python -m pytest tests/contracts -k {name}")


def _plugins_of(settings: Path) -> list[str]:
    """The names of the plug-ins the checkout's settings have; none where there is no such file."""
    if not settings.is_file():
        return []
    try:
        return list(tomllib.loads(settings.read_text(encoding="utf-8")).get("plugins", {}))
    except ValueError as wrong:
        raise click.ClickException(f"{settings}: {wrong}") from wrong
