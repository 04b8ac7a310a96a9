"""A bill's packing undone, to disk, a piece at a time and bounded."""

import os
from dataclasses import dataclass
from hashlib import sha1, sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from channel_gateway.private_files import privately
from payment.reconciliation.wrong_bills import BillTooLarge

LARGEST_PACKED = 512 * 2**20  # bytes, of what a platform sends
LARGEST_BILL = 4 * 2**30  # of one unpacked: ten million lines are under three GiB
_PIECE = 2**20


class Packed(Protocol):
    """What is read from: a gzip, a member of a zip."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Unpacked:
    sha256: str
    sha1: str  # what WeChat Pay signs
    size: int


def unpack(packed: Packed, into: Path, *, at_most_bytes: int = LARGEST_BILL) -> Unpacked:
    """Write all there is into a new private file, on disk when this returns.

    Raises `BillTooLarge`, and whatever reading raises; no file is left then.
    """
    with open(into, "xb", opener=privately) as file:
        try:
            return _copied(packed, file, at_most_bytes)
        except BaseException:
            into.unlink()
            raise


def _copied(packed: Packed, file: BinaryIO, at_most_bytes: int) -> Unpacked:
    long_hash, short_hash, size = sha256(), sha1(usedforsecurity=False), 0
    while piece := packed.read(_PIECE):
        size += len(piece)
        if size > at_most_bytes:
            raise BillTooLarge(f"more than {at_most_bytes} bytes when unpacked")
        long_hash.update(piece)
        short_hash.update(piece)
        file.write(piece)
    file.flush()
    os.fsync(file.fileno())
    return Unpacked(long_hash.hexdigest(), short_hash.hexdigest(), size)
