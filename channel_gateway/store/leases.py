"""What must run once over all processes: a named lease, held by one owner until a moment.

A lease is a promise about time, so its holder must stop when it ends. What the holder writes may
carry `version` as a fence: it only ever grows, and whoever holds the lease later has a larger one.
"""

from dataclasses import dataclass

from channel_gateway.ports import Collection, DuplicateKey, Store, VersionConflict

LEASES = Collection("leases")


@dataclass(frozen=True)
class Lease:
    """The right of `owner` to be the only one, until `until` (ms)."""

    name: str
    owner: str
    until: int
    version: int


async def acquire(store: Store, name: str, *, owner: str, now: int, until: int) -> Lease | None:
    """Take the lease if it is free, over or ours already; None when another holds it. In ms."""
    held = await store.get(LEASES.name, name)
    document = {"_id": name, "owner": owner, "until": until}
    try:
        if held is None:
            taken = await store.insert(LEASES.name, document)
        elif held["until"] <= now or held["owner"] == owner:
            taken = await store.replace(LEASES.name, document, version=held["v"])
        else:
            return None
    except (DuplicateKey, VersionConflict):
        return None
    return Lease(name, owner, until, taken["v"])


async def renew(store: Store, lease: Lease, *, now: int, until: int) -> Lease | None:
    """Hold it longer; None when it is over or another's, so that the work must stop. In ms."""
    if lease.until <= now:
        return None
    document = {"_id": lease.name, "owner": lease.owner, "until": until}
    try:
        kept = await store.replace(LEASES.name, document, version=lease.version)
    except VersionConflict:
        return None
    return Lease(lease.name, lease.owner, until, kept["v"])


async def release(store: Store, lease: Lease) -> None:
    """Let the next one in at once. A lease that is another's by now stays theirs."""
    document = {"_id": lease.name, "owner": lease.owner, "until": 0}
    try:
        await store.replace(LEASES.name, document, version=lease.version)
    except VersionConflict:
        return
