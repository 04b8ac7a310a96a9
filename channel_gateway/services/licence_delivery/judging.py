"""What a parcel's courier, its citizen and its operators say together: one word. Pure."""

from channel_gateway.domain.parcels import Stage
from channel_gateway.services.licence_delivery.delivery import Attempt, Judgement, Trigger, Verdict
from channel_gateway.services.licence_delivery.standing import RANK, Standing, standing

_SIGNED_FOR = frozenset({Stage.SIGNED, Stage.PROXY_SIGNED})
_FOUND = frozenset({*_SIGNED_FOR, Stage.RETURNED})


def said(attempt: Attempt) -> Trigger | None:
    """What is to happen to its delivery; None: nothing is known of a parcel."""
    found = standing(attempt)
    stage = None if found is None else found.stage
    if attempt.refused and not attempt.waybill:
        return Trigger.STALL
    if attempt.cancelled_at is not None and _was_never_fetched(stage):
        return Trigger.SAY_CANCELLED
    judged = None if attempt.judgement is None else _judged(attempt.judgement, found)
    if judged is not None:
        return judged
    if stage is not None:
        return Trigger(stage.value)
    return Trigger.SAY_WAYBILL if attempt.waybill else None


def _judged(judgement: Judgement, found: Standing | None) -> Trigger | None:
    """None: the courier has said something since that the judgement did not know of."""
    stage = None if found is None else found.stage
    known = found is None or found.scan.at <= judgement.at
    match judgement.verdict:
        case Verdict.RECEIVED:
            return Trigger.SAY_SIGNED
        case Verdict.IN_HAND if stage is Stage.PROXY_SIGNED and known:
            return Trigger.SAY_SIGNED
        case Verdict.NOT_IN_HAND if stage in _SIGNED_FOR and known:
            return Trigger.DENY
        case Verdict.STALLED if stage is judgement.stage and known:
            return Trigger.STALL
        case Verdict.LOST if stage not in _FOUND:
            return Trigger.LOSE
        case _:
            return None


def _was_never_fetched(stage: Stage | None) -> bool:
    return stage in (None, Stage.CANCELLED) or RANK[stage] < RANK[Stage.PICKED_UP]
