"""An export becomes a file: rows flow from their source into it, and are never held together."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from payment.exports import csv_text
from payment.exports.asked import Asked, ExportTooLarge
from payment.exports.cover import Cover
from payment.exports.pieces import in_pieces
from payment.exports.sinks import CsvFile, Sink
from payment.exports.table import Column, Source, added
from payment.exports.what import TITLES, FileFormat
from payment.exports.xlsx_file import XlsxFile

_PIECE = 500
Said = Callable[[date], None]  # told of every day that is done


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the journal stood before the first row was read."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Written:
    """What an export came to."""

    rows: int
    sums: tuple[tuple[Column, int], ...]  # of every column that is summed; amounts in fen
    digest: str  # SHA-256 of the rows as CSV


async def write(
    asked: Asked,
    source: Source,
    path: Path,
    form: FileFormat,
    *,
    journal: Standing,
    now: datetime,
    most: int | None = None,
    said: Said = lambda _: None,
) -> Written:
    """Write the file, whole. Raises `ExportTooLarge` beyond `most` rows; then it is not whole."""
    columns = source.columns
    head = csv_text.header(columns)
    digest, rows, sums = sha256(head), 0, [0] * len(columns)
    # Packing and writing are work for another thread: the loop has callbacks to answer.
    sink = await asyncio.to_thread(_sink, form, path, asked, columns, now)
    try:
        for day in asked.days:
            async for piece in in_pieces(source.of_day(day, asked.units), _PIECE):
                rows += len(piece)
                if most is not None and rows > most:
                    raise ExportTooLarge(f"more than {most} rows", field="query.to")
                text = csv_text.body(columns, piece)
                digest.update(text)
                sums = added(sums, columns, piece)
                await asyncio.to_thread(sink.write, piece, text)
            said(day)
        cover = Cover(
            what=asked.what,
            first=asked.first,
            last=asked.last,
            units=asked.units,
            by=asked.by,
            at=now,
            journal_number=journal.number,
            journal_hash=journal.hash,
            columns=columns,
            rows=rows,
            sums=tuple(sums),
            digest=digest.hexdigest(),
        )
        await asyncio.to_thread(sink.finish, cover)
    finally:
        await asyncio.to_thread(sink.close)
    totals = tuple(each for each in zip(columns, sums, strict=True) if each[0].summed)
    return Written(rows, totals, cover.digest)


def _sink(
    form: FileFormat, path: Path, asked: Asked, columns: tuple[Column, ...], now: datetime
) -> Sink:
    if form is FileFormat.CSV:
        return CsvFile(path, csv_text.header(columns))
    return XlsxFile(path, TITLES[asked.what], columns, now=now)
