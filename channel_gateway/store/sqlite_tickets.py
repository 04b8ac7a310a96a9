"""An operation on its way to one of SQLite's threads and back: who waits, how long, what came."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from channel_gateway.ports import StoreUnavailable

Answer = TypeVar("Answer")
Operation = Callable[[sqlite3.Connection], Answer]


@dataclass(slots=True, eq=False)
class Ticket:
    operation: Operation[Any]
    done: asyncio.Future[Any]
    single: bool = False  # it writes with one statement, which undoes itself when it fails
    abandoned: bool = False  # the caller has gone: not begun any more


# A ticket with its answer, or with the error it ended in.
Outcome = tuple[Ticket, Any, Exception | None]


async def answer_to(ticket: Ticket, *, timeout_s: float) -> Any:
    """What the operation returned. Raises what it raised, or `StoreUnavailable` after the limit."""
    # A timer of its own takes a third of what `asyncio.timeout` takes.
    expiry = ticket.done.get_loop().call_later(timeout_s, _expire, ticket, timeout_s)
    try:
        return await ticket.done
    finally:
        ticket.abandoned = True
        expiry.cancel()


def settle(outcomes: Iterable[Outcome]) -> None:
    """Tell those who wait; who timed out or was cancelled meanwhile is not told."""
    for ticket, answer, error in outcomes:
        if ticket.done.done():
            continue
        if error is None:
            ticket.done.set_result(answer)
        else:
            ticket.done.set_exception(error)


def _expire(ticket: Ticket, timeout_s: float) -> None:
    settle([(ticket, None, StoreUnavailable(f"SQLite did not answer within {timeout_s} s"))])
