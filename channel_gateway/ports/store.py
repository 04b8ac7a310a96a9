"""The store as the inside needs it: documents with versions and unique keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from channel_gateway.domain.errors import GatewayError, Unavailable

# A stored document: only str, int (64 bit), bool, None, list and dict; `_id` is a str, `v` an int.
Document = dict[str, Any]

# A new document for an old one; None: as it is.
Change = Callable[[Document], Document | None]


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
    zh = "系统出现问题，请稍后再试；如需帮助，请提供页面上的编号。"


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
    passing = True


class MissingDocument(StoreError):
    """There is no such document to change."""

    code = "missing_document"


class BadDocument(StoreError):
    """The document holds what a store cannot keep; refused before anything is sent."""

    code = "bad_document"


class UnindexedQuery(StoreError):
    """No declared index serves the query; refused, for it would read the whole collection."""

    code = "unindexed_query"


class StoreAbsent(StoreError):
    """There is no store at this address, and none was to be made."""

    code = "store_absent"


class StoreUnavailable(Unavailable):
    """The store did not answer in time: the write may have happened or not."""

    code = "store_unavailable"


class Store(Protocol):
    """Documents with versions and unique keys. One write changes one document, durably or not.

    Durable means: on disk (SQLite, FULL) or acknowledged by a majority with its journal (MongoDB)
    when the call returns. Reads see every write acknowledged to anyone before they began.
    An id or key that is no string raises `BadDocument`, whatever brought it here.
    """

    async def open(self, *, create: bool = True) -> None:
        """Connect and make the declared indexes; one that contradicts is refused. Repeatable.

        Without `create` nothing is made: what is not there is `StoreAbsent`.
        """
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

    async def mutate(self, collection: str, id: str, change: Change) -> Document:
        """Swap the document for what `change` makes of it; return it as it is then.

        `change` is pure and quick, and may be asked many times: whenever somebody else was faster.
        It gives the new document, or None for "as it is". Raises what `change` raises,
        `MissingDocument`, `DuplicateKey`, and `VersionConflict` when all attempts lost their race.
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
