"""A request that has arrived and found its address, and what every address can do with it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from channel_gateway.domain.errors import GatewayError
from channel_gateway.wire import HttpRequest, HttpResponse


@dataclass(slots=True)
class Arrival:
    request: HttpRequest
    path: Mapping[str, str]  # the path's parameters
    query: str  # as it came
    request_id: str
    now: datetime
    address: str = ""  # where it comes from; empty: not known
    channel: str = field(default="")  # filled in when the session is known, for the log


class Endpoint(Protocol):
    """An address: a route, a callback, or a page of our own."""

    @property
    def methods(self) -> tuple[str, ...]: ...

    @property
    def template(self) -> str:
        """The path; `{name}` is a parameter."""
        ...

    @property
    def body_limit(self) -> int: ...

    @property
    def lane(self) -> AbstractContextManager[object]:
        """What bounds the calls at work here at once. Raises `Busy`."""
        ...

    def refusal(self, error: GatewayError) -> HttpResponse | None:
        """Its own words for an error; None: a problem will do."""
        ...

    async def answer(self, arrival: Arrival) -> HttpResponse:
        """Raises errors of the family; the caller makes problems of them."""
        ...

    def settled(self, answer: HttpResponse) -> None:
        """Learn what was answered in the end, problems included."""
        ...
