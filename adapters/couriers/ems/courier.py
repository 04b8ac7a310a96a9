"""EMS as a courier: asked for traces, given orders."""

from typing import Any

from adapters.couriers.china_post import CARD
from adapters.couriers.ems.account import Account, call, read_answer
from adapters.couriers.ems.orders import read_waybill, write_cancellation, write_order
from adapters.couriers.ems.traces import read_traces
from channel_gateway.domain.parcels import Scan
from channel_gateway.ports import Clock, Parcel, WaybillWish
from channel_gateway.wire import HttpSender

_TRACES, _ORDER, _CANCEL = "040001", "020003", "020006"


class Ems:
    """A `ports.Courier` and a `ports.CourierOrders`."""

    card = CARD
    pause_s = 60

    def __init__(self, account: Account, http: HttpSender, clock: Clock) -> None:
        self._account = account
        self._http = http
        self._clock = clock

    async def trace(self, parcel: Parcel) -> tuple[Scan, ...]:
        asked = {"waybillNo": parcel.waybill, "direction": "0"}
        return read_traces(await self._ask(_TRACES, asked), parcel.waybill)

    async def follow(self, parcel: Parcel) -> None:
        """Nothing: it pushes what happens to all parcels of the contract."""

    async def place(self, wish: WaybillWish) -> str:
        order = write_order(wish, self._account.sender_no, self._clock.now())
        return read_waybill(await self._ask(_ORDER, order), wish.number)

    async def cancel(self, number: str, waybill: str) -> None:
        await self._ask(_CANCEL, write_cancellation(number, waybill))

    async def _ask(self, api_code: str, content: Any) -> Any:
        request = call(self._account, api_code, content, self._clock.now())
        return read_answer(await self._http.send(request))
