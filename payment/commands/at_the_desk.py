"""A command at the reconciliation desk: opens the gateway, and says who is at work."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, TypeVar

import click
from pydantic import BaseModel

from channel_gateway.bootstrap import Gateway, opened
from channel_gateway.commands import given_settings
from channel_gateway.ports import Member, Role
from channel_gateway.settings import WrongSettings
from payment.reconciliation.desk.desk import ReconciliationDesk

Done = TypeVar("Done")

# Who has the machine may look at everything; what changes a day or a case is done by a person.
AT_THE_MACHINE = Member("machine", frozenset({Role.AUDITOR}))

as_json = click.option("--json", "as_json", is_flag=True, help="For programs, on stdout.")
by_token = click.option(
    "--token",
    envvar="STAFF_TOKEN",
    prompt="令牌",
    hide_input=True,
    help="Your staff token; better in STAFF_TOKEN, where nobody sees it.",
)


class Day(click.ParamType[date]):
    """A Beijing day, 2026-03-02."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 (a day)
        except ValueError:
            self.fail(f"{value}: a day like 2026-03-02 is wanted", param, ctx)


@asynccontextmanager
async def desk_open(*, looking: bool) -> AsyncIterator[tuple[Gateway, ReconciliationDesk]]:
    """Raises `WrongSettings` where no plug-in reconciles."""
    async with opened(given_settings(), looking=looking) as gateway:
        desks = list(gateway.table.offered(ReconciliationDesk).values())
        if not desks:
            raise WrongSettings(["plugins: none of them reconciles payments"])
        yield gateway, desks[0]


def at_the_desk(
    work: Callable[[Gateway, ReconciliationDesk], Awaitable[Done]], *, looking: bool = False
) -> Done:
    """Run the work of a command, and return what it does."""

    async def main() -> Done:
        async with desk_open(looking=looking) as (gateway, desk):
            return await work(gateway, desk)

    return asyncio.run(main())


def say(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(line)


def say_json(view: BaseModel) -> None:
    click.echo(view.model_dump_json(indent=2))


def on_a_terminal() -> bool:
    return sys.stderr.isatty()
