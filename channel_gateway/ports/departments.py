"""Departments behind the services: told what happens, asked for places, calling us themselves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from channel_gateway.domain.errors import NotFound


class NotYourService(NotFound):
    """The service is another department's, or there is none of this code."""

    code = "not_your_service"


class Departments(Protocol):
    """Our way to the departments. Whether one is to be told at all is the caller's to decide."""

    def connected(self, department: str) -> bool:
        """Whether the settings name it."""
        ...

    async def tell(
        self, department: str, event_id: str, kind: str, data: dict[str, Any], at: datetime
    ) -> None:
        """Keep an event, to be sent until it is taken; the same id again changes nothing.

        For one that is not connected it waits as for one that is silent, and is a dead letter then.

        `event_id`: unguessable, 1 to 64 letters, digits, hyphens and underscores.
        """
        ...

    async def ask(self, department: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """Ask and wait for the signed answer. The same question may be asked again.

        Raises `Unavailable` (unknown whether it acted), `Refused`, `Forged`, `Malformed`,
        `NotFound` (not connected).
        """
        ...


class DepartmentNews(Protocol):
    """Whether departments have what they are to know."""

    async def waits(self, event_ids: Iterable[str]) -> bool:
        """Whether one of these events is still to be delivered, or was given up."""
        ...
