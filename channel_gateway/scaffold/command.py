"""`channel-gateway scaffold channel NAME`: write a channel, say what to put into the settings."""

import tomllib
from pathlib import Path, PurePosixPath

import click

from channel_gateway.scaffold.channel import (
    NameTaken,
    WrongName,
    channel_files,
    check_names,
    settings_tables,
    write_new,
)
from channel_gateway.scaffold.service import service_file


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
    except OSError as trouble:
        raise _not_written(trouble) from trouble
    for path in written:
        click.echo(f"wrote {path}")
    click.echo("\nPut this into settings.toml:\n")
    click.echo(settings_tables(name, under=under))
    click.echo(f"Then: python -m pytest tests/contracts -k {name}")


@scaffold_command.command("service")
@click.argument("name")
@click.option("--code", default="XX-XX-01", help="The service's code, such as GA-HZ-01.")
@click.option("--folder", default="services", help="Where your service files lie.")
def service_command(name: str, code: str, folder: str) -> None:
    """Write a service file that is right at once, to be changed.

    Run it where settings.toml lies.
    """
    try:
        [path] = write_new(Path(folder), {PurePosixPath(f"{name}.toml"): service_file(name, code)})
    except (WrongName, NameTaken) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except OSError as trouble:
        raise _not_written(trouble) from trouble
    click.echo(f"wrote {Path(folder, path)}")
    click.echo("\nIf it is not there yet, put this into settings.toml:\n")
    click.echo('[plugins.catalogue]\nmodule = "channel_gateway.services.catalogue"')
    click.echo(f'folder = "{folder}"\n')
    click.echo("Then: python -m channel_gateway check")


def _not_written(trouble: OSError) -> click.ClickException:
    return click.ClickException(f"{trouble.filename}: {trouble.strerror}")


def _plugins_of(settings: Path) -> list[str]:
    """The names of the plug-ins the checkout's settings have; none where there is no such file."""
    if not settings.is_file():
        return []
    try:
        return list(tomllib.loads(settings.read_text(encoding="utf-8")).get("plugins", {}))
    except ValueError as wrong:
        raise click.ClickException(f"{settings}: {wrong}") from wrong
