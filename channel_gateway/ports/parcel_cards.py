"""A parcel shown inside the platform's own pages: its logistics component, its order centre."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports.fees import ChannelPayment


@dataclass(frozen=True, slots=True)
class ParcelCard:
    """A parcel as a platform is told of it."""

    id: str  # of this parcel, for this account: the same over all its changes
    courier: str  # by our code
    waybill: str
    stage: Stage
    goods: str
    recipient_phone: Phone
    began_at: datetime  # when it had its waybill
    changed_at: datetime
    payment: ChannelPayment | None = None  # made by this account for the same matter
    page: str = field(default="")  # of the mini-program, that shows the delivery


class ParcelCards(Protocol):
    """Offered by the channel's plug-in, under its name."""

    channel: str

    async def show(self, to: OpenId, card: ParcelCard) -> str | None:
        """Tell the platform how the parcel stands; the same again changes nothing.

        Returns what the mini-program opens the platform's own component with (`waybill_token`);
        None: the platform has none for this parcel. Raises `Refused`, `TooMany`, `Unavailable`.
        """
        ...
