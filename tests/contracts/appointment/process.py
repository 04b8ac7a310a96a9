"""A process of its own that books: `python -m tests.contracts.appointment.process URL DRIVER NAME`.

Its last line is how many appointments were acknowledged to it: of the rush, and of one person.
"""

import asyncio
import json
import sys

from channel_gateway.domain.errors import GatewayError
from channel_gateway.services.appointment.appointment import Appointment
from channel_gateway.store import open_store
from tests.contracts.appointment.office import COLLECTIONS, TUESDAY, office

TASKS = 100
PLACES = 50
A_DAY = 3


async def main(url: str, driver: str, name: str) -> None:
    store = await open_store(url, COLLECTIONS, driver=driver, timeout_s=60)
    there = office(store, windows=PLACES, most_a_day=A_DAY)
    slots = [
        f"{TUESDAY}T{hour:02}:{minute}" for hour in (10, 11, 14, 15) for minute in ("00", "30")
    ]
    try:
        rush = await asyncio.gather(
            *(there.book(f"{name} {n}") for n in range(TASKS)), return_exceptions=True
        )
        one = await asyncio.gather(
            *(there.book("one", slot, key=f"{name} {slot}") for slot in slots),
            return_exceptions=True,
        )
    finally:
        await store.close()
    strange = [each for each in (*rush, *one) if not isinstance(each, Appointment | GatewayError)]
    assert not strange, strange
    print(json.dumps([sum(isinstance(e, Appointment) for e in some) for some in (rush, one)]))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
