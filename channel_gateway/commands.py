"""The command line's frame: settings, options, errors in one line, the commands plug-ins bring."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from errno import ENOSPC
from functools import wraps
from pathlib import Path
from typing import NoReturn, ParamSpec

import click

from channel_gateway.domain.errors import GatewayError
from channel_gateway.masking import mask_userinfo
from channel_gateway.plugins import brought_commands
from channel_gateway.settings import Settings, WrongSettings, read_settings

Given = ParamSpec("Given")

as_json = click.option("--json", "as_json", is_flag=True, help="For programs: JSON on stdout.")
by_token = click.option(
    "--token",
    envvar="STAFF_TOKEN",
    prompt="令牌",
    hide_input=True,
    help="Your staff token; better in STAFF_TOKEN, where nobody sees it.",
)


def given_settings() -> Settings:
    path = Path(os.environ.get("GATEWAY_SETTINGS", "settings.toml"))
    return read_settings(path, os.environ)


def saying_what_is_wrong(command: Callable[Given, None]) -> Callable[Given, None]:
    """Wrong settings end a command with one clear line each, and nothing else."""

    @wraps(command)
    def careful(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except WrongSettings as wrong:
            _refuse(wrong)
        except GatewayError as trouble:
            click.echo(mask_userinfo(f"{trouble.code}: {trouble}"), err=True)
            sys.exit(1)
        except OSError as trouble:
            if trouble.errno != ENOSPC:
                raise
            _forget_the_rest()
            raise click.ClickException(f"not all is written: {trouble.strerror}") from trouble

    return careful


def _forget_the_rest() -> None:
    """What waits to be written out would fail once more when the process ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(wrong: WrongSettings) -> NoReturn:
    for line in wrong.lines:
        click.echo(mask_userinfo(f"refused: {line}"), err=True)
    sys.exit(2)


class WithPlugins(click.Group):
    """Our own commands, and beside them those of the plug-ins that the settings name.

    Settings that cannot be read bring none to the list; who calls one is told what is wrong with
    the settings, for whether there is such a command is not known then.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        brought: dict[str, click.Command] = {}
        with suppress(WrongSettings):
            brought = brought_commands(given_settings())
        return sorted({*super().list_commands(ctx), *brought})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        ours = super().get_command(ctx, cmd_name)
        if ours is not None:
            return ours
        try:
            return brought_commands(given_settings()).get(cmd_name)
        except WrongSettings as wrong:
            _refuse(wrong)
