"""Traces put together: kept in batches, forgotten in time, and left by the worker's tries too."""

from channel_gateway.ports import Tools
from channel_gateway.service import Job, Table
from payment.parts import Parts
from payment.traces.traces import TRACES
from payment.traces.tries import traced_tries

COLLECTIONS = (TRACES,)


def add_rows(table: Table, tools: Tools, parts: Parts, begun: int) -> None:
    """`begun`: how many reactions there were before payment's; of its own every try is traced."""
    table.endings.append(parts.traces.flush)
    table.jobs.append(
        Job("forget_traces", 3600, parts.traces.purge, "Forget requests and callbacks long ago")
    )
    table.reactions[begun:] = traced_tries(table.reactions[begun:], parts.traces, tools.clock)
