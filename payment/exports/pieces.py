"""A stream taken piece by piece, so that no more than a piece is held."""

from collections.abc import AsyncIterator
from typing import TypeVar

Each = TypeVar("Each")


async def in_pieces(stream: AsyncIterator[Each], size: int) -> AsyncIterator[list[Each]]:
    """Lists of so many; the last may be shorter, and is never empty."""
    piece: list[Each] = []
    async for each in stream:
        piece.append(each)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece
