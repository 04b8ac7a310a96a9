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
    document = {"_id": head.chain, "number": head.number, "hash": head.hash}
    pending = [_apart(write_link(link)) for link in head.pending]
    return document | {"mac": _head_mac(document, sealing), "pending": pending}


def read_head(document: Document) -> Head:
    pending = tuple(read_link({"_id": each["id"], **each}) for each in document["pending"])
    return Head(
        document["_id"], document["number"], document["hash"], pending, document.get("v", 0)
    )


def write_anchor(head: Head, now: datetime, sealing: Sealing) -> Document:
    document = {
        "_id": f"{head.chain}|{head.number:012d}",
        "number": head.number,
        "hash": head.hash,
        "at": milliseconds(now),
    }
    return document | {"mac": _anchor_mac(document, sealing)}


def is_our_head(document: Document, sealing: Sealing) -> bool:
    """Whether we signed it as the head of this chain."""
    return _same(_head_mac(document, sealing), document)


def is_our_anchor(document: Document, sealing: Sealing) -> bool:
    """Whether we signed it as an anchor of this chain and moment."""
    return _same(_anchor_mac(document, sealing), document)


def _head_mac(document: Document, sealing: Sealing) -> str:
    text = f"{document['_id']}|{document['number']}|{document['hash']}"
    return sealing.blind_index(text, "chains.head")


def _anchor_mac(document: Document, sealing: Sealing) -> str:
    """Another place than a head's: an anchor that is put in the head's place is not signed."""
    text = f"{document['_id']}|{document['number']}|{document['hash']}|{document['at']}"
    return sealing.blind_index(text, "chains.anchor")


def _same(mac: str, document: Document) -> bool:
    return hmac.compare_digest(mac.encode(), str(document.get("mac")).encode())


def _apart(document: Document) -> Document:
    """Inside another document no name begins with an underscore."""
    return {"id" if name == "_id" else name: value for name, value in document.items()}
