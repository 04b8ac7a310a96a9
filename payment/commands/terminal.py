"""What commands write: lines and JSON on stdout, a progress bar on a terminal."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import click
from pydantic import BaseModel


def say(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(line)


def say_json(view: BaseModel) -> None:
    click.echo(view.model_dump_json(indent=2))


def progress(
    label: str, length: int, *, showing: Callable[[Any], str] | None = None
) -> "click._termui_impl.ProgressBar[Any]":
    """A bar on stderr, with words for what is at hand; where that is no terminal, nothing is
    shown.
    """
    return click.progressbar(
        length=length,
        label=label,
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        item_show_func=showing,
        show_eta=showing is None,  # steps are of unequal length
    )
