"""What commands write: lines and JSON on stdout, a progress bar on a terminal."""

import sys
from collections.abc import Sequence

import click
from pydantic import BaseModel


def say(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(line)


def say_json(view: BaseModel) -> None:
    click.echo(view.model_dump_json(indent=2))


def progress(label: str, length: int) -> "click._termui_impl.ProgressBar[int]":
    """A bar on stderr; where that is no terminal, nothing is shown."""
    return click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    )
