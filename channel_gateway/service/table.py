"""The table a plug-in adds its rows to."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from channel_gateway.domain.state_machine import Transitions
from channel_gateway.service.callbacks import Callback
from channel_gateway.service.department_calls import DepartmentCall
from channel_gateway.service.jobs import Job
from channel_gateway.service.listeners import Listener
from channel_gateway.service.reactions import Reaction
from channel_gateway.service.readiness import Readiness
from channel_gateway.service.routes import Route
from channel_gateway.service.stories import Story


@dataclass
class Table:
    """Where plug-ins put their rows, and what one offers another, by port and name."""

    routes: list[Route] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    department_calls: list[DepartmentCall] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    readiness: list[Readiness] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    # awaited before the store closes: what a plug-in has not written yet
    endings: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    states: dict[str, Transitions[Any, Any]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)  # what an operator should know: see `check`
    # the same, of what is known when every plug-in has been built
    late_remarks: list[Callable[[], Iterable[str]]] = field(default_factory=list)
    parts: dict[type, dict[str, Any]] = field(default_factory=dict)

    def offer(self, port: type, name: str, part: object) -> None:
        """Offer an implementation of a port under a name; a name can be taken once."""
        offered = self.parts.setdefault(port, {})
        if name in offered:
            raise ValueError(f"two plug-ins offer {port.__name__} {name!r}")
        offered[name] = part

    def offered(self, port: type) -> dict[str, Any]:
        return self.parts.get(port, {})

    def need(self, port: type, name: str, otherwise: str) -> Any:
        """What is offered under a name. Raises `ValueError`, saying what there is instead."""
        offered = self.offered(port)
        if name not in offered:
            there = ", ".join(offered) or "no plug-in that does"
            raise ValueError(f"{otherwise}; there is {there}")
        return offered[name]
