"""How far a difference has come: what was found of it, and its case, in one word. Pure."""

from enum import StrEnum

from payment.reconciliation.cases.case import DifferenceCaseState
from payment.reconciliation.found.finding import FindingState


class HowFar(StrEnum):
    """In the order in which a day's report lists them."""

    OPEN = "open"  # nothing explains it, and nobody has settled or carried it: its day waits
    CARRIED = "carried"  # its case is carried, or its money in suspense: its day may be closed
    DONE = "done"  # the gateway put it right, or somebody settled it
    GONE = "gone"  # a later matching does not find it any more


_LEFT_LYING = (DifferenceCaseState.CARRIED, DifferenceCaseState.SUSPENSE)


def how_far(finding: FindingState, case: DifferenceCaseState | None) -> HowFar:
    """`case`: None, where there is none of it."""
    if case in _LEFT_LYING:
        return HowFar.CARRIED
    if finding is FindingState.GONE:
        return HowFar.GONE
    if finding is FindingState.HEALED or case is DifferenceCaseState.SETTLED:
        return HowFar.DONE
    return HowFar.OPEN
