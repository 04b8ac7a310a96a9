"""Puts a day's collected books into a spool, with what look-ups added. Slow work over files."""

import os
import shutil
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from payment.reconciliation.columns import Columns
from payment.reconciliation.days.sums import Counting
from payment.reconciliation.entries import Side
from payment.reconciliation.gathering.beside import Beside
from payment.reconciliation.gathering.collecting import Collected
from payment.reconciliation.gathering.gathered import (
    Gathered,
    count,
    count_booked,
    count_taken_out,
)
from payment.reconciliation.gathering.piles import Piece, Pile
from payment.reconciliation.matching import Spool


def gather(collected: Collected, folder: Path, beside: Beside) -> tuple[Spool, Gathered]:
    """A spool for one matching, in a new folder on the same disk; and what the books come to.

    What no look-up changes lies there already, linked. Orders as they are now stand for the
    journal's entries.
    """
    shutil.copytree(collected.spool.folder, folder, copy_function=os.link)
    spool = Spool(folder, collected.spool.partitions, name="matched")  # after what was collected
    books = collected.books.less(_gone(collected.own, beside))
    _count(books.counting, beside.ours)
    for piece in beside.suspense:
        count_taken_out(books.counting, piece.booked())
        if piece.silent:
            count_booked(books.counting, piece.columns, ours=False)
    own = (collected.own, beside.ours, collected.taken_out, beside.suspense)
    spool.lay(Side.GATEWAY, books.noted("G", _left(own, beside, silent=False)))
    near = (collected.own_near, beside.ours_near, collected.taken_out_near)
    spool.lay(Side.GATEWAY, _left(near, beside, silent=False), near=True)
    for piles, is_near in ((own, False), (near, True)):
        if any(pile.silent for pile in piles):
            spool.lay(Side.FINANCE, _left(piles, beside, silent=True), near=is_near)
    spool.lay(Side.CHANNEL, beside.channel_near.columns(), near=True)
    spool.lay(Side.FINANCE, beside.finance_near.columns(), near=True)
    spool.settled(iter(sorted((collected.settled_by | beside.settled_by).items())))
    return spool, books


def _gone(own: Pile, beside: Beside) -> Counting:
    """What the journal's entries came to for which orders stand now."""
    gone = Counting()
    for piece in own if beside.replaced else ():
        _count(gone, [piece.parted([each in beside.replaced for each in piece.columns.numbers])])
    return gone


def _count(counting: Counting, pieces: Iterable[Piece]) -> None:
    for piece in pieces:
        count(counting, piece.booked())
        if piece.silent:
            count_booked(counting, piece.columns, ours=True)


def _left(piles: tuple[Pile, ...], beside: Beside, *, silent: bool) -> Iterator[Columns]:
    """The journal's but for which orders stand, and what stands beside; or of it the silent."""
    journals, *besides = piles
    kept = (piece.without(beside.replaced) for piece in journals)
    return (each.columns for each in chain(kept, *besides) if each.silent or not silent)
