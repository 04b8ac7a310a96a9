"""Traces as lines. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from channel_gateway.service import Line
from payment.traces.trace import Trace, What

_ASKED: Mapping[str, str] = {
    "prepare": "asked to make the order known",
    "ask": "asked whether it is paid",
    "close": "asked to close the order",
    "refund": "asked to give money back",
    "ask_refund": "asked about the refund",
    "refund_to_card": "asked to send the refund to another card",
    "look_up": "asked what the notice costs",
    "void": "asked to withdraw the notice",
    "confirm": "told of the payment",
    "receipt": "asked for the e-receipt",
    "report_refund": "told of the refund",
}


def trace_lines(traces: Iterable[Trace]) -> Iterator[Line]:
    for trace in traces:
        yield Line(trace.at, _words(trace))


def _words(trace: Trace) -> str:
    note = f" ({trace.note})" if trace.note else ""
    if trace.what is What.REQUEST:
        asked = _ASKED.get(trace.verb, trace.verb)
        return f"{trace.whom} was {asked}: {trace.outcome}{note}, {trace.took_ms} ms"
    if trace.what is What.CALLBACK:
        return f"{trace.whom} called back: {trace.verb}: {trace.outcome}{note}"
    if trace.what is What.TRY:
        return f"worker: {trace.verb}: {trace.outcome}{note}, {trace.took_ms} ms"
    return "more happened than is kept here"
