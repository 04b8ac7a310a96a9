"""Where a chain ends: kept apart from its links, and signed with a key that is not in the store.

A head carries the links of the last batch until they are in their places: the swap of the head is
what makes them part of the chain, all of them or none, and whoever comes next puts them there.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from channel_gateway.chains.links import FIRST_BEFORE, read_link, write_link
from channel_gateway.domain.days import milliseconds
from channel_gateway.ports import Collection, Document, Link, Sealing

HEADS = Collection("chain_heads")
ANCHORS = Collection("chain_anchors")  # heads of earlier hours


@dataclass(frozen=True, slots=True)
class Head:
    """`version` 0: nobody has written it yet."""

    chain: str
    number: int = 0
    hash: str = FIRST_BEFORE
    pending: tuple[Link, ...] = ()  # the last batch, perhaps not in its place yet
    version: int = 0

    def after(self, links: tuple[Link, ...]) -> "Head":
        return replace(self, number=links[-1].number, hash=links[-1].hash, pending=links)


def write_head(head: Head, sealing: Sealing) -> Document:
    return {
        "_id": head.chain,
        "number": head.number,
        "hash": head.hash,
        "mac": signed(head.chain, head.number, head.hash, sealing),
        "pending": [_apart(write_link(link)) for link in head.pending],
    }


def read_head(document: Document) -> Head:
    pending = tuple(read_link({"_id": each["id"], **each}) for each in document["pending"])
    return Head(
        document["_id"], document["number"], document["hash"], pending, document.get("v", 0)
    )


def write_anchor(head: Head, now: datetime, sealing: Sealing) -> Document:
    return {
        "_id": f"{head.chain}|{head.number:012d}",
        "number": head.number,
        "hash": head.hash,
        "at": milliseconds(now),
        "mac": signed(head.chain, head.number, head.hash, sealing),
    }


def is_ours(chain: str, document: Document, sealing: Sealing) -> bool:
    """Whether a head or an anchor was signed by us."""
    mac = signed(chain, document["number"], document["hash"], sealing)
    return hmac.compare_digest(mac.encode(), str(document.get("mac")).encode())


def signed(chain: str, number: int, hash: str, sealing: Sealing) -> str:
    return sealing.blind_index(f"{chain}|{number}|{hash}", "chains.head")


def _apart(document: Document) -> Document:
    """Inside another document no name begins with an underscore."""
    return {"id" if name == "_id" else name: value for name, value in document.items()}
