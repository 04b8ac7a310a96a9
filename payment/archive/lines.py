"""What stands in a file of the archive, line by line."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson

from payment.archive.files import Files, Span

BATCH = 20  # lines at once

Line = tuple[Span, dict[str, Any]]


async def lines_of(files: Files, name: str) -> AsyncIterator[list[Line]]:
    """A few at once, and where each is. Raises `ArchiveDamaged`."""
    at = 0
    while found := await asyncio.to_thread(files.page, name, at=at, limit=BATCH):
        yield [(each.span, orjson.loads(each.line)) for each in found]
        at = found[-1].span.at + found[-1].span.size
