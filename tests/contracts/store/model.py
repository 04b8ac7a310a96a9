"""The collections the contract is told on: a small booking office."""

from collections.abc import Iterable
from typing import Any

from channel_gateway.ports import Collection, DuplicateKey, Index, Store
from channel_gateway.store.leases import LEASES

BOOKINGS = Collection(
    "bookings",
    (
        Index(("seat_key",), unique=True),
        Index(("quota_key",), unique=True),
        Index(("request_key",), unique=True),
        Index(("slot", "at")),
        Index(("citizen", "at")),
        Index(("due",)),
    ),
)
ROWS = Collection("rows", (Index(("run", "status")), Index(("expires",))), bulk=True)
NOTES = Collection("notes", (Index(("subject",)), Index(("at",)), Index(("open", "at"))))
ALL = (BOOKINGS, ROWS, NOTES, LEASES)


async def book(
    store: Store, booking: dict[str, Any], *, seats: Iterable[int], quota: Iterable[int]
) -> dict[str, Any] | str:
    """Book as a use case does: one insert takes seat and quota. Returns it, or who said no."""
    seats, quota = list(seats), list(quota)
    while seats and quota:
        keys = {
            "seat_key": f"{booking['slot']}|{seats[0]}",
            "quota_key": f"{booking['citizen']}|{quota[0]}",
        }
        try:
            return await store.insert("bookings", booking | keys)
        except DuplicateKey as taken:
            if taken.index == "seat_key":
                seats.pop(0)
            elif taken.index == "quota_key":
                quota.pop(0)
            else:
                return "repeated"
    return "full" if quota else "limit"
