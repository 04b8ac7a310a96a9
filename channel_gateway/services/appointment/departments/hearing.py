"""Which department hears of an appointment: the one that was connected when it was booked.

It hears all of it to the end, whatever becomes of the service's file or the settings meanwhile. An
appointment whose department was not connected then is told to whom its service's file names, once
that department is.
"""

from channel_gateway.ports import Departments, ServiceCatalogue
from channel_gateway.services.appointment.appointment import Appointment


class Hearing:
    """`departments` None: no plug-in of the settings speaks with any."""

    def __init__(self, departments: Departments | None, catalogue: ServiceCatalogue) -> None:
        self._departments = departments
        self._catalogue = catalogue

    async def of_service(self, service: str) -> str | None:
        """Who is to hear of what is booked now; None: its department is not connected."""
        department = await self._catalogue.department(service)
        if self._departments is None or department is None:
            return None
        return department if self._departments.connected(department) else None

    async def of(self, appointment: Appointment) -> str | None:
        """None: nobody is to hear of it."""
        return appointment.department or await self.of_service(appointment.service)


def not_connected(
    departments: Departments | None, catalogue: ServiceCatalogue, name: str
) -> list[str]:
    """What an operator should know of departments that service files name. Pure."""
    return [
        f"{name}: service files name {department}, which is not connected: it hears nothing"
        for department in sorted(catalogue.departments())
        if departments is None or not departments.connected(department)
    ]
