"""Traces as lines. Pure."""

from collections.abc import Iterable, Iterator

from channel_gateway.service import Line
from payment.story.words import ANSWERS, ASKED, BOOKINGS, TASKS, WHO, said
from payment.traces.trace import Trace, What

_REFUSED = "refused: "


def trace_lines(traces: Iterable[Trace]) -> Iterator[Line]:
    for trace in traces:
        yield Line(trace.at, _words(trace))


def _words(trace: Trace) -> str:
    whom, outcome = said(trace.whom, WHO), _outcome(trace.outcome)
    note = f"（{trace.note}）" if trace.note else ""
    if trace.what is What.REQUEST:
        asked = said(trace.verb, ASKED)
        return f"向 {whom} {asked}：{outcome}{note}，{trace.took_ms} 毫秒"
    if trace.what is What.CALLBACK:
        return f"{whom} 通知 {_told(trace.verb)}：{outcome}{note}"
    if trace.what is What.TRY:
        kind, _, count = trace.verb.partition(", try ")
        detail, colon, rest = trace.note.partition(":")
        if colon and detail in BOOKINGS:
            note = f"（{BOOKINGS[detail]}{rest and f' {rest}'}）"
        return f"系统办理 {said(kind, TASKS)}，第 {count} 次：{outcome}{note}，{trace.took_ms} 毫秒"
    return "其后还有更多记录，此处未保留"


def _outcome(outcome: str) -> str:
    if outcome.startswith(_REFUSED):
        return f"未采信，{outcome.removeprefix(_REFUSED)}"
    return said(outcome, ANSWERS)


def _told(verb: str) -> str:
    """What the other side told: of a payment or a refund, and how it stands there."""
    match verb.split(" "):
        case ["payment", status]:
            return f"收款 {said(status, ANSWERS)}"
        case ["refund", number, status]:
            return f"退款 {number} {said(status, ANSWERS)}"
    return said(verb, ANSWERS)
