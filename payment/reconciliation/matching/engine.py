"""The matching itself: partition by partition, in one process or in two."""

from payment.reconciliation.matching.outcome import Matched, Question
from payment.reconciliation.matching.spool import Spool


def match(spool: Spool, question: Question, *, processes: int = 1) -> Matched:
    """Match what lies in the spool. Every number ends in exactly one outcome."""
    raise NotImplementedError
