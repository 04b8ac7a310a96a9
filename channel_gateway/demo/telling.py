"""One line a step: who did what."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

Found = TypeVar("Found")

_COLOURS = {
    "citizen": "cyan",
    "platform": "yellow",
    "gateway": "green",
    "finance": "magenta",
    "department": "blue",
}
PATIENCE_S = 30


class StepFailed(Exception):
    """A step did not end as it should; the message names it."""


def title(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)


def step(who: str, what: str) -> None:
    click.echo(f"  {click.style(f'{who:<10}', fg=_COLOURS.get(who.split()[0]))} {what}")


async def until(
    what: str, look: Callable[[], Awaitable[Found]], good: Callable[[Found], bool]
) -> Found:
    """Look again until it is good. Raises `StepFailed`, naming what was waited for."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        found = await look()
        if good(found):
            return found
        if time.monotonic() > give_up:
            raise StepFailed(f"waited {PATIENCE_S} s for: {what}; last seen: {found}")
        await asyncio.sleep(0.1)


def expect(what: str, *, holds: bool) -> None:
    """Raises `StepFailed` unless it holds."""
    if not holds:
        raise StepFailed(what)


def yuan(fen: int) -> str:
    return f"¥{fen // 100}.{fen % 100:02d}"
