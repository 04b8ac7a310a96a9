"""The archive's files: JSON lines, gzipped line by line, so that one is read without the others.

The files together with the journal are the record; `zcat` reads them. Nothing is ever changed in
one, and what a name says of the content is the beginning of its SHA-256.
"""

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from channel_gateway.private_files import make_private_folder, privately
from payment.archive.refusals import ArchiveDamaged
from payment.on_disk import names_to_disk

_PIECE = 2**16


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is on disk for good."""

    name: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Span:
    """Where a line is: a gzip member of the file."""

    at: int
    size: int
    digest: str  # SHA-256 of the member


@dataclass(frozen=True, slots=True)
class Found:
    """A line, and where it is."""

    span: Span
    line: bytes


class Files:
    """A folder: <day>-<part>-<beginning of the SHA-256>.jsonl.gz"""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, stem: str, token: str) -> "Writing":
        """A new file under a name that nobody else writes to."""
        make_private_folder(self._folder)
        return Writing(self._folder, stem, self._folder / f".{stem}-{token}.unfinished")

    def page(self, name: str, *, at: int, limit: int) -> list[Found]:
        """So many lines, from this place on. Raises `ArchiveDamaged`."""
        with self._opened(name) as file:
            file.seek(at)
            return list(_members(file, name, at, limit))

    def line(self, name: str, span: Span) -> bytes:
        """Raises `ArchiveDamaged` where it is not the line that was put there."""
        with self._opened(name) as file:
            file.seek(span.at)
            member = file.read(span.size)
        if sha256(member).hexdigest() != span.digest:
            raise ArchiveDamaged(f"{name}: changed at byte {span.at}")
        return gzip.decompress(member)

    def trouble(self, name: str, digest: str) -> str:
        """What is wrong with a file, in words; empty: nothing."""
        found = sha256()
        try:
            with (self._folder / name).open("rb") as file:
                while piece := file.read(_PIECE):
                    found.update(piece)
        except OSError as trouble:
            return f"{name} cannot be read: {trouble.strerror}"
        return "" if found.hexdigest() == digest else f"{name} is not what was written"

    def clear(self, stem: str, keep: str) -> None:
        """Take away what killed or slower ones wrote of a part, save the file that counts."""
        for pattern in (f"{stem}-*.jsonl.gz", f".{stem}-*.unfinished"):
            for path in self._folder.glob(pattern):
                if path.name != keep:
                    with suppress(FileNotFoundError):
                        path.unlink()

    def _opened(self, name: str) -> IO[bytes]:
        try:
            return (self._folder / name).open("rb")
        except OSError as trouble:
            raise ArchiveDamaged(f"{name} cannot be read: {trouble.strerror}") from trouble


class Writing:
    """A file that is being written; nobody reads it before it is finished."""

    def __init__(self, folder: Path, stem: str, path: Path) -> None:
        self._folder = folder
        self._stem = stem
        self._path = path
        self._file = open(path, "wb", opener=privately)  # noqa: SIM115 (closed by `close`)
        self._digest = sha256()
        self._size = 0

    def add(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            member = gzip.compress(line + b"\n", mtime=0)
            self._file.write(member)
            self._digest.update(member)
            self._size += len(member)

    def finish(self) -> Kept:
        """On disk, under its name, when this returns."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = self._digest.hexdigest()
        name = f"{self._stem}-{digest[:16]}.jsonl.gz"
        self._path.rename(self._folder / name)
        names_to_disk(self._folder)
        return Kept(name, digest, self._size)

    def close(self) -> None:
        """Whether it was finished or not."""
        self._file.close()


def _members(file: IO[bytes], name: str, at: int, limit: int) -> Iterator[Found]:
    left = b""
    for _ in range(limit):
        unpacking, member, line = zlib.decompressobj(wbits=31), b"", b""
        while not unpacking.eof:
            piece, left = left or file.read(_PIECE), b""
            if not piece and not member:
                return
            if not piece:
                raise ArchiveDamaged(f"{name}: cut off")
            try:
                line += unpacking.decompress(piece)
            except zlib.error as trouble:
                raise ArchiveDamaged(f"{name}: not gzip at byte {at}") from trouble
            member += piece
        left = unpacking.unused_data
        member = member[: len(member) - len(left)]
        yield Found(Span(at, len(member), sha256(member).hexdigest()), line)
        at += len(member)
