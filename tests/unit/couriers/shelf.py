"""Whoever keeps parcels, written by hand."""

from dataclasses import dataclass, field
from datetime import datetime

from channel_gateway.domain.errors import GatewayError
from channel_gateway.domain.parcels import Scan
from channel_gateway.ports import CourierPush


@dataclass
class Shelf:
    """A `Parcels` that remembers what it heard; it can be away, and know none of the parcels."""

    ours: bool = True
    of: str = ""  # the one courier under whom it knows the parcel, if only one
    away: GatewayError | None = None
    heard_of: list[CourierPush] = field(default_factory=list)

    async def heard(self, push: CourierPush, now: datetime) -> bool:
        if self.away is not None:
            raise self.away
        self.heard_of.append(push)
        return self.ours and self.of in ("", push.courier)

    @property
    def scans(self) -> set[Scan]:
        return {scan for push in self.heard_of for scan in push.scans}
