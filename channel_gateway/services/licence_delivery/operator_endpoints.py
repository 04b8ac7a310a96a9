"""What operators see and decide of deliveries, as rows."""

from channel_gateway.domain.days import milliseconds
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor, DuplicateKey
from channel_gateway.service import Call, Route, Who
from channel_gateway.services.licence_delivery.couriers.carriers import Carriers
from channel_gateway.services.licence_delivery.deliveries import MOST_WANTING, Deliveries
from channel_gateway.services.licence_delivery.delivery import Delivery
from channel_gateway.services.licence_delivery.departments.handling import again, lost
from channel_gateway.services.licence_delivery.messages import (
    OperatedDelivery,
    SendAgain,
    WantingView,
)
from channel_gateway.services.licence_delivery.refusals import DeliveredAlready, NoSuchCourier
from channel_gateway.services.licence_delivery.views import Views, wanting

_ONE = "/operator/deliveries/{delivery_id}"


class OperatorEndpoints:
    def __init__(self, deliveries: Deliveries, carriers: Carriers, views: Views) -> None:
        self._deliveries = deliveries
        self._carriers = carriers
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/operator/deliveries",
                self.wanting,
                "List what needs a person: in trouble, returned, silent for days, given up",
                answer=WantingView,
                who=Who.OPERATOR,
                query=("after",),
            ),
            Route(
                "GET",
                _ONE,
                self.get,
                "See a delivery, the recipient masked: history, parcels, what is still to be done",
                answer=OperatedDelivery,
                who=Who.OPERATOR,
                errors=("no_such_delivery",),
            ),
            Route(
                "POST",
                f"{_ONE}/lost",
                self.lost,
                "Declare it lost: department and citizen are told",
                answer=OperatedDelivery,
                who=Who.OPERATOR,
                errors=("no_such_delivery", "not_now"),
            ),
            Route(
                "POST",
                f"{_ONE}/send-again",
                self.send_again,
                "Send it again, by a new parcel with a new number",
                body=SendAgain,
                answer=OperatedDelivery,
                who=Who.OPERATOR,
                errors=(
                    "no_such_delivery",
                    "no_such_courier",
                    "not_sent_again",
                    "consent_withdrawn",
                    "delivered_already",
                ),
            ),
        ]

    async def wanting(self, call: Call) -> WantingView:
        """Dead letters come with the first page."""
        after = read_cursor(call.query["after"]) if "after" in call.query else None
        page = await self._deliveries.wanting(after=after)
        dead = [] if after else await self._deliveries.given_up()
        known = {each.id for each in page}
        found = [*page, *(each for each in dead if each.id not in known and not each.attention)]
        return WantingView(
            deliveries=[wanting(each) for each in found],
            next=_next(page[-1]) if len(page) == MOST_WANTING else None,
        )

    async def get(self, call: Call) -> OperatedDelivery:
        return self._views.operated(await self._deliveries.get(call.path["delivery_id"]))

    async def lost(self, call: Call) -> OperatedDelivery:
        changed = await self._deliveries.change(
            call.path["delivery_id"], lambda current: lost(current, call.now), call.now
        )
        return self._views.operated(changed)

    async def send_again(self, call: Call) -> OperatedDelivery:
        """Without a courier of its own, by the one before."""
        body: SendAgain = call.body
        delivery = await self._deliveries.get(call.path["delivery_id"])
        wished = body.courier
        if wished is not None and not self._carriers.carry(wished, delivery.direction):
            raise NoSuchCourier(field="courier")
        try:
            changed = await self._deliveries.change(
                delivery.id,
                lambda current: again(current, wished, call.now),
                call.now,
            )
        except DuplicateKey:  # it was over, and was asked for anew
            raise DeliveredAlready from None
        return self._views.operated(changed)


def _next(last: Delivery) -> str | None:
    since = last.attention_since
    return None if since is None else write_cursor(Cursor(milliseconds(since), last.id))
