"""The sockets: what the inside needs from the world, as protocols. Nothing here does anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from channel_gateway.domain.errors import GatewayError, Refused, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Confirmation, Notice, Receipt
from channel_gateway.domain.people import IdNumber, OpenId, PersonName, Phone
from channel_gateway.wire import HttpRequest, HttpSender

# A stored document: only str, int (64 bit), bool, None, list and dict; `_id` is a str, `v` an int.
Document = dict[str, Any]


class Clock(Protocol):
    """The present moment, aware and in UTC."""

    def now(self) -> datetime: ...


class Randomness(Protocol):
    """Unguessable names. A seeded one serves simulation."""

    def token(self, length: int) -> str:
        """Return `length` characters out of 0-9, A-Z, a-z."""
        ...


# -- store ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Index:
    """An index over scalar top-level fields. A document without the first field is not in it.

    A unique index has one field, a string. Every other one is ordered and ends in `_id` by itself.
    A field holds values of one type in all documents: engines order mixed types differently.
    """

    fields: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class Collection:
    """A kind of document. `bulk` ones are kept apart, so that long runs do not slow the rest."""

    name: str
    indexes: tuple[Index, ...] = ()
    bulk: bool = False


@dataclass(frozen=True)
class Range:
    """`low <= field < high`; None leaves that side open."""

    field: str
    low: str | int | None = None
    high: str | int | None = None


@dataclass(frozen=True)
class Cursor:
    """The last document of a page: its value of the order field, and its `_id`."""

    value: str | int
    id: str


class StoreError(GatewayError):
    """The store could not do what was asked."""

    code = "store_error"


class DuplicateKey(StoreError):
    """A unique key is taken; `index` is its field (`_id` for the id itself)."""

    code = "duplicate_key"

    def __init__(self, collection: str, index: str) -> None:
        super().__init__(f"{collection}: {index} is taken")
        self.collection = collection
        self.index = index


class VersionConflict(StoreError):
    """Somebody else changed the document first."""

    code = "version_conflict"


class MissingDocument(StoreError):
    """There is no such document to change."""

    code = "missing_document"


class BadDocument(StoreError):
    """The document holds what a store cannot keep; refused before anything is sent."""

    code = "bad_document"


class UnindexedQuery(StoreError):
    """No declared index serves the query; refused, for it would read the whole collection."""

    code = "unindexed_query"


class StoreUnavailable(Unavailable):
    """The store did not answer in time: the write may have happened or not."""

    code = "store_unavailable"


class Store(Protocol):
    """Documents with versions and unique keys. One write changes one document, durably or not.

    Durable means: on disk (SQLite, FULL) or acknowledged by a majority with its journal (MongoDB)
    when the call returns. Reads see every write acknowledged to anyone before they began.
    """

    async def open(self) -> None:
        """Connect and make the declared indexes; one that contradicts is refused. Repeatable."""
        ...

    async def close(self) -> None: ...

    async def ping(self) -> None:
        """Go the way of a durable write. Raises `StoreUnavailable`."""
        ...

    async def insert(self, collection: str, document: Document) -> Document:
        """Store a new document as version 1. Raises `DuplicateKey`."""
        ...

    async def insert_many(self, collection: str, documents: Sequence[Document]) -> int:
        """Store many; those whose `_id` is there already are skipped. Returns how many are new.

        Not one write: after an error some may be stored. Repeat the call to finish it.
        """
        ...

    async def get(self, collection: str, id: str) -> Document | None: ...

    async def get_by(self, collection: str, unique_field: str, key: str) -> Document | None: ...

    async def replace(self, collection: str, document: Document, *, version: int) -> Document:
        """Swap the document if its version is still `version`; the new one is `version + 1`.

        Raises `VersionConflict`, `MissingDocument`, `DuplicateKey`.
        """
        ...

    async def find(
        self,
        collection: str,
        *,
        equal: dict[str, str | int | bool] | None = None,
        range: Range | None = None,
        order: str = "_id",
        descending: bool = False,
        limit: int = 100,
        after: Cursor | None = None,
    ) -> list[Document]:
        """One page over one declared index, by keyset: pass the last document's cursor to go on.

        `order` is the field after those of `equal` in that index, and a `range` is over it.
        Documents without that field are not in the page. Raises `UnindexedQuery`.
        """
        ...

    async def count(self, collection: str, *, equal: dict[str, str | int | bool], cap: int) -> int:
        """Count, but stop at `cap`. An index begins with the fields of `equal`."""
        ...

    async def claim(
        self, collection: str, field: str, *, now: int, until: int, owner: str, limit: int
    ) -> list[Document]:
        """Lease what is due: `field <= now`, soonest first. Sets `field` to `until`, `owner`, bumps
        the version, so that a former owner's swap fails. Exclusive; may return fewer than are due.
        """
        ...

    async def delete(self, collection: str, id: str, *, version: int | None = None) -> bool:
        """Delete; False when it is not there or, with `version`, not in that version."""
        ...

    async def purge(self, collection: str, field: str, *, before: int, limit: int) -> int:
        """Delete at most `limit` documents with `field < before`; returns how many."""
        ...


# -- what plug-ins stand on ----------------------------------------------------------------------


@dataclass(frozen=True)
class Tools:
    """What every plug-in is given: its own section of the settings, and the world through ports."""

    name: str  # the plug-in's name in the settings
    section: Mapping[str, Any]  # not yet checked: the plug-in's own model does that
    store: Store
    http: HttpSender
    clock: Clock
    randomness: Randomness
    vault: "Sealing"
    identities: "Identities"
    public_url: str  # where platforms reach our callbacks; no slash at the end


class Sealing(Protocol):
    """People's data at rest: sealed texts, and a blind index to find them again."""

    def seal(self, text: str, place: str) -> str: ...

    def open(self, sealed: str, place: str) -> str: ...

    def blind_index(self, text: str, place: str) -> str: ...


class Identities(Protocol):
    """Who is behind a citizen's blind index, to the platform they came from."""

    async def openid(self, citizen: str) -> OpenId:
        """Raises `NotFound`."""
        ...


# -- channels ------------------------------------------------------------------------------------


class LoginCodeInvalid(Refused):
    """The login code is wrong or too old: let the mini-program fetch a new one."""

    code = "login_code_invalid"


class LoginCodeUsed(Refused):
    """The login code was used before: a code works once."""

    code = "login_code_used"


class LoginCodeExpired(Refused):
    """The login code has expired: let the mini-program fetch a new one."""

    code = "login_code_expired"


class Channel(Protocol):
    """A platform whose mini-program citizens come from."""

    name: str
    app: str  # our application's id there

    async def login(self, code: str) -> OpenId:
        """Change a login code into who the citizen is there.

        Raises `LoginCodeInvalid`, `LoginCodeUsed`, `LoginCodeExpired`, `Refused`, `Unavailable`.
        """
        ...

    async def phone(self, payload: str) -> Phone:
        """Read the phone number a citizen chose to share. `payload` is what the mini-program got.

        Raises `Refused`, `Forged`, `Unavailable`.
        """
        ...


# -- explaining signatures ----------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One thing looked at in a signed message: which part, whether it holds, and what is wrong."""

    part: str  # `timestamp`, `serial`, `body`, `signature` …
    holds: bool
    words: str


class SignatureExplainer(Protocol):
    """Says what is wrong with a signed message: which part, which key, which clock."""

    name: str

    def recognises(self, request: HttpRequest) -> bool:
        """Whether this looks like a request or callback of this platform, by its form alone."""
        ...

    def explain(self, request: HttpRequest, now: datetime) -> tuple[Finding, ...]:
        """Look at every part in the platform's own order; the last finding is the verdict."""
        ...


# -- finance authority ---------------------------------------------------------------------------


class NoticeSettledElsewhere(Refused):
    """Finance has this notice as paid by somebody else: this money settles nothing."""

    code = "notice_settled_elsewhere"


class NoticeVoided(Refused):
    """Finance has withdrawn this notice: this money settles nothing."""

    code = "notice_voided"


class FinanceAuthority(Protocol):
    """Who says what is owed and whether it is paid. Its record is the truth for «paid»."""

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        """Raises `NotFound` (wrong code or check code), `Unavailable`."""
        ...

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        """The unpaid notices of a person; both must match finance's record."""
        ...

    async def confirm(self, confirmation: Confirmation) -> datetime:
        """Tell of money received; the same number again gives the same answer. Returns when booked.

        Raises `NoticeSettledElsewhere`, `NoticeVoided`, `Refused` (other amounts), `Unavailable`.
        """
        ...

    async def receipt(self, number: str) -> Receipt | None:
        """Ask for a confirmed payment's receipt to be issued; None while it is being made."""
        ...

    async def report_refund(
        self, number: str, refund_no: str, amount_fen: Fen, reason: str
    ) -> None:
        """Tell of money given back from a confirmed payment; repeatable by `refund_no`."""
        ...
