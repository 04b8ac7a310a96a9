"""Traces put together: kept in batches, forgotten in time, and left by the worker's tries too."""

from channel_gateway.ports import Tools
from channel_gateway.service import Job, Table
from payment.parts import Parts
from payment.traces.traces import TRACES
from payment.traces.tries import traced_tries

COLLECTIONS = (TRACES,)


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    """Every try at orders and refund cases is traced: their reactions are payment's alone."""
    table.endings.append(parts.traces.flush)
    table.jobs.append(
        Job("forget_traces", 3600, parts.traces.purge, "Forget requests and callbacks long ago")
    )
    table.reactions[:] = traced_tries(table.reactions, parts.traces, tools.clock)
