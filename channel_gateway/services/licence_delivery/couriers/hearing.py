"""What couriers tell by themselves: kept before it is acknowledged, believed only when asked."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from channel_gateway.ports import Courier, CourierPush
from channel_gateway.services.licence_delivery.couriers.moving import said_moved
from channel_gateway.services.licence_delivery.couriers.unknown_codes import Counting, report
from channel_gateway.services.licence_delivery.deliveries import Deliveries
from channel_gateway.services.licence_delivery.delivery import Attempt, Delivery, KeptScan
from channel_gateway.services.licence_delivery.life import heard, noted, placed
from channel_gateway.services.licence_delivery.refusals import NoSuchDelivery
from channel_gateway.services.licence_delivery.rules.asking import hastened
from channel_gateway.services.licence_delivery.sealed import Sealed, unread
from channel_gateway.services.licence_delivery.texts.known_text import known_text

_OURS = re.compile(r"(D[0-9A-Za-z]{24})-[1-9]")
GAVE_UP = "courier_gave_up"


class HeardParcels:
    """The port `Parcels`."""

    def __init__(
        self,
        deliveries: Deliveries,
        sealed: Sealed,
        couriers: Callable[[], Mapping[str, Courier]],
        counting: Counting,
    ) -> None:
        """Which couriers there are is asked for late: plug-ins offer themselves one by one."""
        self._deliveries = deliveries
        self._sealed = sealed
        self._couriers = couriers
        self._counting = counting

    async def heard(self, push: CourierPush, now: datetime) -> bool:
        id = await self._whose(push)
        if id is None:
            return False
        # Nobody reads what anybody may have written.
        scans = self._sealed.scans(push.scans) if push.signed else tuple(map(unread, push.scans))
        elsewhere = push.moved_to if push.signed and push.moved_to in self._couriers() else ""
        try:
            before, _ = await self._deliveries.changed(
                id, lambda current: _told(current, push, scans, elsewhere, now), now
            )
        except NoSuchDelivery:
            return False
        attempt = _meant(before, push)
        if attempt is None:
            return False
        if _is_of_it(push, attempt):
            report(scans, attempt, self._counting())
        return True

    async def _whose(self, push: CourierPush) -> str | None:
        ours = _OURS.fullmatch(push.number)
        if ours is not None:
            return ours[1]
        return await self._deliveries.id_of_waybill(push.courier, push.waybill)


def _told(
    delivery: Delivery,
    push: CourierPush,
    scans: Sequence[KeptScan],
    elsewhere: str,
    now: datetime,
) -> Delivery:
    """What the push makes of it; `elsewhere`: whom we know of, and who is said to have it. Pure."""
    attempt = _meant(delivery, push)
    if attempt is None:
        return delivery
    number = attempt.number
    if not _is_of_it(push, attempt):
        return hastened(delivery, number, now)
    if delivery.erased_at is not None:
        scans = [replace(each, text="") for each in scans]
    after = delivery
    if push.signed:  # the answer to our order may have been lost: here is its waybill
        after = placed(after, number, push.waybill, now)
    after = heard(after, number, scans, now, signed=push.signed)
    if elsewhere:
        after = said_moved(after, number, elsewhere, now)
    if push.gave_up and push.signed and not _has_given_up(after):
        after = noted(after, GAVE_UP, now, known_text(push.gave_up[:60]))
    return after


def _meant(delivery: Delivery, push: CourierPush) -> Attempt | None:
    """Which of its parcels: by its waybill, else by the number it was ordered with. Pure.

    One order may have a second waybill (子单号): that is a reason to ask for the first, no more.
    """
    newest = delivery.attempts[::-1]
    held = next((each for each in newest if each.waybill == push.waybill), None)
    ordered = (
        each for each in newest if (each.number, each.courier) == (push.number, push.courier)
    )
    return held or next(ordered, None)


def _is_of_it(push: CourierPush, attempt: Attempt) -> bool:
    return attempt.waybill in ("", push.waybill)


def _has_given_up(delivery: Delivery) -> bool:
    return bool(delivery.events) and delivery.events[-1].what == GAVE_UP
