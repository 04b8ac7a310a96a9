"""A licence came out of a case: what waits for it is packed."""

from datetime import datetime

from channel_gateway.ports import KnownCase
from channel_gateway.services.licence_delivery.citizens.requests import licensed
from channel_gateway.services.licence_delivery.deliveries import Deliveries


class Packing:
    """A `LicenceWatcher`."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    async def issued(self, case: KnownCase, now: datetime) -> None:
        """Also for what was begun for the appointment, when nobody knew of the case yet."""
        waiting = await self._deliveries.of_case(case.id)
        if case.visit is not None and case.first_of_visit:
            waiting += await self._deliveries.of_visit(case.visit)
        for delivery in waiting:
            if delivery.service == case.service and delivery.case_id in (None, case.id):
                await self._deliveries.change(
                    delivery.id, lambda current: licensed(current, case, now), now
                )
