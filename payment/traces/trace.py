"""One thing that was said between us and somebody about an order. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from channel_gateway.domain.days import milliseconds, moment_of

MOST_WORDS = 200  # of a note; longer ones are cut
_BETWEEN = "\t"


class What(StrEnum):
    REQUEST = "request"  # we asked a platform, or finance
    CALLBACK = "callback"  # a platform, or finance, told us
    TRY = "try"  # our worker tried to do a task
    MORE = "more"  # happened, and is not kept: there was too much of it


class Trace(NamedTuple):
    """Holds no personal data: numbers of ours and the other side's, words, codes of errors.

    A tuple, for one is made at each callback.
    """

    about: str  # an order's id; where there is no order yet, a notice's pay code
    at: datetime
    what: What
    whom: str  # the payment method, `finance`, or `worker`
    verb: str
    outcome: str  # a word of the answer, or the code of the error
    took_ms: int = 0
    note: str = ""


def kept(trace: Trace) -> str:
    """One text, which a store looks at once."""
    at, note = milliseconds(trace.at), trace.note[:MOST_WORDS].replace(_BETWEEN, " ")
    words = (trace.what.value, trace.whom, trace.verb, trace.outcome)
    return _BETWEEN.join((str(at), *words, str(trace.took_ms), note))


def read(about: str, text: str) -> Trace:
    at, what, whom, verb, outcome, took_ms, note = text.split(_BETWEEN)
    return Trace(about, moment_of(int(at)), What(what), whom, verb, outcome, int(took_ms), note)
