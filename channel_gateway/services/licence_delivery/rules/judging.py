"""What a parcel's courier, its citizen and its operators say together: one word. Pure.

A person's word holds against all that the courier says of moments up to then, and yields to what it
says of a later one. So an answer that lags behind, or forgets, takes nothing out of their mouth.
"""

from channel_gateway.domain.parcels import Stage
from channel_gateway.services.licence_delivery.delivery import (
    UNDER_WAY,
    Attempt,
    Delivery,
    Judgement,
    State,
    Trigger,
    Verdict,
)
from channel_gateway.services.licence_delivery.rules.standing import (
    RANK,
    SIGNATURES,
    Standing,
    is_unconfirmed,
    standing,
)

_BACK = frozenset({Stage.RETURNING, Stage.RETURNED})
_FOUND = frozenset({Stage.SIGNED, Stage.PROXY_SIGNED, Stage.RETURNED})


def said(attempt: Attempt) -> Trigger | None:
    """What is to happen to its delivery; None: nothing is known of a parcel."""
    found = standing(attempt)
    stage = None if found is None else found.stage
    judged = None if attempt.judgement is None else _judged(attempt.judgement, found)
    if judged is not None:
        return judged
    if attempt.refused and not attempt.waybill:
        return Trigger.STALL
    if attempt.cancelled_at is not None and not was_fetched(attempt):
        return Trigger.SAY_CANCELLED
    if stage is Stage.CANCELLED and attempt.cancel_asked_at is None:
        return Trigger.STALL
    if stage is not None:
        return Trigger(stage.value)
    return Trigger.SAY_WAYBILL if attempt.waybill else None


def was_called_off(attempt: Attempt) -> bool:
    """Whether its courier says of itself that it fetches nothing 销单."""
    found = standing(attempt)
    return found is not None and found.stage is Stage.CANCELLED


def was_fetched(attempt: Attempt) -> bool:
    """Whether its courier has had the parcel."""
    found = standing(attempt)
    if found is None or found.stage is Stage.CANCELLED:
        return False
    return RANK[found.stage] >= RANK[Stage.PICKED_UP]


def is_denied(delivery: Delivery) -> bool:
    """Whether the citizen does not have what was signed for."""
    return delivery.state is State.EXCEPTION and _verdict(delivery) is Verdict.NOT_IN_HAND


def is_given_up(delivery: Delivery) -> bool:
    """Whether its courier is asked no more, and nobody knows how it ended."""
    return delivery.state is State.EXCEPTION and _verdict(delivery) is Verdict.STALLED


def is_signed_unconfirmed(delivery: Delivery) -> bool:
    """Whether its courier pushed, vouched for, that it was signed for, and does not answer so."""
    attempt = delivery.attempt
    if attempt is None or delivery.state not in UNDER_WAY:
        return False
    signatures = (scan for scan in attempt.scans if scan.stage in SIGNATURES and scan.vouched_at)
    return any(is_unconfirmed(scan, attempt.answered_at) for scan in signatures)


def _verdict(delivery: Delivery) -> Verdict | None:
    attempt = delivery.attempt
    judgement = None if attempt is None else attempt.judgement
    return None if judgement is None else judgement.verdict


def _judged(judgement: Judgement, found: Standing | None) -> Trigger | None:
    """None: the courier has said something that the judgement is not about."""
    stage = None if found is None else found.stage
    holds = found is None or found.scan.at <= judgement.at
    match judgement.verdict:
        case Verdict.RECEIVED:
            return Trigger.SAY_SIGNED
        case Verdict.IN_HAND if holds:
            return Trigger.SAY_SIGNED
        case Verdict.NOT_IN_HAND if holds and stage not in _BACK:
            return Trigger.DENY
        case Verdict.STALLED if holds and stage is judgement.stage:
            return Trigger.STALL
        case Verdict.LOST if stage not in _FOUND:
            return Trigger.LOSE
        case Verdict.LOST if holds and judgement.stage in _FOUND:  # it was known, and not believed
            return Trigger.LOSE
        case _:
            return None
