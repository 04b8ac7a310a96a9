"""Which couriers a citizen may choose from, by the names they know, before anything is sent."""

from collections.abc import Callable, Mapping

from channel_gateway.ports import Courier, ServiceCatalogue
from channel_gateway.service import Call, Route, Who
from channel_gateway.services.licence_delivery.messages import CouriersView, CourierView
from channel_gateway.services.licence_delivery.refusals import NothingToDeliver


class OfferedCouriers:
    def __init__(
        self, catalogue: ServiceCatalogue, couriers: Callable[[], Mapping[str, Courier]]
    ) -> None:
        self._catalogue = catalogue
        self._couriers = couriers

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/services/{code}/couriers",
                self.list,
                "The couriers a service sends with: code, name, hotline",
                answer=CouriersView,
                who=Who.ANYONE,
                errors=("nothing_to_deliver",),
            )
        ]

    async def list(self, call: Call) -> CouriersView:
        """Without those whom no plug-in speaks with."""
        found = await self._catalogue.deliverable(call.path["code"])
        if found is None:
            raise NothingToDeliver(field="code")
        known = self._couriers()
        cards = ((code, known[code].card) for code in found.couriers if code in known)
        return CouriersView(
            couriers=[
                CourierView(code=code, name=card.name, hotline=card.hotline) for code, card in cards
            ]
        )
