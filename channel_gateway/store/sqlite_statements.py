"""The SQL of the SQLite store: a table per collection, a column per indexed field. Pure.

An index over an expression is written anew whenever a document is; one over a column only when
that column is set. So a change sets the columns that changed and no others.

Every query names its index (INDEXED BY), so SQLite refuses to answer by reading a whole table.
The indexes are partial: SQLite uses one only if the query repeats its IS NOT NULL.
"""

# ruff: noqa: S608 - names are checked when they are declared, values are always parameters

from dataclasses import dataclass

from channel_gateway.ports import Collection, Cursor, Index, Range
from channel_gateway.store.indexes import count_index, field_index, index_name, page_index

Value = str | int


@dataclass(frozen=True)
class Statement:
    """SQL with its parameters."""

    sql: str
    parameters: tuple[Value, ...] = ()


def table_sql(collection: Collection) -> str:
    return (
        f'CREATE TABLE IF NOT EXISTS "{collection.name}"'
        " (id TEXT NOT NULL PRIMARY KEY, v INTEGER NOT NULL, body TEXT NOT NULL)"
    )


def columns_sql(collection: Collection) -> str:
    """Select the names of the columns that are there."""
    return f"SELECT name FROM pragma_table_info('{collection.name}')"


def add_column_sql(collection: Collection, field: str) -> tuple[str, str]:
    """Add a field's column, without a type: values keep theirs. Then fill it from the bodies."""
    return (
        f'ALTER TABLE "{collection.name}" ADD COLUMN {column(field)}',
        f"""UPDATE "{collection.name}" SET {column(field)} = json_extract(body, '$.{field}')""",
    )


def index_label(collection: Collection, index: Index) -> str:
    return f"{collection.name}:{index_name(index)}"


def index_sql(collection: Collection, index: Index) -> str:
    columns = [column(field) for field in index.fields] + ([] if index.unique else ["id"])
    return (
        f"CREATE {'UNIQUE ' if index.unique else ''}INDEX"
        f' "{index_label(collection, index)}" ON "{collection.name}"'
        f" ({', '.join(columns)}) WHERE {column(index.fields[0])} IS NOT NULL"
    )


def insert_sql(collection: Collection, fields: tuple[str, ...]) -> str:
    """Parameters: id, version, body, and the fields' values."""
    columns = ", ".join(("id", "v", "body", *map(column, fields)))
    marks = ", ".join("?" * (3 + len(fields)))
    return f'INSERT INTO "{collection.name}" ({columns}) VALUES ({marks})'


def insert_new_sql(collection: Collection, fields: tuple[str, ...]) -> str:
    return f"{insert_sql(collection, fields)} ON CONFLICT (id) DO NOTHING"


def replace_sql(collection: Collection, fields: tuple[str, ...]) -> str:
    """Parameters: the new version, body, the fields' values; then id and the old version."""
    changes = "".join(f", {column(field)} = ?" for field in fields)
    return f'UPDATE "{collection.name}" SET v = ?, body = ?{changes} WHERE id = ? AND v = ?'


def version_sql(collection: Collection) -> str:
    return f'SELECT v FROM "{collection.name}" WHERE id = ?'


def get_sql(collection: Collection) -> str:
    return f'SELECT body FROM "{collection.name}" WHERE id = ?'


def get_by_sql(collection: Collection, index: Index) -> str:
    return f"SELECT body {_holder(collection, index)}"


def holder_sql(collection: Collection, index: Index) -> str:
    """Who holds this unique key?"""
    return f"SELECT id {_holder(collection, index)}"


def delete_sql(collection: Collection, *, versioned: bool) -> str:
    return f'DELETE FROM "{collection.name}" WHERE id = ?' + (" AND v = ?" if versioned else "")


def page(
    collection: Collection,
    *,
    equal: dict[str, str | int | bool],
    range: Range | None,
    order: str,
    descending: bool,
    limit: int,
    after: Cursor | None,
) -> Statement:
    index = page_index(collection, equal, order, range)
    place = "id" if order == "_id" else column(order)
    terms: list[tuple[str, tuple[Value, ...]]] = _equal(equal)
    for field in {index.fields[0] if index else "_id": None, order: None}:
        if field != "_id":
            terms.append((f"{column(field)} IS NOT NULL", ()))
    if range is not None and range.low is not None:
        terms.append((f"{place} >= ?", (range.low,)))
    if range is not None and range.high is not None:
        terms.append((f"{place} < ?", (range.high,)))
    if after is not None:
        # SQLite seeks an index by the first term; it does not by a row value.
        sign = "<" if descending else ">"
        terms.append((f"{place} {sign}= ?", (after.value,)))
        terms.append((f"({place} {sign} ? OR id {sign} ?)", (after.value, after.id)))
    direction = "DESC" if descending else "ASC"
    sort = f"id {direction}" if order == "_id" else f"{place} {direction}, id {direction}"
    return _select("body", collection, index, terms, f"ORDER BY {sort} LIMIT ?", limit)


def count(collection: Collection, equal: dict[str, str | int | bool], cap: int) -> Statement:
    index = count_index(collection, equal)
    terms = [*_equal(equal), (f"{column(index.fields[0])} IS NOT NULL", ())]
    counted = _select("1", collection, index, terms, "LIMIT ?", cap)
    return Statement(f"SELECT count(*) FROM ({counted.sql})", counted.parameters)


def first(collection: Collection, field: str, before: int, limit: int) -> Statement:
    """Select the bodies of those with `field < before`, soonest first."""
    index = field_index(collection, field)
    place = column(field)
    terms: list[tuple[str, tuple[Value, ...]]] = [
        (f"{place} < ?", (before,)),
        (f"{place} IS NOT NULL", ()),
    ]
    return _select("body", collection, index, terms, f"ORDER BY {place}, id LIMIT ?", limit)


def column(field: str) -> str:
    """A field's column: no field can be called like the store's own."""
    return f'"${field}"'


def _holder(collection: Collection, index: Index) -> str:
    key = column(index.fields[0])
    return (
        f'FROM "{collection.name}" INDEXED BY "{index_label(collection, index)}"'
        f" WHERE {key} = ? AND {key} IS NOT NULL"
    )


def _equal(equal: dict[str, str | int | bool]) -> list[tuple[str, tuple[Value, ...]]]:
    return [(f"{column(field)} = ?", (value,)) for field, value in equal.items()]


def _select(
    columns: str,
    collection: Collection,
    index: Index | None,
    terms: list[tuple[str, tuple[Value, ...]]],
    tail: str,
    limit: int,
) -> Statement:
    by = "" if index is None else f' INDEXED BY "{index_label(collection, index)}"'
    where = f" WHERE {' AND '.join(text for text, _ in terms)}" if terms else ""
    values = tuple(value for _, term_values in terms for value in term_values)
    return Statement(
        f'SELECT {columns} FROM "{collection.name}"{by}{where} {tail}', (*values, limit)
    )
