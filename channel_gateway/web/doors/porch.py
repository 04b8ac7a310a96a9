"""Before a door: a call without its key, or from elsewhere, finds nothing at this address.

Its body is not read, and it is answered as a call of an address that never was.
"""

from collections.abc import Iterable, Sequence

from channel_gateway.addresses import Network
from channel_gateway.service import Callback
from channel_gateway.web.doors.callers import THIS_MACHINE, caller, within
from channel_gateway.web.doors.keeping import Doors
from channel_gateway.web.metrics import Metrics
from channel_gateway.web.router import nowhere

KEY, ADDRESS = "key", "address"  # what may be wrong


class Porch:
    def __init__(
        self,
        callbacks: Iterable[Callback],
        doors: Doors,
        metrics: Metrics,
        proxies: Sequence[Network],
        *,
        at_home: bool,
    ) -> None:
        """`at_home`: a door of which nobody has said to whom it is open, is open to this machine.

        Raises `ValueError` for a door whose key another address would be read as.
        """
        callbacks = list(callbacks)
        self._names = {
            row.template.rpartition("/")[0]: row.name for row in callbacks if row.unsigned
        }
        for row in callbacks:
            if not row.unsigned and row.template.rpartition("/")[0] in self._names:
                raise ValueError(f"{row.template} lies where a door has its key")
        self._doors = doors
        self._metrics = metrics
        self._proxies = proxies
        self._unsaid = THIS_MACHINE if at_home else ()

    async def admit(self, path: str, fields: Iterable[tuple[str, str]], peer: str) -> None:
        """Raises `NotFound`, just as for no address at all."""
        place, _, key = path.rpartition("/")
        name = self._names.get(place)
        if name is None:
            return
        door = await self._doors.known(name)
        counts = self._doors.counts(name)
        key_id = door.key_id(key)
        if key_id is None:
            counts.refused[KEY] += 1
            self._metrics.turned_from_door(name, KEY)
            raise nowhere()
        address = caller(peer, fields, self._proxies)
        networks = self._unsaid if door.networks is None else door.networks
        if address is None or not within(address, networks):
            counts.refused[ADDRESS] += 1
            counts.turned_away = "" if address is None else str(address)
            self._metrics.turned_from_door(name, ADDRESS)
            raise nowhere()
        counts.passed[key_id] += 1
