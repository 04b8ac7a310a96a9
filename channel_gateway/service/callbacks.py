"""A row for an endpoint that a platform calls."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from channel_gateway.wire import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Callback:
    """An endpoint a platform calls. The handler sees the raw bytes and answers in its words."""

    name: str
    path: str  # below /callbacks
    handler: Callable[[HttpRequest, datetime], Awaitable[HttpResponse]]
    summary: str
    body_limit: int = 64 * 1024
    methods: tuple[str, ...] = ("POST",)
    refusal: HttpResponse | None = None  # in the platform's words, when no handler is reached
    # The platform signs nothing: the path gets a part nobody can guess, and only the platform's own
    # addresses may call. `ports.Doors` says the whole address.
    unsigned: bool = False
    # What the handler refuses (an answer with a `code`) is kept, masked, for an operator to see.
    keeps_refused: bool = False

    @property
    def template(self) -> str:
        """The address below ours; the key of an unsigned one is never in it."""
        return f"/callbacks{self.path}/{{key}}" if self.unsigned else f"/callbacks{self.path}"
