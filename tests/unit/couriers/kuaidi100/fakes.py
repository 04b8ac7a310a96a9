"""Kuaidi100's server and whoever keeps parcels, written by hand."""

from dataclasses import dataclass, field
from datetime import datetime

import orjson

from channel_gateway.ports import CourierPush
from channel_gateway.wire import Headers, HttpRequest, HttpResponse


def says(**fields: object) -> HttpResponse:
    return HttpResponse(200, Headers(), orjson.dumps(fields))


@dataclass
class FakeServer:
    """An `HttpSender` that gives the answer it was told to."""

    answer: HttpResponse = field(default_factory=lambda: HttpResponse(503))
    sent: list[HttpRequest] = field(default_factory=list)

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        self.sent.append(request)
        return self.answer


@dataclass
class FakeParcels:
    """`Parcels` that keep what they hear, or cannot."""

    ours: bool = True
    of: str = ""  # the one courier under whom they know the parcel, if only one
    fails: Exception | None = None
    heard_at: list[tuple[CourierPush, datetime]] = field(default_factory=list)

    async def heard(self, push: CourierPush, now: datetime) -> bool:
        if self.fails is not None:
            raise self.fails
        self.heard_at.append((push, now))
        return self.ours and self.of in ("", push.courier)
