"""Puts what an answer changed behind the answer. Pure.

The worker dates a change by when its try began, which is before it asked. Told in order of time, it
would be known before anybody had said it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate

from payment.order import Event, Order
from payment.traces.trace import Trace, What

_TRY = timedelta(minutes=1)  # no try takes longer
# Which question's answer it is that an event follows from, when no callback came first.
_ASKED: Mapping[str, str] = {
    "paid": "ask",
    "stray": "ask",
    "closed": "ask",
    "confirmed": "confirm",
    "receipted": "receipt",
    "red_receipt": "report_refund",
}


def behind_answers(order: Order, traces: Sequence[Trace]) -> Order:
    """The order, each event at the moment when we knew of it; their order stays."""
    moved = (_moved(event, traces) for event in order.events)
    return replace(order, events=tuple(accumulate(moved, _not_before)))


def _moved(event: Event, traces: Sequence[Trace]) -> Event:
    verb = _ASKED.get(event.what)
    if any(trace.what is What.CALLBACK and trace.at == event.at for trace in traces):
        return event
    answers = (
        _answered_at(trace)
        for trace in traces
        if trace.what is What.REQUEST
        and trace.verb == verb
        and event.at <= trace.at < event.at + _TRY
    )
    return replace(event, at=next(answers, event.at))


def _not_before(earlier: Event, event: Event) -> Event:
    return replace(event, at=max(earlier.at, event.at))


def _answered_at(trace: Trace) -> datetime:
    return trace.at + timedelta(milliseconds=trace.took_ms)
