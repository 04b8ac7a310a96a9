"""What the SQLite store does inside a transaction or a read: functions of a connection."""

import sqlite3
from collections.abc import Iterable, Sequence

import orjson

from channel_gateway.ports import (
    Change,
    Collection,
    Document,
    DuplicateKey,
    MissingDocument,
    StoreError,
    VersionConflict,
)
from channel_gateway.store import sqlite_statements as statements
from channel_gateway.store.documents import stamped
from channel_gateway.store.indexes import indexed_fields, unique_fields, unique_index
from channel_gateway.store.sqlite_statements import Statement


def ensure_schema(connection: sqlite3.Connection, collections: Iterable[Collection]) -> None:
    """Make tables and indexes that are not there. Raises `StoreError` where one is different."""
    for collection in collections:
        connection.execute(statements.table_sql(collection))
        _ensure_columns(connection, collection)
    present = dict(connection.execute("SELECT name, sql FROM sqlite_master"))
    for collection in collections:
        for index in collection.indexes:
            name = statements.index_label(collection, index)
            sql = statements.index_sql(collection, index)
            if name not in present:
                connection.execute(sql)
            elif present[name] != sql:
                raise StoreError(f"{name}: the file has another definition")


def _ensure_columns(connection: sqlite3.Connection, collection: Collection) -> None:
    present = {f'"{name}"' for (name,) in connection.execute(statements.columns_sql(collection))}
    for field in indexed_fields(collection):
        if statements.column(field) not in present:
            for sql in statements.add_column_sql(collection, field):
                connection.execute(sql)


def touch(connection: sqlite3.Connection) -> None:
    """Write what changes nothing, so that the commit goes all the way to the disk."""
    connection.execute("PRAGMA user_version = 1")


def insert(connection: sqlite3.Connection, collection: Collection, document: Document) -> None:
    fields = indexed_fields(collection)
    try:
        connection.execute(statements.insert_sql(collection, fields), _row(document, fields))
    except sqlite3.IntegrityError:
        raise _duplicate(connection, collection, [document], new=True) from None


def insert_new(
    connection: sqlite3.Connection, collection: Collection, documents: Sequence[Document]
) -> int:
    """Insert those whose id is not there; return how many."""
    fields = indexed_fields(collection)
    rows = (_row(document, fields) for document in documents)
    try:
        return connection.executemany(statements.insert_new_sql(collection, fields), rows).rowcount
    except sqlite3.IntegrityError:
        raise _duplicate(connection, collection, documents, new=False) from None


def replace(
    connection: sqlite3.Connection,
    collection: Collection,
    document: Document,
    version: int,
    old: Document | None = None,
) -> None:
    """`old`: the document as it is, if that is known; then only what changed is indexed anew."""
    id, fields = document["_id"], indexed_fields(collection)
    if old is not None:
        fields = tuple(field for field in fields if document.get(field) != old.get(field))
    sql = statements.replace_sql(collection, fields)
    values = (*_row(document, fields)[1:], id, version)
    try:
        swapped = connection.execute(sql, values)
    except sqlite3.IntegrityError:
        raise _duplicate(connection, collection, [document], new=False) from None
    if swapped.rowcount == 1:
        return
    if connection.execute(statements.version_sql(collection), (id,)).fetchone() is None:
        raise MissingDocument(f"{collection.name}: nothing to replace")
    raise VersionConflict(f"{collection.name}: changed since version {version}")


def mutate(
    connection: sqlite3.Connection, collection: Collection, id: str, change: Change
) -> Document:
    document = one(connection, statements.get_sql(collection), id)
    if document is None:
        raise MissingDocument(f"{collection.name}: nothing to change")
    old = document.copy()  # `change` may keep what it is given
    changed = change(document)
    if changed is None:
        return document
    new = stamped(collection, changed, version=old["v"] + 1)
    replace(connection, collection, new, old["v"], old)
    return new


def claim(
    connection: sqlite3.Connection, collection: Collection, due: Statement, changes: Document
) -> list[Document]:
    claimed = []
    for old in many(connection, due):
        document = old | changes | {"v": old["v"] + 1}
        replace(connection, collection, document, old["v"], old)
        claimed.append(document)
    return claimed


def delete(
    connection: sqlite3.Connection, collection: Collection, id: str, version: int | None
) -> bool:
    parameters = (id,) if version is None else (id, version)
    sql = statements.delete_sql(collection, versioned=version is not None)
    return connection.execute(sql, parameters).rowcount == 1


def purge(connection: sqlite3.Connection, collection: Collection, expired: Statement) -> int:
    sql = statements.delete_sql(collection, versioned=False)
    ids = [(document["_id"],) for document in many(connection, expired)]
    return connection.executemany(sql, ids).rowcount if ids else 0


def one(connection: sqlite3.Connection, sql: str, key: str) -> Document | None:
    found = connection.execute(sql, (key,)).fetchone()
    return None if found is None else orjson.loads(found[0])


def many(connection: sqlite3.Connection, page: Statement) -> list[Document]:
    return [orjson.loads(body) for (body,) in connection.execute(page.sql, page.parameters)]


def number(connection: sqlite3.Connection, count: Statement) -> int:
    return int(connection.execute(count.sql, count.parameters).fetchone()[0])


def _row(document: Document, fields: tuple[str, ...]) -> tuple[str | int | None, ...]:
    """Id, version, body, and the values of these fields."""
    body = orjson.dumps(document).decode()
    return document["_id"], document["v"], body, *[document.get(field) for field in fields]


def _duplicate(
    connection: sqlite3.Connection,
    collection: Collection,
    documents: Sequence[Document],
    *,
    new: bool,
) -> StoreError:
    """Name the key that is taken: `_id`, then as declared. SQLite itself names any of them."""
    for document in documents:
        id = document["_id"]
        taken = connection.execute(statements.version_sql(collection), (id,)).fetchone()
        if new and taken is not None:
            return DuplicateKey(collection.name, "_id")
        for field in unique_fields(collection):
            sql = statements.holder_sql(collection, unique_index(collection, field))
            holder = connection.execute(sql, (document.get(field),)).fetchone()
            if holder is not None and holder[0] != id:
                return DuplicateKey(collection.name, field)
    return StoreError(f"{collection.name}: a constraint that is not ours")
