"""Codes of couriers that no table has: said once for each scan, so that a person adds them."""

import logging
from collections.abc import Callable, Iterable

from channel_gateway.ports import UnknownCodes
from channel_gateway.services.licence_delivery.delivery import Attempt, KeptScan

log = logging.getLogger(__name__)

Counting = Callable[[], Iterable[UnknownCodes]]


def report(scans: Iterable[KeptScan], attempt: Attempt, counting: Iterable[UnknownCodes]) -> None:
    """What the attempt has of them already was said before."""
    known = {each.key for each in attempt.scans}
    for scan in scans:
        if scan.stage is not None or scan.key in known:
            continue
        fields = {"action": "unknown_code", "courier": attempt.courier, "courier_code": scan.code}
        log.warning("a courier's code is not known", extra=fields)
        for each in counting:
            each.unknown_code(attempt.courier)
