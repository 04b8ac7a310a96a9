"""The worker's tries at an order's tasks, each with its outcome."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from channel_gateway.domain.errors import GatewayError
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, Clock
from channel_gateway.service import Reaction
from payment.orders import ORDERS
from payment.refund_cases.cases import CASES
from payment.traces.notes import Notes
from payment.traces.trace import Trace, What

WORKER, DONE = "worker", "done"
Run = Callable[[dict[str, Any], Task, datetime], Awaitable[Change | None]]

# By which field the order is named.
_ORDER = {ORDERS.name: "_id", CASES.name: "order_id"}


def traced_tries(rows: Iterable[Reaction], notes: Notes, clock: Clock) -> list[Reaction]:
    """The rows as they are; those about orders and refund cases leave traces. Pure."""
    return [
        replace(row, run=_traced(row.run, _ORDER[row.collection], notes, clock))
        if row.collection in _ORDER
        else row
        for row in rows
    ]


def _traced(run: Run, field: str, notes: Notes, clock: Clock) -> Run:
    async def traced(document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        began, outcome, note = clock.now(), DONE, ""
        try:
            return await run(document, task, now)
        except GatewayError as trouble:
            outcome, note = trouble.code, str(trouble)
            raise
        except Exception as bug:
            outcome = type(bug).__name__
            raise
        finally:
            took_ms = (clock.now() - began) // timedelta(milliseconds=1)
            words = "; ".join(part for part in (task.detail, note) if part)
            verb = f"{task.kind}, try {task.tries + 1}"
            await notes.note(
                Trace(document[field], began, What.TRY, WORKER, verb, outcome, took_ms, words)
            )

    return traced
