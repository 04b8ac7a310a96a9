"""Who a person is to the limits: the same on all channels, once a platform has proven the name."""

from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Identities
from channel_gateway.service import Session
from channel_gateway.services.appointment.appointments import Appointments


class Persons:
    def __init__(self, identities: Identities, appointments: Appointments) -> None:
        self._identities = identities
        self._appointments = appointments

    async def of(self, session: Session) -> str:
        return await self._identities.person(session.citizen)

    async def keys(self, session: Session) -> tuple[str, ...]:
        """What a citizen's appointments lie under: the account too, until a proof re-keyed them."""
        return tuple(dict.fromkeys((await self.of(session), session.citizen)))

    async def holding(self, session: Session, id: str) -> str:
        """The key under which this appointment lies, if it is theirs; else the person's."""
        person = await self.of(session)
        if person == session.citizen:
            return person
        try:
            appointment = await self._appointments.get(id)
        except NotFound:
            return person
        return session.citizen if appointment.person == session.citizen else person
