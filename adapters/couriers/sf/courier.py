"""SF as a courier: parcels ordered, cancelled and traced.

SF tells of what was ordered through 丰桥 by itself. An order that was lost on its way is found by
its number: SF makes no second one. An order it does not know may still come: that is unknown.
"""

from collections.abc import Mapping
from typing import Any

from adapters.couriers.sf.calls import (
    CREATE,
    ROUTES,
    SEARCH,
    UPDATE,
    Account,
    AlreadyCancelled,
    AlreadyOrdered,
    call,
    read_reply,
)
from adapters.couriers.sf.orders import (
    read_cancelled,
    read_waybill,
    write_cancelling,
    write_order,
    write_search,
)
from adapters.couriers.sf.routes import read_routes, write_question
from channel_gateway.domain.parcels import Scan
from channel_gateway.ports import Clock, CourierCard, Parcel, Randomness, WaybillWish
from channel_gateway.wire import HttpSender

_REQUEST_ID = 32  # characters; SF takes 40


class SfCourier:
    """A `Courier` and `CourierOrders`."""

    card = CourierCard("顺丰速运", "95338")
    pause_s = 60

    def __init__(
        self, account: Account, http: HttpSender, clock: Clock, randomness: Randomness
    ) -> None:
        self._account = account
        self._http = http
        self._clock = clock
        self._randomness = randomness

    async def trace(self, parcel: Parcel) -> tuple[Scan, ...]:
        return read_routes(await self._ask(ROUTES, write_question(parcel)), parcel.waybill)

    async def follow(self, parcel: Parcel) -> None:
        """Nothing to ask for: what is ordered here is pushed."""

    async def place(self, wish: WaybillWish) -> str:
        try:
            answer = await self._ask(CREATE, write_order(self._account, wish))
        except AlreadyOrdered:
            answer = await self._ask(SEARCH, write_search(wish.number))
        return read_waybill(answer, wish.number)

    async def cancel(self, number: str, waybill: str) -> None:
        try:
            read_cancelled(await self._ask(UPDATE, write_cancelling(number, waybill)))
        except AlreadyCancelled:
            return

    async def _ask(self, service: str, message: Mapping[str, Any]) -> dict[str, Any]:
        nonce = self._randomness.token(_REQUEST_ID)
        request = call(self._account, service, message, now=self._clock.now(), nonce=nonce)
        return read_reply(await self._http.send(request))
