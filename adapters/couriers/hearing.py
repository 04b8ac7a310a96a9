"""Whoever keeps parcels hears of a push, all of them, before its courier is answered.

A push of no parcel of ours is a courier's ordinary business: said in the log, and acknowledged, for
else it comes again for nothing.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import CourierPush, Parcels

log = logging.getLogger(__name__)


async def tell(
    keepers: Collection[Parcels], known_as: Sequence[CourierPush], now: datetime
) -> None:
    """Tell of one parcel, under each name it may have until it is somebody's.

    Raises `Unavailable` where nobody keeps parcels, and `StoreUnavailable`.
    """
    if not keepers:
        raise Unavailable("nobody keeps parcels here")
    for push in known_as:
        if any([await keeper.heard(push, now) for keeper in keepers]):
            return
    nobody = {"action": "push_of_no_parcel", "courier": known_as[0].courier}
    log.info("a courier tells of a parcel that is not ours", extra=nobody)
