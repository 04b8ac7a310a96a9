"""The command line's frame: settings, options, errors in one line, the commands plug-ins bring."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

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
            for line in wrong.lines:
                click.echo(mask_userinfo(f"refused: {line}"), err=True)
            sys.exit(2)
        except GatewayError as trouble:
            click.echo(mask_userinfo(f"{trouble.code}: {trouble}"), err=True)
            sys.exit(1)

    return careful


class WithPlugins(click.Group):
    """Our own commands, and beside them those of the plug-ins that the settings name.

    Settings that cannot be read bring none; a command of ours then says what is wrong.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._brought()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self._brought().get(cmd_name)

    def _brought(self) -> dict[str, click.Command]:
        try:
            return brought_commands(given_settings())
        except WrongSettings:
            return {}
