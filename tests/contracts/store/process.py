"""A process of its own on a store: `python -m tests.contracts.store.process URL DRIVER WORK NAME`.

Its last line, or each line as it comes, is what was acknowledged to it.
"""

import asyncio
import json
import sys

from channel_gateway.ports import Store
from channel_gateway.store import open_store
from tests.contracts.store.load import write
from tests.contracts.store.model import ALL, book

TASKS = 16
SEATS = 20
LIMIT = 3


async def book_seats(store: Store, name: str) -> None:
    """Many citizens want one slot; one citizen wants many slots."""
    for_the_slot = (
        book(
            store,
            {"_id": f"{name}-{n}", "slot": "monday", "citizen": f"{name}-{n}", "at": n},
            seats=range(SEATS),
            quota=[1],
        )
        for n in range(TASKS)
    )
    for_the_citizen = (
        book(
            store,
            {"_id": f"{name}+{n}", "slot": f"{name}+{n}", "citizen": "one", "at": n},
            seats=[1],
            quota=range(LIMIT),
        )
        for n in range(TASKS)
    )
    booked = await asyncio.gather(*for_the_slot, *for_the_citizen)
    print(json.dumps([booking["_id"] for booking in booked if isinstance(booking, dict)]))


async def claim_all(store: Store, name: str) -> None:
    async def work(owner: str) -> list[str]:
        mine: list[str] = []
        idle = 0
        while idle < 5:
            claimed = await store.claim("bookings", "due", now=500, until=999, owner=owner, limit=5)
            mine += [document["_id"] for document in claimed]
            idle = 0 if claimed else idle + 1
        return mine

    shares = await asyncio.gather(*(work(f"{name}-{n}") for n in range(4)))
    print(json.dumps([id for share in shares for id in share]))


async def write_until_killed(store: Store, name: str) -> None:
    await asyncio.gather(
        *(
            write(
                store,
                f"{name}-{n}",
                running=lambda: True,
                inserted=lambda id: print("inserted", id, flush=True),
                applied=lambda id: print("applied", id, flush=True),
            )
            for n in range(TASKS)
        )
    )


WORKS = {"book": book_seats, "claim": claim_all, "write": write_until_killed}


async def main(url: str, driver: str, work: str, name: str) -> None:
    store = await open_store(url, ALL, driver=driver, timeout_s=30)
    try:
        await WORKS[work](store, name)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
