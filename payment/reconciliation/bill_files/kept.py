"""A bill that was fetched: where it lies, what it hashes to, which version of its day's it is."""

from dataclasses import dataclass
from datetime import date, datetime

from channel_gateway.ports import Collection, Index
from payment.ports import BillFile

BILL_FILES = Collection(
    "bill_files", (Index(("edition_key",), unique=True), Index(("method", "day")))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """One version of one bill. It is written once, and neither it nor its file ever changes."""

    id: str
    method: str
    day: date
    kind: str
    edition: int  # from 1: another content of the same bill is the next
    edition_key: str  # unique
    digest: str  # SHA-256, hex
    size: int  # bytes
    lines: int
    fetched_at: datetime
    signed_hash: str = ""  # what the platform signed for it; empty: it signs none
    version: int = 0


def kept_file(
    bill: BillFile, method: str, day: date, *, edition: int, size: int, lines: int, at: datetime
) -> KeptFile:
    return KeptFile(
        id=file_id(method, day, bill.kind, bill.digest),
        method=method,
        day=day,
        kind=bill.kind,
        edition=edition,
        edition_key=f"{method}|{day}|{bill.kind}|{edition}",
        digest=bill.digest,
        size=size,
        lines=lines,
        fetched_at=at,
        signed_hash=bill.signed_hash,
    )


def file_id(method: str, day: date, kind: str, digest: str) -> str:
    return f"{method}|{day}|{kind}|{digest}"
