"""Where a parcel is: the highest rank over the set of scans that count, never the last one. Pure.

Scans come late, twice, in any order, and are corrected to an earlier moment. So nothing here
depends on when we heard of one, save in two places that mean it:

- The courier's whole answer, when we ask, replaces what it said before: what is not in its last
  answer is put right and does not count, except what was pushed about then or later.
- An end counts only when it is in the courier's last answer.

What is said to happen later than tomorrow (a mistyped year) is kept, and counts when it is said
again then: it would hide all that happens before.

What is kept of a scan is three moments, of which each only ever grows or only ever shrinks: the
same pushes and answers in any order, repeated, or cut into other pieces, leave the same set.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channel_gateway.domain.parcels import Stage
from channel_gateway.services.licence_delivery.delivery import Attempt, KeptScan

# How long a courier may push a scan before it shows it to who asks.
GRACE = timedelta(minutes=30)
AHEAD = timedelta(days=1)  # as far as a courier's clock, or its zone, may be wrong
HINTS_OF = timedelta(days=60)  # what nobody signed of older moments is not kept

RANK: Mapping[Stage, int] = {
    Stage.WAYBILL: 0,
    Stage.PICKED_UP: 1,
    Stage.IN_TRANSIT: 2,
    Stage.OUT_FOR_DELIVERY: 3,  # of the last mile, what happened latest
    Stage.NOT_DELIVERED: 3,
    Stage.AT_LOCKER: 3,
    Stage.RETURNING: 4,
    Stage.CANCELLED: 5,  # where somebody signed for it, something was sent after all
    Stage.SIGNED: 6,
    Stage.PROXY_SIGNED: 6,
    Stage.RETURNED: 6,
}
ENDS = frozenset({Stage.SIGNED, Stage.PROXY_SIGNED, Stage.RETURNED, Stage.CANCELLED})
SIGNATURES = frozenset({Stage.SIGNED, Stage.PROXY_SIGNED})
_LATER = tuple(RANK)  # of two of one moment and rank
MOST_HINTS = 20  # anybody may push what nobody signs
MOST_SCANS = 300


@dataclass(frozen=True, slots=True)
class Standing:
    """Where it is, and by which scan we know."""

    stage: Stage
    scan: KeptScan


def standing(attempt: Attempt) -> Standing | None:
    """None: nothing counts that we understand."""
    counting = [each for each in attempt.scans if counts(each, attempt.answered_at)]
    found = [Standing(each.stage, each) for each in counting if each.stage is not None]
    turned = min((each.scan.at for each in found if each.stage is Stage.RETURNING), default=None)
    return max((_turned(each, turned) for each in found), key=_place, default=None)


def counts(scan: KeptScan, answered_at: datetime | None) -> bool:
    """Whether the state may rest on it."""
    if is_ahead(scan):
        return False
    if scan.asked_at is not None and scan.asked_at == answered_at:
        return True
    if scan.vouched_at is None or scan.stage in ENDS:
        return False
    return answered_at is None or scan.vouched_at > answered_at - GRACE


def is_ahead(scan: KeptScan) -> bool:
    """Whether it had not happened yet when the courier last said so."""
    said = [at for at in (scan.vouched_at, scan.asked_at) if at is not None]
    return bool(said) and scan.at > max(said) + AHEAD


def is_put_right(scan: KeptScan, answered_at: datetime | None) -> bool:
    """Whether the courier said it once, and says so no more."""
    said = scan.asked_at is not None or scan.vouched_at is not None
    if not said or is_ahead(scan):
        return False
    return not counts(scan, answered_at) and not is_unconfirmed(scan, answered_at)


def is_unconfirmed(scan: KeptScan, answered_at: datetime | None) -> bool:
    """Whether it was pushed, and the courier has not been asked since."""
    if scan.asked_at is not None:
        return False
    pushed = [at for at in (scan.hinted_at, scan.vouched_at) if at is not None]
    return answered_at is None or any(at > answered_at - GRACE for at in pushed)


def pushed(attempt: Attempt, scans: Iterable[KeptScan], *, signed: bool, now: datetime) -> Attempt:
    """With what a push said. Of unsigned ones a bounded number is kept, for people to see."""
    vouched_at, hinted_at = (now, None) if signed else (None, now)
    if not signed:
        scans = [each for each in scans if now - HINTS_OF <= each.at <= now + AHEAD]
    told = [replace(each, vouched_at=vouched_at, hinted_at=hinted_at) for each in scans]
    return _merged(attempt, told)


def answered(attempt: Attempt, scans: Iterable[KeptScan], asked_at: datetime) -> Attempt:
    """With the courier's whole answer; an empty one says nothing, and takes nothing back."""
    said = [replace(each, asked_at=asked_at) for each in scans]
    before = attempt.answered_at
    if said and (before is None or asked_at > before):
        attempt = replace(attempt, answered_at=asked_at)
    return _merged(attempt, said)


def _turned(standing: Standing, turned_at: datetime | None) -> Standing:
    """What is signed for after it turned back was signed for by the sender."""
    if turned_at is None or standing.stage not in SIGNATURES or standing.scan.at < turned_at:
        return standing
    return replace(standing, stage=Stage.RETURNED)


def _place(standing: Standing) -> tuple[int, datetime, int, str, str]:
    scan = standing.scan
    return RANK[standing.stage], scan.at, _LATER.index(standing.stage), scan.code, scan.place


def _merged(attempt: Attempt, told: Iterable[KeptScan]) -> Attempt:
    kept = {each.key: each for each in attempt.scans}
    hints = sum(_is_hint(each) for each in attempt.scans)
    for each in told:
        known = kept.get(each.key)
        if known is None and _is_hint(each):
            if hints >= MOST_HINTS:
                continue
            hints += 1
        kept[each.key] = each if known is None else _both(known, each)
    scans = sorted(kept.values(), key=lambda each: (each.at, each.code, each.place))
    if len(scans) > MOST_SCANS:
        scans = _newest(scans, attempt.answered_at)
    merged = tuple(scans)
    return attempt if merged == attempt.scans else replace(attempt, scans=merged)


def _both(known: KeptScan, told: KeptScan) -> KeptScan:
    return replace(
        known,
        stage=told.stage if known.stage is None else known.stage,
        text=known.text or told.text,
        hinted_at=_first(known.hinted_at, told.hinted_at),
        vouched_at=_first(known.vouched_at, told.vouched_at),
        asked_at=max(filter(None, (known.asked_at, told.asked_at)), default=None),
    )


def _newest(scans: list[KeptScan], answered_at: datetime | None) -> list[KeptScan]:
    """What counts stays before what does not, and the newest before older ones."""
    ordered = sorted(scans, key=lambda each: (counts(each, answered_at), each.at), reverse=True)
    left = {each.key for each in ordered[:MOST_SCANS]}
    return [each for each in scans if each.key in left]


def _is_hint(scan: KeptScan) -> bool:
    return scan.vouched_at is None and scan.asked_at is None


def _first(*moments: datetime | None) -> datetime | None:
    return min(filter(None, moments), default=None)
