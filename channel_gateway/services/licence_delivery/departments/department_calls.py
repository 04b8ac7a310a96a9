"""What departments may tell of deliveries: a waybill of their own, what came to them or back."""

from collections.abc import Callable, Mapping

from channel_gateway.ports import Cases, Courier, DuplicateKey
from channel_gateway.service import DepartmentAsk, DepartmentCall
from channel_gateway.services.licence_delivery.deliveries import Changed, Deliveries
from channel_gateway.services.licence_delivery.delivery import Delivery, Direction
from channel_gateway.services.licence_delivery.departments.handling import came_back, materials_came
from channel_gateway.services.licence_delivery.life import handed_over
from channel_gateway.services.licence_delivery.messages import DeliveryKept, HandedOver, Received
from channel_gateway.services.licence_delivery.refusals import (
    DeliveredAlready,
    NoSuchCourier,
    NoSuchDelivery,
    WaybillTaken,
)


class DepartmentCalls:
    def __init__(
        self,
        deliveries: Deliveries,
        cases: Callable[[], Cases | None],
        couriers: Callable[[], Mapping[str, Courier]],
    ) -> None:
        self._deliveries = deliveries
        self._cases = cases
        self._couriers = couriers

    def rows(self) -> list[DepartmentCall]:
        return [
            DepartmentCall(
                "delivery.handed_over",
                HandedOver,
                self.handed_over,
                "You gave a licence to a courier yourself: its waybill is followed from now on",
                answer=DeliveryKept,
                errors=(
                    "no_such_delivery",
                    "no_such_courier",
                    "handed_over_already",
                    "consent_withdrawn",
                    "delivered_already",
                    "waybill_taken",
                ),
            ),
            DepartmentCall(
                "delivery.returned_received",
                Received,
                self.returned,
                "What could not be delivered is in your hands again: nothing more is to come",
                answer=DeliveryKept,
                errors=("no_such_delivery", "not_back"),
            ),
            DepartmentCall(
                "materials.received",
                Received,
                self.materials,
                "The materials fetched from the citizen are in your hands",
                answer=DeliveryKept,
                errors=("no_such_delivery", "not_back"),
            ),
        ]

    async def handed_over(self, ask: DepartmentAsk) -> DeliveryKept:
        """The same again changes nothing; a waybill that was typed wrongly is put right."""
        body: HandedOver = ask.body
        delivery = await self._named(ask.department, body)
        if body.courier not in self._couriers():
            raise NoSuchCourier(field="courier")
        try:
            return await self._change(
                delivery,
                lambda current: handed_over(current, body.courier, body.waybill, ask.now),
                ask,
            )
        except DuplicateKey as taken:
            if taken.index == "open_key":  # it is over, and was asked for anew
                raise DeliveredAlready(field="delivery_id") from None
            raise WaybillTaken(field="waybill") from None

    async def returned(self, ask: DepartmentAsk) -> DeliveryKept:
        delivery = await self._own(ask.department, ask.body.delivery_id)
        return await self._change(delivery, lambda current: came_back(current, ask.now), ask)

    async def materials(self, ask: DepartmentAsk) -> DeliveryKept:
        delivery = await self._own(ask.department, ask.body.delivery_id)
        return await self._change(delivery, lambda current: materials_came(current, ask.now), ask)

    async def _change(
        self, delivery: Delivery, change: Changed, ask: DepartmentAsk
    ) -> DeliveryKept:
        changed = await self._deliveries.change(delivery.id, change, ask.now)
        return DeliveryKept(delivery_id=changed.id, state=changed.state)

    async def _named(self, department: str, body: HandedOver) -> Delivery:
        """By our id, or the newest to the citizen of their case. Raises `NoSuchDelivery`."""
        if body.delivery_id is not None:
            named = await self._own(department, body.delivery_id)
            if named.direction is not Direction.OUT:
                raise NoSuchDelivery(field="delivery_id")
            return named
        cases = self._cases()
        case = None
        if cases is not None and body.case_no is not None:
            case = await cases.of_number(department, body.case_no)
        found = [] if case is None else await self._deliveries.of_case(case.id)
        outward = [each for each in found if each.direction is Direction.OUT]
        if not outward:
            raise NoSuchDelivery(field="case_no")
        return max(outward, key=lambda each: each.created_at)

    async def _own(self, department: str, id: str) -> Delivery:
        """Raises `NoSuchDelivery`, also for another department's."""
        delivery = await self._deliveries.get(id)
        if delivery.department != department:
            raise NoSuchDelivery(field="delivery_id")
        return delivery
