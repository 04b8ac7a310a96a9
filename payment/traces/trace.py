"""One thing that was said between us and somebody about an order. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from channel_gateway.domain.days import milliseconds, moment_of

MOST_WORDS = 200  # of a note; longer ones are cut

Kept = list[str | int]


class What(StrEnum):
    REQUEST = "request"  # we asked a platform, or finance
    CALLBACK = "callback"  # a platform, or finance, told us
    TRY = "try"  # our worker tried to do a task
    MORE = "more"  # happened, and is not kept: there was too much of it


@dataclass(frozen=True, slots=True)
class Trace:
    """Holds no personal data: numbers of ours and the other side's, words, codes of errors."""

    about: str  # an order's id; where there is no order yet, a notice's pay code
    at: datetime
    what: What
    whom: str  # the payment method, `finance`, or `worker`
    verb: str
    outcome: str  # a word of the answer, or the code of the error
    took_ms: int = 0
    note: str = ""


def kept(trace: Trace) -> Kept:
    return [
        milliseconds(trace.at),
        trace.what.value,
        trace.whom,
        trace.verb,
        trace.outcome,
        trace.took_ms,
        trace.note[:MOST_WORDS],
    ]


def read(about: str, row: Kept) -> Trace:
    at, what, whom, verb, outcome, took_ms, note = row
    return Trace(
        about,
        moment_of(int(at)),
        What(str(what)),
        str(whom),
        str(verb),
        str(outcome),
        int(took_ms),
        str(note),
    )
