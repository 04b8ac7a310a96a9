"""A command at the reconciliation desk: opens the gateway, and says who is at work."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from channel_gateway.bootstrap import Gateway, opened
from channel_gateway.commands import given_settings
from channel_gateway.ports import Member, Role
from channel_gateway.settings import WrongSettings
from payment.reconciliation.desk.desk import ReconciliationDesk

Done = TypeVar("Done")
Offered = TypeVar("Offered")

# Who has the machine may look at everything; what changes a day or a case is done by a person.
AT_THE_MACHINE = Member("machine", frozenset({Role.AUDITOR}))


def at_the_desk(
    work: Callable[[Gateway, ReconciliationDesk], Awaitable[Done]], *, looking: bool = False
) -> Done:
    """Run the work of a command, and return what it does."""

    async def main() -> Done:
        async with opened(given_settings(), looking=looking) as gateway:
            return await work(gateway, offered(gateway, ReconciliationDesk))

    return asyncio.run(main())


def offered(gateway: Gateway, kind: type[Offered]) -> Offered:
    """What payment offers to the command line. Raises `WrongSettings` where nothing does."""
    found: list[Offered] = list(gateway.table.offered(kind).values())
    if not found:
        raise WrongSettings(["plugins: none of them takes payments"])
    return found[0]
