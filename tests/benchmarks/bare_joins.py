"""DuckDB, Polars and pandas doing the bare join of three books: read, exact money, outer joins, and
the numbers that do not say the same on all sides. No kinds, no sums, no repeated lines, no words.

Run as a process: `python -m tests.benchmarks.bare_joins ENGINE FOLDER` prints the count.
"""

import sys
from pathlib import Path

# As they stand on a bill; the first cell's own backtick stays with it.
FIELDS = (0, 5, 6, 9, 15, 16, 19, 22, 24, 25)


def duckdb(folder: Path) -> int:
    """Its parallel CSV reader, told the delimiter of two bytes."""
    import duckdb

    names = [f"c{place}" for place in range(27)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    bill = (
        f"read_csv('{folder}/bill.csv', delim=',`', header=false, skip=1, quote='', escape='', "
        f"columns={{{columns}}}, null_padding=false, ignore_errors=true, auto_detect=false)"
    )
    found = (
        duckdb.connect()
        .execute(
            f"""
        with c as (
          select case when c9 = 'SUCCESS' then c6 else c15 end as number, c5 as transaction,
            case when c9 = 'SUCCESS' then cast(replace(c24, '.', '') as bigint)
              else cast(replace(c25, '.', '') as bigint) end as fen,
            cast(replace(c22, '.', '') as bigint) as fee,
            case when c19 in ('', 'SUCCESS') then 'done' else c19 end as state
          from {bill}),
        g as (select coalesce(refund_no, order_id) as number, * from
          read_csv('{folder}/journal.csv', all_varchar=true)),
        f as (select coalesce(refund_no, order_id) as number, * from
          read_csv('{folder}/statement.csv', all_varchar=true))
        select count(distinct coalesce(c.number, g.number, f.number))
        from c full join g on c.number = g.number
          full join f on coalesce(c.number, g.number) = f.number
        where c.number is null or g.number is null or f.number is null
          or c.fen <> cast(g.amount_fen as bigint) or c.fen <> cast(f.amount_fen as bigint)
          or c.state <> g.state or c.transaction <> g.transaction
          or c.fee <> cast(g.fee_e5 as bigint)
        """
        )
        .fetchone()
    )
    assert found is not None
    return int(found[0])


def polars(folder: Path) -> int:
    """Its reader knows delimiters of one byte only: they are replaced first."""
    import polars as pl

    text = (folder / "bill.csv").read_bytes().replace(b",`", b"\x01")
    bill = pl.read_csv(
        text,
        separator="\x01",
        has_header=False,
        skip_rows=1,
        quote_char=None,
        infer_schema=False,
        columns=list(FIELDS),
        n_rows=text.count(b"\n") - 3,
    )
    del text
    bill.columns = [f"c{place}" for place in FIELDS]
    paid = pl.col("c9") == "SUCCESS"
    fen = pl.when(paid).then(pl.col("c24")).otherwise(pl.col("c25"))
    channel = bill.lazy().select(
        pl.when(paid).then(pl.col("c6")).otherwise(pl.col("c15")).alias("number"),
        fen.str.replace(".", "", literal=True).cast(pl.Int64).alias("fen"),
        pl.col("c22").str.replace(".", "", literal=True).cast(pl.Int64).alias("fee"),
        pl.col("c5").alias("transaction"),
        pl.when(pl.col("c19").fill_null("").is_in(["", "SUCCESS"]))
        .then(pl.lit("done"))
        .otherwise(pl.col("c19"))
        .alias("state"),
    )
    number = pl.coalesce("refund_no", "order_id").alias("number")
    text_columns = dict.fromkeys(("order_id", "refund_no", "transaction"), pl.String)
    journal, statement = (
        pl.scan_csv(folder / name, schema_overrides=text_columns).with_columns(number)
        for name in ("journal.csv", "statement.csv")
    )
    joined = channel.join(journal, on="number", how="full", suffix="_g", coalesce=True).join(
        statement, on="number", how="full", suffix="_f", coalesce=True
    )
    differs = (
        pl.col("fen").is_null()
        | pl.col("amount_fen").is_null()
        | pl.col("amount_fen_f").is_null()
        | (pl.col("fen") != pl.col("amount_fen"))
        | (pl.col("fen") != pl.col("amount_fen_f"))
        | (pl.col("state") != pl.col("state_g"))
        | (pl.col("transaction") != pl.col("transaction_g"))
        | (pl.col("fee") != pl.col("fee_e5"))
    )
    return int(joined.filter(differs).select(pl.col("number").n_unique()).collect().item())


def pandas(folder: Path) -> int:
    """Its fast reader knows delimiters of one byte only: they are replaced first."""
    import io

    import pandas as pd

    text = (folder / "bill.csv").read_bytes().replace(b",`", b"\x01")
    bill = pd.read_csv(
        io.BytesIO(text),
        sep="\x01",
        header=None,
        skiprows=1,
        quoting=3,
        dtype=str,
        keep_default_na=False,
        usecols=list(FIELDS),
        nrows=text.count(b"\n") - 3,
    )
    del text
    paid = bill[9] == "SUCCESS"
    channel = pd.DataFrame(
        {
            "number": bill[6].where(paid, bill[15]),
            "transaction": bill[5],
            "fen": bill[24].where(paid, bill[25]).str.replace(".", "", regex=False).astype("int64"),
            "fee": bill[22].str.replace(".", "", regex=False).astype("int64"),
            "state": bill[19].where(~bill[19].isin(["", "SUCCESS"]), "done"),
        }
    )
    del bill
    books = []
    for name in ("journal.csv", "statement.csv"):
        book = pd.read_csv(folder / name, dtype={"transaction": str, "pay_code": str})
        book["number"] = book["refund_no"].fillna(book["order_id"])
        books.append(book)
    joined = channel.merge(books[0], how="outer", on="number", suffixes=("", "_g"))
    joined = joined.merge(books[1], how="outer", on="number", suffixes=("", "_f"))
    agrees = (
        (joined["fen"] == joined["amount_fen"])
        & (joined["fen"] == joined["amount_fen_f"])
        & (joined["state"] == joined["state_g"])
        & (joined["transaction"] == joined["transaction_g"])
        & ((joined["fee"] == joined["fee_e5"]) | joined["fee_e5"].isna())
    )
    return int(joined.loc[~agrees, "number"].nunique())


ENGINES = {"duckdb": duckdb, "polars": polars, "pandas": pandas}

if __name__ == "__main__":
    print(ENGINES[sys.argv[1]](Path(sys.argv[2])))
