"""Lines of a bill that nobody can read are set aside and named; the others are read. Pure.

A platform that has changed its layout is another matter: where nothing can be read, or too much
cannot, the bill stops.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from payment.connectors.bill_sums import COUNT, BillSumsDisagree
from payment.connectors.bill_table import Block, Layout, Table, cut
from payment.reconciliation.wrong_bills import BillLineUnreadable, Remark

MOST = 100  # lines of one bill

Read = TypeVar("Read")


@dataclass(slots=True)
class Aside:
    """What is wrong with each line that was set aside."""

    lines: list[BillLineUnreadable] = field(default_factory=list)

    def put(self, error: BillLineUnreadable) -> None:
        """Raises the first error where there are too many to be the lines' own."""
        self.lines.append(error)
        if len(self.lines) > MOST:
            raise self.lines[0]

    def leaves_out(self, *, said: int, read: int) -> bool:
        """Whether lines that the bill counts are among these; else its sums can be held to.

        They may be fewer than these: a text that breaks its line makes two of one. Raises the first
        error where nothing could be read; `BillSumsDisagree` for a count that cannot be.
        """
        if self.lines and not read:
            raise self.lines[0]
        if self.lines and not read <= said <= read + len(self.lines):
            raise BillSumsDisagree(
                f"{COUNT}: the bill says {said}, {read} could be read, {len(self.lines)} could not"
            )
        return bool(self.lines) and said != read

    def say(self, remark: Remark, left_out: str) -> None:
        """`left_out`: what these lines come to, as the bill's own sums have it."""
        for error in self.lines:
            remark(f"账单有一行读不出，已搁置，未计入渠道合计（{error}）")
        if self.lines and left_out:
            remark(f"按账单自报的合计，搁置的行应为：{left_out}")


def pieces(table: Table, read: Callable[[Block], Read], aside: Aside) -> Iterator[Read]:
    """What `read` makes of a table's lines, block by block. Raises `BillWrong`."""
    for text in table.texts():
        first_line = table.first_line + table.lines
        table.lines += text.count(table.layout.newline) + 1
        yield from sifted(text, table.layout, first_line, read, aside)


def sifted(
    text: bytes, layout: Layout, first_line: int, read: Callable[[Block], Read], aside: Aside
) -> Iterator[Read]:
    """What `read` makes of whole lines: halved where it raises, down to those it cannot read."""
    try:
        made = read(cut(text, layout, first_line))
    except BillLineUnreadable as error:
        lines = text.split(layout.newline)
        half = len(lines) // 2
        if not half:
            aside.put(error)
            return
    else:
        yield made
        return
    for some, number in ((lines[:half], first_line), (lines[half:], first_line + half)):
        yield from sifted(layout.newline.join(some), layout, number, read, aside)
