"""The client of either driver: all that motor and PyMongo's own asyncio client do not share."""

import asyncio
import os
from typing import Any, Literal, get_args

from channel_gateway.ports import StoreError

Driver = Literal["motor", "pymongo"]

# The drivers' collections and databases differ in type and agree in every method the store uses.
Client = Any
Database = Any
DriverCollection = Any


def connect(driver: str, url: str, *, pool_size: int, timeout_s: float, retry: bool) -> Client:
    """Return a client for the running loop; it connects when it is first used."""
    limit_ms = round(timeout_s * 1000)
    options: dict[str, Any] = {
        "appname": "channel-gateway",
        "w": "majority",
        "journal": True,
        # A write that a new primary may roll back is never read, so never answered as known.
        "readConcernLevel": "majority",
        "readPreference": "primary",
        "retryWrites": retry,
        # Without it a frozen server holds a call for more than half a minute. Closing the client
        # heeds only the two older ones.
        "timeoutMS": limit_ms,
        "serverSelectionTimeoutMS": limit_ms,
        "socketTimeoutMS": limit_ms,
        "maxPoolSize": pool_size,
    }
    if driver == "motor":
        # Motor gives each call a thread and reads their number when it is imported. The default,
        # five per core, makes calls wait where no time limit sees them.
        os.environ["MOTOR_MAX_WORKERS"] = str(pool_size)
        from motor.motor_asyncio import AsyncIOMotorClient

        return AsyncIOMotorClient(url, **options)
    if driver == "pymongo":
        from pymongo import AsyncMongoClient

        return AsyncMongoClient(url, **options)
    raise StoreError(f"driver is one of {get_args(Driver)}")


async def disconnect(client: Client) -> None:
    """End the client's sessions on the server and close its connections."""
    # Motor's close() talks to the server and blocks; PyMongo's returns a coroutine at once.
    closing = await asyncio.to_thread(client.close)
    if closing is not None:
        await closing
