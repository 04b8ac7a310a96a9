"""What the worker does with couriers: have a waybill made, ask, follow, take an order back."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.errors import GatewayError, Refused
from channel_gateway.domain.parcels import Contact, Payer
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import (
    Change,
    Courier,
    CourierOrders,
    Parcel,
    ServiceCatalogue,
    WaybillWish,
)
from channel_gateway.service import NeedsAPerson, NotYet, Reaction
from channel_gateway.services.licence_delivery.citizens.cancelling import goes_on, taken_back
from channel_gateway.services.licence_delivery.citizens.consents import hold
from channel_gateway.services.licence_delivery.couriers.moving import moved, not_moved
from channel_gateway.services.licence_delivery.couriers.orders import CANCEL, PLACE, is_to_be_placed
from channel_gateway.services.licence_delivery.couriers.unknown_codes import Counting, report
from channel_gateway.services.licence_delivery.deliveries import DELIVERIES, Deliveries, read
from channel_gateway.services.licence_delivery.delivery import (
    Attempt,
    Delivery,
    Direction,
    KeptScan,
    State,
    is_over,
)
from channel_gateway.services.licence_delivery.life import (
    FOLLOW,
    LOOK,
    naming,
    not_taken,
    noted,
    placed,
    placing,
    told_by_courier,
    unanswered,
)
from channel_gateway.services.licence_delivery.rules.asking import ASK, is_asked_slowly
from channel_gateway.services.licence_delivery.rules.judging import was_fetched
from channel_gateway.services.licence_delivery.sealed import Sealed
from channel_gateway.services.licence_delivery.texts.known_text import plain_refusal

log = logging.getLogger(__name__)

# A courier that is down for days is asked all the same: five days, then a person must look.
TRIES_OF_A_DAY = 29
LADDER = (5, 15, 60, 300, 900, 1800, *(3600,) * 48, *(4 * 3600,) * 18)


class CourierReactions:
    def __init__(
        self,
        deliveries: Deliveries,
        sealed: Sealed,
        catalogue: ServiceCatalogue,
        *,
        couriers: Callable[[], Mapping[str, Courier]],
        orders: Callable[[], Mapping[str, CourierOrders]],
        counting: Counting,
    ) -> None:
        """Who is there is asked for late: plug-ins offer themselves one after the other."""
        self._deliveries = deliveries
        self._sealed = sealed
        self._catalogue = catalogue
        self._couriers = couriers
        self._orders = orders
        self._counting = counting

    def rows(self) -> list[Reaction]:
        return [
            Reaction(DELIVERIES.name, PLACE, self.place, LADDER),
            Reaction(DELIVERIES.name, FOLLOW, self.follow, LADDER),
            Reaction(DELIVERIES.name, ASK, self.ask, LADDER),
            Reaction(DELIVERIES.name, CANCEL, self.cancel, LADDER),
            Reaction(DELIVERIES.name, LOOK, self.look, ()),
        ]

    async def place(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Always with the same number: what was made in a call that was cut off is found again.

        Where the courier takes no orders of ours, the department's own waybill is waited for.
        """
        delivery, number = read(document), task.detail
        attempt = delivery.numbered(number)
        orders = None if attempt is None else self._orders().get(attempt.courier)
        if orders is None:
            return None
        begun = await self._deliveries.change(
            delivery.id, lambda current: placing(current, number, now), now
        )
        attempt = begun.numbered(number)
        if attempt is None or attempt.placing_at is None or not is_to_be_placed(begun, attempt):
            return None
        wish = await self._wish(begun, attempt)
        try:
            waybill = await orders.place(wish)
        except Refused as no:
            if no.passing:
                raise
            why = plain_refusal(str(no))
            return self._deliveries.changing(
                lambda current: not_taken(current, number, why, now), now
            )
        return self._deliveries.changing(lambda current: placed(current, number, waybill, now), now)

    async def follow(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Who will not tell by itself is asked all the same."""
        delivery = read(document)
        attempt = delivery.numbered(task.detail)
        if attempt is None or is_over(delivery):
            return None
        try:
            await self._courier(attempt).follow(await self._parcel(delivery, attempt, now))
        except Refused as no:
            why = plain_refusal(str(no))[:60]
            return self._deliveries.changing(
                lambda current: noted(current, "follow_refused", now, why), now
            )
        return None

    async def ask(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """A refusal may be a courier's who does not know the parcel yet: asked again, for days.

        Who does not answer is asked by the ladder for a day, and slowly from then on.
        """
        try:
            return await self._asked(document, task, now)
        except GatewayError:
            delivery, number = read(document), task.detail
            last = delivery.attempt is not None and delivery.attempt.number == number
            if task.tries < TRIES_OF_A_DAY or not last or not is_asked_slowly(delivery):
                raise
            log.warning("a courier does not answer", extra={"action": "courier_silent"})
        return self._deliveries.changing(lambda current: unanswered(current, number, now), now)

    async def _asked(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        delivery, number = read(document), task.detail
        attempt = delivery.numbered(number)
        if attempt is None or not attempt.waybill:
            return None
        if attempt.moving_to:
            return await self._ask_elsewhere(delivery, attempt, now)
        courier = self._courier(attempt)
        if (wait_s := _too_soon(attempt, courier.pause_s, now)) > 0:
            raise NotYet("asked a moment ago", pause_s=wait_s)
        try:
            scans = await self._scans(delivery, attempt, now)
        except Refused as no:
            raise NotYet(plain_refusal(str(no))) from no
        return self._deliveries.changing(
            lambda current: told_by_courier(current, number, scans, now, now), now
        )

    async def cancel(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """First it is found out whether there is an order; then the courier decides."""
        delivery, number = read(document), task.detail
        attempt = delivery.numbered(number)
        if attempt is None or attempt.cancel_asked_at is None:
            return None
        if was_fetched(attempt) or attempt.refused:
            return self._deliveries.changing(lambda current: goes_on(current, number, now), now)
        orders = self._orders().get(attempt.courier)
        if orders is None:
            raise NotYet("no plug-in of the settings gives orders to this courier")
        try:
            waybill = attempt.waybill or await self._found_out(delivery, attempt, orders, now)
            await orders.cancel(number, waybill)
        except Refused as no:
            if no.passing:
                raise
            return self._deliveries.changing(lambda current: goes_on(current, number, now), now)
        return self._deliveries.changing(lambda current: taken_back(current, number, now), now)

    async def look(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Only people can help: a dead letter at once, unless it has been helped already."""
        if read(document).state is not State.EXCEPTION:
            return None
        raise NeedsAPerson(task.detail)

    async def _ask_elsewhere(self, delivery: Delivery, attempt: Attempt, now: datetime) -> Change:
        """The courier that is said to have the parcel now: only if it knows it, it has it."""
        number, elsewhere = attempt.number, attempt.moving_to
        try:
            there = replace(attempt, courier=elsewhere, scans=())
            scans = await self._scans(delivery, there, now)
        except Refused as no:
            if no.passing:
                raise
            scans = ()
        if not scans:
            return self._deliveries.changing(lambda current: not_moved(current, number, now), now)

        def found(current: Delivery) -> Delivery:
            there = moved(current, number, elsewhere, now)
            return told_by_courier(there, number, scans, now, now)

        return self._deliveries.changing(found, now)

    async def _scans(
        self, delivery: Delivery, attempt: Attempt, now: datetime
    ) -> tuple[KeptScan, ...]:
        """What the courier answers. Raises `Refused`, `Unavailable`."""
        trace = await self._courier(attempt).trace(await self._parcel(delivery, attempt, now))
        scans = self._sealed.scans(trace, attempt)
        report(scans, attempt, self._counting())
        if delivery.erased_at is not None:
            return tuple(replace(each, text="") for each in scans)
        return scans

    async def _found_out(
        self, delivery: Delivery, attempt: Attempt, orders: CourierOrders, now: datetime
    ) -> str:
        """The waybill of an order whose answer was lost, made anew where there is none.

        Whose data may go to nobody new has it looked for by its number alone.
        """
        if not delivery.recipient or not hold(delivery.consents):
            return ""
        waybill = await orders.place(await self._wish(delivery, attempt))
        await self._deliveries.change(
            delivery.id, lambda current: placed(current, attempt.number, waybill, now), now
        )
        return waybill

    def _courier(self, attempt: Attempt) -> Courier:
        courier = self._couriers().get(attempt.courier)
        if courier is None:
            raise NotYet("no plug-in of the settings is this courier")
        return courier

    async def _parcel(self, delivery: Delivery, attempt: Attempt, now: datetime) -> Parcel:
        sender, recipient = await self._ends(delivery)
        given = await self._may_have_telephone(delivery, attempt, now)
        return Parcel(
            waybill=attempt.waybill,
            number="" if attempt.by_department else attempt.number,
            phone=recipient.phone if recipient is not None and given else None,
            sender_city="" if sender is None else sender.address.city,
            recipient_city="" if recipient is None else recipient.address.city,
        )

    async def _may_have_telephone(
        self, delivery: Delivery, attempt: Attempt, now: datetime
    ) -> bool:
        """Who has had it of us is nobody new after a consent is withdrawn; the hall's is no secret.

        Kept before it is given.
        """
        number, courier = attempt.number, attempt.courier
        if delivery.direction is Direction.IN or courier in attempt.given_to:
            return True
        known = await self._deliveries.change(
            delivery.id, lambda current: naming(current, number, courier), now
        )
        named = known.numbered(number)
        return named is not None and courier in named.given_to

    async def _wish(self, delivery: Delivery, attempt: Attempt) -> WaybillWish:
        sender, recipient = await self._ends(delivery)
        if sender is None or recipient is None:
            raise NeedsAPerson("the service's file names no sender any more")
        outward = delivery.direction is Direction.OUT
        return WaybillWish(
            number=attempt.number,
            sender=sender,
            recipient=recipient,
            goods=delivery.goods,
            recipient_pays=outward is (delivery.payer is Payer.CITIZEN),
        )

    async def _ends(self, delivery: Delivery) -> tuple[Contact | None, Contact | None]:
        """Who sends and who receives; None: not known any more."""
        deliverable = await self._catalogue.deliverable(delivery.service)
        hall = None if deliverable is None else deliverable.hall
        citizen = self._sealed.contact(delivery.recipient) if delivery.recipient else None
        return (hall, citizen) if delivery.direction is Direction.OUT else (citizen, hall)


def _too_soon(attempt: Attempt, pause_s: int, now: datetime) -> int:
    """For how many seconds more the courier wants no question about this parcel."""
    if attempt.asked_at is None:
        return 0
    return pause_s - int((now - attempt.asked_at).total_seconds())
