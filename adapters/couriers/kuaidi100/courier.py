"""A courier that kuaidi100 tracks for us. It takes no orders: parcels come with their waybills."""

from adapters.couriers.kuaidi100.account import Account, Carrier
from adapters.couriers.kuaidi100.calls import query, read_queried, read_subscribed, subscribe
from channel_gateway.domain.parcels import Scan
from channel_gateway.ports import Parcel
from channel_gateway.wire import HttpSender


class TrackedCourier:
    """Implements `Courier`."""

    # «同一快递单号半小时内不要重复查询»: else the number is locked for queries.
    pause_s = 1800

    def __init__(self, account: Account, carrier: Carrier, http: HttpSender) -> None:
        self.card = carrier.card
        self._account = account
        self._com = carrier.com
        self._http = http

    async def trace(self, parcel: Parcel) -> tuple[Scan, ...]:
        response = await self._http.send(query(self._account, self._com, parcel))
        return read_queried(response, self._com, parcel.waybill)

    async def follow(self, parcel: Parcel) -> None:
        read_subscribed(await self._http.send(subscribe(self._account, self._com, parcel)))
