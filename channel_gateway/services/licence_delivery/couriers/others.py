"""What the worker does when a courier has what was cancelled or lost: look for the other parcel."""

from datetime import datetime
from typing import Any

from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change
from channel_gateway.service import Reaction
from channel_gateway.services.licence_delivery.couriers.reactions import LADDER
from channel_gateway.services.licence_delivery.deliveries import DELIVERIES, Deliveries, read
from channel_gateway.services.licence_delivery.delivery import may_be_asked_anew
from channel_gateway.services.licence_delivery.following import FIND_ANOTHER
from channel_gateway.services.licence_delivery.rules.twice_sent import twice_sent


class OtherParcels:
    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    def rows(self) -> list[Reaction]:
        return [Reaction(DELIVERIES.name, FIND_ANOTHER, self.find, LADDER)]

    async def find(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Both are a person's to see, for as long as they are not over."""
        delivery = read(document)
        if delivery.matter_key is None or may_be_asked_anew(delivery):
            return None
        others = [
            each
            for each in await self._deliveries.of_matter(delivery.matter_key)
            if each.id != delivery.id and not may_be_asked_anew(each)
        ]
        for other in others:
            await self._deliveries.change(other.id, lambda current: twice_sent(current, now), now)
        if not others:
            return None
        return self._deliveries.changing(lambda current: twice_sent(current, now), now)
