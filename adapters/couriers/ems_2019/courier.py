"""EMS of 2019 as a courier: asked for traces, given orders; it tells nothing by itself.

The published vector calls the trace `ems.track`; every public client asks for
`ems.inland.trace.query`, and so do we.
"""

from collections.abc import Mapping
from typing import Any

from adapters.couriers.china_post import CARD
from adapters.couriers.ems_2019.account import Account, call, read_answer
from adapters.couriers.ems_2019.messages import (
    read_traces,
    read_waybill,
    write_cancellation,
    write_order,
)
from channel_gateway.domain.parcels import Scan
from channel_gateway.ports import Clock, Parcel, WaybillWish
from channel_gateway.wire import HttpSender

_TRACES = "ems.inland.trace.query"
_ORDER = "ems.inland.order.create.normal"
_CANCEL = "ems.inland.waybill.got.cancellation"


class Ems:
    """A `ports.Courier` and a `ports.CourierOrders`."""

    card = CARD
    pause_s = 60

    def __init__(self, account: Account, http: HttpSender, clock: Clock) -> None:
        self._account = account
        self._http = http
        self._clock = clock

    async def trace(self, parcel: Parcel) -> tuple[Scan, ...]:
        answer = await self._ask(_TRACES, {"mailNo": parcel.waybill})
        return read_traces(answer, parcel.waybill)

    async def follow(self, parcel: Parcel) -> None:
        """Nothing to ask for: it does not push."""

    async def place(self, wish: WaybillWish) -> str:
        return read_waybill(await self._ask(_ORDER, write_order(wish)), wish.number)

    async def cancel(self, number: str, waybill: str) -> None:
        await self._ask(_CANCEL, write_cancellation(number))

    async def _ask(self, method: str, own: Mapping[str, str]) -> Mapping[str, Any]:
        request = call(self._account, method, own, self._clock.now())
        return read_answer(await self._http.send(request))
